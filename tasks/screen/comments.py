"""Comments: remarks on reports in the log, each with the record that it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import duckdb
import polars as pl

from schemas.event import CommentUndo, ReportComment
from schemas.problem import Problem
from tasks.identify import with_reports
from warehouse.log import Entry
from warehouse.write import insert_frame, transaction

_COMMENT: dict[str, Any] = {
    "seq": pl.Int64, "key": pl.String, "stage": pl.String, "reviewer": pl.String, "comment": pl.String,
    "commented_at": pl.Datetime("us", "UTC"), "title": pl.String, "year": pl.Int32, "doi": pl.String, "pmid": pl.String,
}  # fmt: skip
_COLUMNS = ("seq", "record_id", "stage", "reviewer", "comment", "commented_at")


def load_comments(con: duckdb.DuckDBPyConnection, entries: Iterable[Entry]) -> list[Problem]:
    """Fills core.report_comment anew with the comments that were not taken back; a warning for each whose report is gone."""
    comments = read_comments(entries).with_columns(said_at="commented_at")
    matched = with_reports(con, comments) if not comments.is_empty() else None
    with transaction(con):
        con.execute("DELETE FROM core.report_comment")
        if matched is not None:
            insert_frame(con, "core.report_comment", matched.filter(pl.col("match") == "matched").select(_COLUMNS))
    lost = [] if matched is None else matched.filter(pl.col("match") != "matched").select("seq", "key").rows()
    return [
        Problem("ledger", None, f"a comment (event {seq}) on {key}: no report is known by that name", "warning")
        for seq, key in lost
    ]


def read_comments(entries: Iterable[Entry]) -> pl.DataFrame:
    """The comments of the log that were not taken back, one row each."""
    rows: dict[int, dict[str, object]] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, CommentUndo):
            rows.pop(event.comment, None)
        elif isinstance(event, ReportComment):
            rows[entry.seq] = {
                "seq": entry.seq, "key": event.report_id, "stage": event.stage, "reviewer": entry.actor,
                "comment": event.comment, "commented_at": entry.at, **event.names.model_dump(),
            }  # fmt: skip
    return pl.DataFrame(list(rows.values()), schema=_COMMENT)
