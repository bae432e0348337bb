"""Load screening decisions into the warehouse: files as they are, then every decision matched to its report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from schemas.errors import UserError
from schemas.event import ScreeningClear, ScreeningDecision, ScreeningUndo
from schemas.problem import Problem, problem_of
from schemas.protocol import Protocol
from schemas.screening import CLEAR
from schemas.words import did_you_mean
from tasks.identify import Compare, compared, with_reports
from tasks.screen.people import name_people
from tasks.screen.read import read_decisions
from tasks.screen.rules import spell_reason
from warehouse.arrivals import fingerprint, write_reading
from warehouse.deliveries import Delivery
from warehouse.log import Entry
from warehouse.write import insert_frame, transaction

_DECISIONS = Path(__file__).with_name("decisions.sql").read_text(encoding="utf-8")
_PROBLEMS = Path(__file__).with_name("decision_problems.sql").read_text(encoding="utf-8")
_IMPORTED = Path(__file__).with_name("imported.sql").read_text(encoding="utf-8")

_DECISION: dict[str, Any] = {
    "arrival_id": pl.Int64, "seq": pl.Int64, "row": pl.Int32, "key": pl.String, "named": pl.String, "stage": pl.String,
    "reviewer": pl.String,
    "verdict": pl.String, "reason": pl.String, "note": pl.String, "decided_at": pl.Datetime("us", "UTC"), "consensus": pl.Boolean,
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


def match_decisions(
    con: duckdb.DuckDBPyConnection, entries: Iterable[Entry], protocol: Protocol, compare: Compare
) -> list[Problem]:
    """Matches every decision that counts, of files and log, to its report and its reviewer, anew; those that lead to no
    report are kept apart. Returns a problem for each that does not count as it stands.

    By our own ids, accession numbers, DOIs, PMIDs, titles and years; where these do not settle it, by `compare` (the
    comparison of deduplication), which is only asked about what is left. A function of what the warehouse and the log hold
    now, so that growing and deriving anew come to the same.
    """
    imported: pl.DataFrame = con.sql(_IMPORTED).pl()
    decisions = pl.concat([imported.cast(pl.Schema(_DECISION)), read_log_decisions(entries)])
    reasons = protocol.eligibility.reasons
    decisions = spell_reasons(name_people(decisions, protocol.screening), reasons)
    matched = with_reports(con, decisions.with_columns(said_at=pl.col("decided_at")))
    matched = compared(con, matched, compare).with_row_index("place")
    con.register("matched", matched)
    with transaction(con):
        con.execute(_DECISIONS)
    con.unregister("matched")
    con.execute("SET VARIABLE reasons = ?", [list(reasons)])
    return [
        Problem(name, row, "; ".join(filter(None, [message, did_you_mean(reason or "", reasons)])), severity)
        for name, row, message, reason, severity in con.execute(_PROBLEMS).fetchall()
    ]


def spell_reasons(decisions: pl.DataFrame, reasons: Sequence[str]) -> pl.DataFrame:
    """Decisions with each reason as the protocol spells it; what is none of the protocol's stays as it is."""
    known = {reason: spell_reason(reason, reasons) for reason in decisions["reason"].drop_nulls().unique().to_list()}
    return decisions.with_columns(pl.col("reason").replace(known))


def read_log_decisions(entries: Iterable[Entry], since: datetime | None = None) -> pl.DataFrame:
    """The decisions that were noted in the log, one row each; a clear is a row with the verdict `clear`.

    The log's order holds where a clock was set back, or two machines' clocks differ: none counts as made before the one
    above it, and none before `since`, the time of the last decision before these (UTC).
    """
    rows: dict[int, dict[str, object]] = {}
    decided_at = since or datetime.min.replace(tzinfo=UTC)
    for entry in entries:
        event = entry.event
        if isinstance(event, ScreeningDecision | ScreeningClear):
            decided_at = max(decided_at, entry.at)
            row = {
                "seq": entry.seq, "key": event.report_id, "named": event.report_id, "stage": event.stage, "reviewer": entry.actor,
                "verdict": CLEAR,
                "decided_at": decided_at, "consensus": False, "undone": False, **event.names.model_dump(),
            }  # fmt: skip
            if isinstance(event, ScreeningDecision):
                row |= event.model_dump(include={"verdict", "reason", "note", "consensus"})
            rows[entry.seq] = row
        elif isinstance(event, ScreeningUndo) and event.decision in rows:
            rows[event.decision]["undone"] = True
    return pl.DataFrame(list(rows.values()), schema=_DECISION)
