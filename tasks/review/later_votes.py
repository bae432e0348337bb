"""Later votes: decisions and comments that were noted after the copies were published, so that they show at once, without a run.

Where the reports stand that they are about is worked out by the queries of the derivation itself, in a small warehouse that
holds these reports and nothing else.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import polars as pl

from schemas.event import CommentUndo, ReportComment, ScreeningClear, ScreeningDecision, ScreeningUndo
from tasks.screen.comments import read_comments
from tasks.screen.load import read_log_decisions
from tasks.screen.people import name_people
from warehouse.connect import reader, writer
from warehouse.materialise import materialise
from warehouse.meta import read_meta
from warehouse.review import Review
from warehouse.schema import empty_warehouse

_FILL = Path(__file__).with_name("later_votes.sql").read_text(encoding="utf-8")
_SAID = (ScreeningDecision, ScreeningClear, ScreeningUndo, ReportComment, CommentUndo)
_UNDO = (ScreeningUndo, CommentUndo)
_MISSING_VOTES = "SELECT report_id, stage, votes_needed - votes AS missing FROM core.screening_status ORDER BY ALL"
_BALLOTS = Path(__file__).with_name("ballots.sql").read_text(encoding="utf-8")
_COMMENTS = "SELECT report_id, seq, stage, reviewer, comment, commented_at, waits FROM main.report_comment ORDER BY ALL"
_LAST = "SELECT max(decided_at) FROM core.decision WHERE seq IS NOT NULL"
_STATUS = pl.Schema({"report_id": pl.String, "stage": pl.String, "status": pl.String})
_VOTE = pl.Schema({"report_id": pl.String, "stage": pl.String, "reviewer": pl.String})
_QUEUE = pl.Schema({"report_id": pl.String, "stage": pl.String, "reviewer": pl.String, "work": pl.String})
_MISSING = pl.Schema({"report_id": pl.String, "stage": pl.String, "missing": pl.Int64})
_BALLOT = pl.Schema(
    {
        "report_id": pl.String, "stage": pl.String, "reviewer": pl.String, "consensus": pl.Boolean, "record_id": pl.String,
        "verdict": pl.String, "reason": pl.String, "note": pl.String, "decided_at": pl.Datetime("us", "UTC"),
    }
)  # fmt: skip
_COMMENT = pl.Schema(
    {
        "report_id": pl.String, "seq": pl.Int64, "stage": pl.String, "reviewer": pl.String, "comment": pl.String,
        "commented_at": pl.Datetime("us", "UTC"), "waits": pl.Boolean,
    }
)  # fmt: skip


@dataclass(frozen=True)
class LaterVotes:
    """What was said since the copies were published, up to the log's event `seq`.

    `statuses`: (report_id, stage, status) of each report that something later is about, at every stage that it has reached
    now. Of these reports: `votes`: (report_id, stage, reviewer) of every vote that stands; `queue`: (report_id, stage, reviewer,
    work), what is still to do; `missing`: how many votes; `ballots`: what counts, with reason and note; `comments`. All are empty
    where nothing was said.
    """

    statuses: pl.DataFrame
    votes: pl.DataFrame
    queue: pl.DataFrame
    missing: pl.DataFrame
    ballots: pl.DataFrame
    comments: pl.DataFrame
    seq: int = 0

    def updated_by(self, newer: LaterVotes) -> LaterVotes:
        """What is known with what was read of the log after this: reports of which there is something newer stand as that says."""
        reports = newer.statuses.select("report_id").unique()
        frames = {
            name: pl.concat([getattr(self, name).join(reports, on="report_id", how="anti"), getattr(newer, name)])
            for name in ("statuses", "votes", "queue", "missing", "ballots", "comments")
        }
        return LaterVotes(**frames, seq=newer.seq)


NO_VOTES = LaterVotes(
    *(pl.DataFrame(schema=schema) for schema in (_STATUS, _VOTE, _QUEUE, _MISSING, _BALLOT, _COMMENT))
)


def read_later_votes(review: Review, since: int = 0) -> LaterVotes:
    """What the log says that the private copy does not know yet, and where its reports stand with it; with `since`, of those
    reports alone about which something was said after that event.

    Raises UserError where nothing is published yet.
    """
    head = review.log.head().seq
    with reader(review.private_warehouse) as con:
        meta = read_meta(con)
        (last,) = con.execute(_LAST).fetchall()[0]
    entries = list(review.log.entries(*_SAID, after=int(meta["seq"]), upto=head))
    if not entries or entries[-1].seq <= since:
        return replace(NO_VOTES, seq=head) if since else NO_VOTES
    screening = review.protocol().protocol.screening
    about = {entry.seq: entry.event.report_id for entry in entries if not isinstance(entry.event, _UNDO)}
    undone = {entry.seq: _place(entry.event) for entry in entries if isinstance(entry.event, _UNDO)}
    fresh = [seq for seq in (*about, *undone) if seq > since]
    decisions = name_people(read_log_decisions(entries, last), screening)
    comments = read_comments(entries)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "later.duckdb"
        path.write_bytes(empty_warehouse())
        with writer(path) as con:
            for name, value in (
                ("undone", list(undone.values())),
                ("fresh", [about[seq] if seq in about else about.get(undone[seq], "") for seq in fresh]),
                ("fresh_undone", [undone[seq] for seq in fresh if seq in undone]),
            ):
                con.execute(f"SET VARIABLE {name} = ?", [value])
            _fill_warehouse(con, review.private_warehouse, decisions, comments)
            materialise(con)
            statuses = con.sql("SELECT report_id, stage, status FROM main.screening_status ORDER BY ALL").pl()
            votes = con.sql(
                "SELECT DISTINCT report_id, stage, reviewer FROM main.screening_ballot WHERE NOT unclear ORDER BY ALL"
            ).pl()
            queue = con.sql("SELECT report_id, stage, reviewer, work FROM main.screening_queue ORDER BY ALL").pl()
            missing, ballots, comments = (con.sql(query).pl() for query in (_MISSING_VOTES, _BALLOTS, _COMMENTS))
    return LaterVotes(
        statuses.cast(_STATUS), votes.cast(_VOTE), queue.cast(_QUEUE), missing.cast(_MISSING), ballots.cast(_BALLOT),
        comments.cast(_COMMENT), head,
    )  # fmt: skip


def _place(event: object) -> int:
    return event.decision if isinstance(event, ScreeningUndo) else event.comment if isinstance(event, CommentUndo) else 0


def create_later_vote_tables(con: duckdb.DuckDBPyConnection, later: LaterVotes) -> None:
    """Creates the temporary tables `later_status`, `later_vote`, `later_queue`, `later_ballot` and `later_comment`, for queries on
    a copy."""
    for name, frame in (
        ("later_status", later.statuses),
        ("later_vote", later.votes),
        ("later_queue", later.queue),
        ("later_ballot", later.ballots),
        ("later_comment", later.comments),
    ):
        con.register(f"{name}_frame", frame)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM {name}_frame")
        con.unregister(f"{name}_frame")


def _fill_warehouse(
    con: duckdb.DuckDBPyConnection, copy: Path, decisions: pl.DataFrame, comments: pl.DataFrame
) -> None:
    con.execute(f"ATTACH '{str(copy).replace(chr(39), chr(39) * 2)}' AS copy (READ_ONLY)")
    con.register("later_decision", decisions)
    con.register("later_remark", comments)
    con.execute(_FILL)
    con.unregister("later_decision")
    con.unregister("later_remark")
    con.execute("DETACH copy")
