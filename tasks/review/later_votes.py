"""Later votes: decisions that were noted after the copies were published, so that a vote shows at once, without a run.

Where the reports stand that they are about is worked out by the queries of the derivation itself, in a small warehouse that
holds these reports and nothing else.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from schemas.event import ScreeningDecision, ScreeningUndo
from warehouse.connect import reader, writer
from warehouse.log import Entry
from warehouse.materialise import materialise
from warehouse.meta import read_meta
from warehouse.review import Review
from warehouse.schema import empty_warehouse

_FILL = Path(__file__).with_name("later_votes.sql").read_text(encoding="utf-8")
_STATUS = pl.Schema({"report_id": pl.String, "stage": pl.String, "status": pl.String})
_VOTE = pl.Schema({"report_id": pl.String, "stage": pl.String, "reviewer": pl.String})
_DECISION: dict[str, Any] = {
    "decision_id": pl.String, "seq": pl.Int64, "key": pl.String, "stage": pl.String, "reviewer": pl.String,
    "verdict": pl.String, "reason": pl.String, "decided_at": pl.Datetime("us", "UTC"), "consensus": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True)
class LaterVotes:
    """What was decided since the copies were published.

    `statuses`: (report_id, stage, status) of each report that a later decision is about, at every stage that it has reached
    now; `votes`: (report_id, stage, reviewer) of every vote on them that stands. Both are empty where nothing was decided.
    """

    statuses: pl.DataFrame
    votes: pl.DataFrame


NO_VOTES = LaterVotes(pl.DataFrame(schema=_STATUS), pl.DataFrame(schema=_VOTE))


def read_later_votes(review: Review) -> LaterVotes:
    """The decisions of the log that the private copy does not know yet, and where their reports stand with them.

    Raises UserError where nothing is published yet.
    """
    with reader(review.private_warehouse) as con:
        meta = read_meta(con)
    entries = list(review.log.entries(ScreeningDecision, ScreeningUndo, after=int(meta["seq"])))
    if not entries:
        return NO_VOTES
    decisions, undone = _split_decisions(entries)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "later.duckdb"
        path.write_bytes(empty_warehouse())
        with writer(path) as con:
            _fill_warehouse(con, review.private_warehouse, decisions, undone)
            materialise(con)
            statuses = con.sql("SELECT report_id, stage, status FROM main.screening_status ORDER BY ALL").pl()
            votes = con.sql("SELECT DISTINCT report_id, stage, reviewer FROM main.screening_decision ORDER BY ALL").pl()
    return LaterVotes(statuses.cast(_STATUS), votes.cast(_VOTE))


def create_later_vote_tables(con: duckdb.DuckDBPyConnection, later: LaterVotes) -> None:
    """Creates the temporary tables `later_status` and `later_vote`, for queries on a copy."""
    for name, frame in (("later_status", later.statuses), ("later_vote", later.votes)):
        con.register(f"{name}_frame", frame)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM {name}_frame")
        con.unregister(f"{name}_frame")


def _split_decisions(entries: list[Entry]) -> tuple[pl.DataFrame, list[int]]:
    """The later decisions that stand, and the places of those that were taken back, earlier ones among them."""
    undone = [entry.event.decision for entry in entries if isinstance(entry.event, ScreeningUndo)]
    rows = [
        {
            "decision_id": f"d{entry.seq}", "seq": entry.seq, "key": entry.event.report_id, "stage": entry.event.stage,
            "reviewer": entry.actor, "verdict": entry.event.verdict, "reason": entry.event.reason, "decided_at": entry.at,
            "consensus": entry.event.consensus,
        }
        for entry in entries
        if isinstance(entry.event, ScreeningDecision) and entry.seq not in undone
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_DECISION), undone


def _fill_warehouse(con: duckdb.DuckDBPyConnection, copy: Path, decisions: pl.DataFrame, undone: list[int]) -> None:
    con.execute(f"ATTACH '{str(copy).replace(chr(39), chr(39) * 2)}' AS copy (READ_ONLY)")
    con.register("later_decision", decisions)
    con.execute("SET VARIABLE undone = ?", [undone])
    con.execute(_FILL)
    con.unregister("later_decision")
    con.execute("DETACH copy")
