"""Later votes: decisions that were noted after the copies were published, so that a vote shows at once, without a run.

Where the reports stand that they are about is worked out by the queries of the derivation itself, in a small warehouse that
holds these reports and nothing else.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from schemas.event import ScreeningClear, ScreeningDecision, ScreeningUndo
from tasks.screen.log_decisions import read_log_decisions
from tasks.screen.people import name_people
from warehouse.connect import reader, writer
from warehouse.materialise import materialise
from warehouse.meta import read_meta
from warehouse.review import Review
from warehouse.schema import empty_warehouse

_FILL = Path(__file__).with_name("later_votes.sql").read_text(encoding="utf-8")
_LAST = "SELECT max(decided_at) FROM core.decision WHERE seq IS NOT NULL"
_STATUS = pl.Schema({"report_id": pl.String, "stage": pl.String, "status": pl.String})
_VOTE = pl.Schema({"report_id": pl.String, "stage": pl.String, "reviewer": pl.String})
_QUEUE = pl.Schema({"report_id": pl.String, "stage": pl.String, "reviewer": pl.String, "work": pl.String})


@dataclass(frozen=True)
class LaterVotes:
    """What was decided since the copies were published.

    `statuses`: (report_id, stage, status) of each report that a later decision is about, at every stage that it has reached
    now; `votes`: (report_id, stage, reviewer) of every vote on them that stands; `queue`: (report_id, stage, reviewer, work),
    what is still to do about them. All are empty where nothing was decided.
    """

    statuses: pl.DataFrame
    votes: pl.DataFrame
    queue: pl.DataFrame


NO_VOTES = LaterVotes(pl.DataFrame(schema=_STATUS), pl.DataFrame(schema=_VOTE), pl.DataFrame(schema=_QUEUE))


def read_later_votes(review: Review) -> LaterVotes:
    """The decisions of the log that the private copy does not know yet, and where their reports stand with them.

    Raises UserError where nothing is published yet.
    """
    with reader(review.private_warehouse) as con:
        meta = read_meta(con)
        (last,) = con.execute(_LAST).fetchall()[0]
    entries = list(review.log.entries(ScreeningDecision, ScreeningClear, ScreeningUndo, after=int(meta["seq"])))
    if not entries:
        return NO_VOTES
    undone = [entry.event.decision for entry in entries if isinstance(entry.event, ScreeningUndo)]
    decisions = name_people(read_log_decisions(entries, last), review.protocol().protocol.screening)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "later.duckdb"
        path.write_bytes(empty_warehouse())
        with writer(path) as con:
            _fill_warehouse(con, review.private_warehouse, decisions, undone)
            materialise(con)
            statuses = con.sql("SELECT report_id, stage, status FROM main.screening_status ORDER BY ALL").pl()
            votes = con.sql(
                "SELECT DISTINCT report_id, stage, reviewer FROM main.screening_ballot WHERE NOT unclear ORDER BY ALL"
            ).pl()
            queue = con.sql("SELECT report_id, stage, reviewer, work FROM main.screening_queue ORDER BY ALL").pl()
    return LaterVotes(statuses.cast(_STATUS), votes.cast(_VOTE), queue.cast(_QUEUE))


def create_later_vote_tables(con: duckdb.DuckDBPyConnection, later: LaterVotes) -> None:
    """Creates the temporary tables `later_status`, `later_vote` and `later_queue`, for queries on a copy."""
    for name, frame in (
        ("later_status", later.statuses),
        ("later_vote", later.votes),
        ("later_queue", later.queue),
    ):
        con.register(f"{name}_frame", frame)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM {name}_frame")
        con.unregister(f"{name}_frame")


def _fill_warehouse(con: duckdb.DuckDBPyConnection, copy: Path, decisions: pl.DataFrame, undone: list[int]) -> None:
    con.execute(f"ATTACH '{str(copy).replace(chr(39), chr(39) * 2)}' AS copy (READ_ONLY)")
    con.register("later_decision", decisions)
    con.execute("SET VARIABLE undone = ?", [undone])
    con.execute(_FILL)
    con.unregister("later_decision")
    con.execute("DETACH copy")
