"""Screening decisions into the warehouse: files as they say it, then all of them matched to reports."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from schemas.errors import UserError
from schemas.ledger import Kind
from schemas.problem import Problem
from tasks.identify import with_reports
from tasks.screen.read import read_decisions
from warehouse.ledger import Event
from warehouse.records import note_snapshot
from warehouse.snapshots import Snapshot

_DECISIONS = Path(__file__).with_name("decisions.sql").read_text(encoding="utf-8")

_SAID: dict[str, Any] = {
    "arrival_id": pl.String, "seq": pl.Int64, "row": pl.Int32, "key": pl.String, "stage": pl.String, "reviewer": pl.String,
    "verdict": pl.String, "reason": pl.String, "decided_at": pl.Datetime("us", "UTC"), "consensus": pl.Boolean,
    "undone": pl.Boolean, "title": pl.String, "year": pl.Int32, "doi": pl.String, "pmid": pl.String,
}  # fmt: skip


def load_decisions(con: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> list[Problem]:
    """Reads one file of decisions into core.imported_decision, whole or not at all; returns what there was to say."""
    said = snapshot.delivery
    con.execute("BEGIN")
    try:
        try:
            done = read_decisions(snapshot.path, name=said.file_name, stage=said.stage, reviewer=said.who)
        except UserError as error:
            problems = [Problem(said.file_name, error.line, error.message + (f" ({error.hint})" if error.hint else ""))]
            note_snapshot(con, snapshot, "refused", problems)
        else:
            frame = done.frame.with_columns(pl.col("decided_at").dt.replace_time_zone("UTC"))
            con.register("decision_frame", frame)
            con.execute(
                "INSERT INTO core.imported_decision BY NAME SELECT ? AS arrival_id, * FROM decision_frame",
                [snapshot.arrival_id],
            )
            con.unregister("decision_frame")
            problems = list(done.problems)
            note_snapshot(con, snapshot, "loaded", problems, format=done.format)
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise
    return problems


def match_all(con: duckdb.DuckDBPyConnection, events: Iterable[Event]) -> list[Problem]:
    """Matches every decision of files and ledger to its report, anew; those that lead nowhere are kept apart and said.

    A function of what the warehouse and the ledger hold now, so that growing and rebuilding come to the same.
    """
    imported: pl.DataFrame = con.sql(
        """
        SELECT i.arrival_id, NULL::BIGINT AS seq, i.row, i.key, i.stage, i.reviewer, i.verdict, i.reason,
               coalesce(i.decided_at, s.received_at) AS decided_at, i.consensus, false AS undone,
               i.title, i.year, i.doi, i.pmid
        FROM core.imported_decision AS i JOIN core.arrival AS s USING (arrival_id)
        ORDER BY s.received_at, i.arrival_id, i.row
        """
    ).pl()
    said = pl.concat([imported.cast(pl.Schema(_SAID)), _of_ledger(events)])
    matched = with_reports(con, said.with_columns(said_at=pl.col("decided_at"))).with_row_index("place")
    con.register("matched", matched)
    con.execute(_DECISIONS)
    con.unregister("matched")
    unmatched = con.execute(
        "SELECT coalesce(s.file_name, 'ledger'), u.row, u.key, u.why "
        "FROM core.unmatched_decision AS u LEFT JOIN core.arrival AS s USING (arrival_id) ORDER BY ALL"
    ).fetchall()
    return [Problem(name, row, f"a decision about '{key}': {why}") for name, row, key, why in unmatched]


def _of_ledger(events: Iterable[Event]) -> pl.DataFrame:
    rows: dict[int, dict[str, object]] = {}
    for event in events:
        if event.kind is Kind.SCREENING_DECISION:
            said = event.payload
            rows[event.seq] = {
                "seq": event.seq, "key": said["report_id"], "stage": said["stage"], "reviewer": event.actor,
                "verdict": said["verdict"], "reason": said.get("reason"), "decided_at": event.at,
                "consensus": bool(said.get("consensus", False)), "undone": False,
            }  # fmt: skip
        elif event.kind is Kind.SCREENING_UNDO and event.payload["seq"] in rows:
            rows[event.payload["seq"]]["undone"] = True
    return pl.DataFrame(list(rows.values()), schema=_SAID)
