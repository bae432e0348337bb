"""Load screening decisions into the warehouse: files as they are, then every decision matched to its report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from schemas.errors import UserError
from schemas.problem import Problem, problem_of
from schemas.protocol import Protocol
from schemas.words import did_you_mean
from tasks.identify import Compare, compared, with_reports
from tasks.screen.log_decisions import DECISION, read_log_decisions
from tasks.screen.people import name_people
from tasks.screen.read import read_decisions
from tasks.screen.rules import spell_reason
from warehouse.arrivals import fingerprint, write_reading
from warehouse.deliveries import Delivery
from warehouse.log import Entry
from warehouse.write import insert_frame, transaction

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_DECISIONS = Path(__file__).with_name("decisions.sql").read_text(encoding="utf-8")
_PROBLEMS = Path(__file__).with_name("decision_problems.sql").read_text(encoding="utf-8")
_IMPORTED = Path(__file__).with_name("imported.sql").read_text(encoding="utf-8")


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
            frame, undated = drop_impossible_dates(frame, delivery)
            insert_frame(con, "core.imported_decision", frame)
            listed = decision_file.reports.with_columns(arrival_id=pl.lit(delivery.arrival_id, dtype=pl.Int64))
            insert_frame(con, "core.imported_report", listed)
            problems = [*decision_file.problems, *undated]
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
    decisions = pl.concat([imported.cast(pl.Schema(DECISION)), read_log_decisions(entries)])
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


def drop_impossible_dates(frame: pl.DataFrame, delivery: Delivery) -> tuple[pl.DataFrame, list[Problem]]:
    """Decisions without the dates on which nobody can have made them: one in the future would outweigh all that is decided
    until then."""
    latest = delivery.received_at + timedelta(days=1)  # a time without a zone is taken as UTC
    impossible = (pl.col("decided_at") > latest) | (pl.col("decided_at") < _EARLIEST)
    rows = frame.filter(impossible)["row"].unique().sort()
    if rows.is_empty():
        return frame, []
    several = f", and {len(rows) - 1} more rows," if len(rows) > 1 else ""
    message = (
        f"its date{several} cannot be: it lies after the day on which the file came, or before 1990; taken without one"
    )
    problem = Problem(delivery.name, rows[0], message, "warning")
    return frame.with_columns(decided_at=pl.when(impossible).then(None).otherwise("decided_at")), [problem]


def spell_reasons(decisions: pl.DataFrame, reasons: Sequence[str]) -> pl.DataFrame:
    """Decisions with each reason as the protocol spells it; what is none of the protocol's stays as it is."""
    known = {reason: spell_reason(reason, reasons) for reason in decisions["reason"].drop_nulls().unique().to_list()}
    return decisions.with_columns(pl.col("reason").replace(known))
