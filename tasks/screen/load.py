"""Load screening decisions into the warehouse: files as they are, then every decision matched to its report."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from schemas.errors import UserError
from schemas.event import ScreeningDecision, ScreeningUndo
from schemas.problem import Problem, problem_of
from tasks.identify import Compare, compared, with_reports
from tasks.screen.read import read_decisions
from warehouse.arrivals import fingerprint, write_reading
from warehouse.deliveries import Delivery
from warehouse.log import Entry
from warehouse.write import insert_frame, transaction

_DECISIONS = Path(__file__).with_name("decisions.sql").read_text(encoding="utf-8")
_IMPORTED = Path(__file__).with_name("imported.sql").read_text(encoding="utf-8")

_DECISION: dict[str, Any] = {
    "arrival_id": pl.Int64, "seq": pl.Int64, "row": pl.Int32, "key": pl.String, "named": pl.String, "stage": pl.String,
    "reviewer": pl.String,
    "verdict": pl.String, "reason": pl.String, "decided_at": pl.Datetime("us", "UTC"), "consensus": pl.Boolean,
    "undone": pl.Boolean, "title": pl.String, "year": pl.Int32, "doi": pl.String, "pmid": pl.String,
    "authors": pl.String, "journal": pl.String, "volume": pl.String, "issue": pl.String, "pages": pl.String,
}  # fmt: skip


def load_decisions(con: duckdb.DuckDBPyConnection, delivery: Delivery, path: Path) -> list[Problem]:
    """Reads one file of decisions into core.imported_decision and core.imported_report, whole or not at all; returns the
    problems."""
    name = delivery.name
    with transaction(con):
        try:
            decision_file = read_decisions(
                path, name=name, stage=delivery.stage, reviewer=delivery.who, verdict=delivery.verdict
            )
        except UserError as error:
            problems = [problem_of(name, error)]
            write_reading(con, delivery.arrival_id, fingerprint(delivery), "refused", problems)
        else:
            frame = decision_file.frame.with_columns(
                pl.col("decided_at").dt.replace_time_zone("UTC"),
                arrival_id=pl.lit(delivery.arrival_id, dtype=pl.Int64),
            )
            insert_frame(con, "core.imported_decision", frame)
            listed = decision_file.reports.with_columns(arrival_id=pl.lit(delivery.arrival_id, dtype=pl.Int64))
            insert_frame(con, "core.imported_report", listed)
            problems = list(decision_file.problems)
            write_reading(
                con, delivery.arrival_id, fingerprint(delivery), "loaded", problems, format=decision_file.format
            )
    return problems


def match_decisions(con: duckdb.DuckDBPyConnection, entries: Iterable[Entry], compare: Compare) -> list[Problem]:
    """Matches every decision that counts, of files and log, to its report, anew; those that lead to none are kept
    apart, with a problem each.

    By our own ids, accession numbers, DOIs, PMIDs, titles and years; where these do not settle it, by `compare` (the
    comparison of deduplication), which is only asked about what is left. A function of what the warehouse and the log hold
    now, so that growing and deriving anew come to the same.
    """
    imported: pl.DataFrame = con.sql(_IMPORTED).pl()
    decisions = pl.concat([imported.cast(pl.Schema(_DECISION)), _decisions_of_log(entries)])
    matched = with_reports(con, decisions.with_columns(said_at=pl.col("decided_at")))
    matched = compared(con, matched, compare).with_row_index("place")
    con.register("matched", matched)
    with transaction(con):
        con.execute(_DECISIONS)
    con.unregister("matched")
    unmatched = con.execute(
        "SELECT DISTINCT coalesce(s.file_name, 'ledger'), u.row, u.key, left(i.title, 60), u.why "
        "FROM core.unmatched_decision AS u LEFT JOIN core.arrival AS s USING (arrival_id) "
        "LEFT JOIN core.imported_report AS i ON i.arrival_id = u.arrival_id AND i.row = u.row ORDER BY ALL"
    ).fetchall()
    return [
        Problem(name, row, f"a decision about '{key}'{f' ({title})' if title and title != key else ''}: {why}")
        for name, row, key, title, why in unmatched
    ]


def _decisions_of_log(entries: Iterable[Entry]) -> pl.DataFrame:
    rows: dict[int, dict[str, object]] = {}
    for entry in entries:
        if isinstance(entry.event, ScreeningDecision):
            event = entry.event
            rows[entry.seq] = {
                "seq": entry.seq, "key": event.report_id, "named": event.report_id, "stage": event.stage, "reviewer": entry.actor,
                "verdict": event.verdict, "reason": event.reason, "decided_at": entry.at, "consensus": event.consensus,
                "undone": False, **event.names.model_dump(),
            }  # fmt: skip
        elif isinstance(entry.event, ScreeningUndo) and entry.event.decision in rows:
            rows[entry.event.decision]["undone"] = True
    return pl.DataFrame(list(rows.values()), schema=_DECISION)
