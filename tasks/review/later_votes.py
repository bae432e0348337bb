"""Later votes: decisions and comments that were noted after the copies were published, so that they show at once, without a run.

Where the reports stand that they are about is worked out by the queries of the derivation itself, in a small warehouse that
holds these reports and nothing else.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from schemas.event import CommentUndo, ReportComment, ScreeningClear, ScreeningDecision, ScreeningUndo
from schemas.protocol import Protocol
from tasks.screen.comments import read_comments
from tasks.screen.log_decisions import read_log_decisions
from tasks.screen.people import name_people
from warehouse.connect import reader, writer
from warehouse.log import Entry
from warehouse.materialise import materialise
from warehouse.meta import read_meta
from warehouse.review import Review
from warehouse.schema import empty_warehouse
from warehouse.settings import list_settings, write_settings

_RELATED = Path(__file__).with_name("later_related.sql").read_text(encoding="utf-8")
_FILL = Path(__file__).with_name("later_votes.sql").read_text(encoding="utf-8")
_STATUS_NOW = Path(__file__).with_name("status_now.sql").read_text(encoding="utf-8")
_SAID = (ScreeningDecision, ScreeningClear, ScreeningUndo, ReportComment, CommentUndo)
_UNDO = (ScreeningUndo, CommentUndo)
_TEAM = ("core.screening_rule", "core.reviewer")
_LAST = "SELECT max(decided_at) FROM core.decision WHERE seq IS NOT NULL"
_TIME: pl.DataType = pl.Datetime("us", "UTC")
Team = tuple[tuple[str, ...], ...]
_SCHEMAS: dict[str, dict[str, Any]] = {
    "statuses": {"report_id": pl.String, "stage": pl.String, "status": pl.String},
    "votes": {"report_id": pl.String, "stage": pl.String, "reviewer": pl.String},
    "queue": {"report_id": pl.String, "stage": pl.String, "reviewer": pl.String, "work": pl.String},
    "missing": {"report_id": pl.String, "stage": pl.String, "missing": pl.Int64},
    "ballots": {
        "report_id": pl.String, "stage": pl.String, "reviewer": pl.String, "consensus": pl.Boolean, "record_id": pl.String,
        "verdict": pl.String, "reason": pl.String, "note": pl.String, "decided_at": _TIME,
    },
    "comments": {
        "report_id": pl.String, "seq": pl.Int64, "stage": pl.String, "reviewer": pl.String, "comment": pl.String,
        "commented_at": _TIME, "waits": pl.Boolean,
    },
}  # fmt: skip
_FRAMES = {
    "statuses": "SELECT report_id, stage, status FROM core.screening_status ORDER BY ALL",
    "votes": "SELECT DISTINCT report_id, stage, reviewer FROM main.screening_ballot WHERE NOT unclear ORDER BY ALL",
    "queue": "SELECT report_id, stage, reviewer, work FROM core.screening_queue ORDER BY ALL",
    "missing": "SELECT report_id, stage, votes_needed - votes AS missing FROM core.screening_status ORDER BY ALL",
    "ballots": Path(__file__).with_name("ballots.sql").read_text(encoding="utf-8"),
    "comments": "SELECT report_id, seq, stage, reviewer, comment, commented_at, waits FROM main.report_comment ORDER BY ALL",
}


@dataclass(frozen=True)
class LaterVotes:
    """What was said since the copies were published, up to the log's event `seq`.

    `statuses`: (report_id, stage, status) of each report that something later is about, at every stage that it has reached
    now. Of these reports: `votes`: (report_id, stage, reviewer) of every vote that stands; `queue`: (report_id, stage, reviewer,
    work), what is still to do; `missing`: how many votes; `ballots`: what counts, with reason and note; `comments`. All are empty
    where nothing was said. `entries`: what was said. `team`: who screens by which rules, where the protocol says otherwise than when the
    copies were published; then all reports are here.
    """

    statuses: pl.DataFrame
    votes: pl.DataFrame
    queue: pl.DataFrame
    missing: pl.DataFrame
    ballots: pl.DataFrame
    comments: pl.DataFrame
    seq: int = 0
    entries: tuple[Entry, ...] = field(default=(), repr=False)
    team: Team | None = field(default=None, repr=False)

    def updated_by(self, newer: LaterVotes) -> LaterVotes:
        """What is known with what was read of the log after this: reports of which there is something newer stand as that says."""
        reports = newer.statuses.select("report_id").unique()
        frames: dict[str, Any] = {
            name: pl.concat([getattr(self, name).join(reports, on="report_id", how="anti"), getattr(newer, name)])
            for name in _SCHEMAS
        }
        return LaterVotes(**frames, seq=newer.seq, entries=newer.entries, team=newer.team)


_EMPTY: dict[str, Any] = {name: pl.DataFrame(schema=schema) for name, schema in _SCHEMAS.items()}
NO_VOTES = LaterVotes(**_EMPTY)


def read_later_votes(review: Review, earlier: LaterVotes | None = None, protocol: Protocol | None = None) -> LaterVotes:
    """What the log says that the private copy does not know yet, and where its reports stand with it. With `earlier`, a reading of
    the same copy: of those reports alone about which something was said after that, at a cost that follows these.

    Where the protocol's team or rules of screening are others by now, where every report stands is worked out by these; which of the
    votes that the copies know count is as published. Raises UserError where nothing is published yet.
    """
    head, protocol = review.log.head().seq, protocol or review.protocol().protocol
    team: Team | None = list_team(protocol)
    with reader(review.private_warehouse) as con:
        copied = int(read_meta(con)["seq"])
        if team == _read_team(con):
            team = None
        if earlier is not None and earlier.team != team:
            earlier = None
        known = earlier.entries if earlier is not None else ()
        since = max(copied, earlier.seq) if earlier is not None else copied
        entries = [*known, *review.log.entries(*_SAID, after=since, upto=head)]
        anew = team is not None and earlier is None
        if len(entries) == len(known) and not anew:
            return replace(NO_VOTES, seq=head, entries=known, team=team)
        about = {entry.seq: entry.event.report_id for entry in entries if not isinstance(entry.event, _UNDO)}  # type: ignore[union-attr]
        undone = {entry.seq: _place(entry.event) for entry in entries if isinstance(entry.event, _UNDO)}
        fresh = [seq for seq in (*about, *undone) if seq > since]
        variables = {
            "anew": anew,
            "undone": list(undone.values()),
            "fresh": [about[seq] if seq in about else about.get(undone[seq], "") for seq in fresh],
            "fresh_undone": [undone[seq] for seq in fresh if seq in undone],
        }
        _set(con, variables)
        names = {name for (name,) in con.execute(_RELATED).fetchall()}
        (last,) = con.execute(_LAST).fetchall()[0]
    told = [entry for entry in entries if entry.seq in undone or about[entry.seq] in names]
    decisions = name_people(read_log_decisions(told, last), protocol.screening)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "later.duckdb"
        path.write_bytes(empty_warehouse())
        with writer(path) as con:
            _set(con, variables)
            write_settings(con, protocol)
            _fill_warehouse(con, review.private_warehouse, decisions, read_comments(told))
            materialise(con)
            frames: dict[str, Any] = {name: con.sql(sql).pl().cast(_SCHEMAS[name]) for name, sql in _FRAMES.items()}
    return LaterVotes(**frames, seq=head, entries=tuple(entries), team=team)


def list_team(protocol: Protocol) -> Team:
    """Who screens what by which rules, as the copies keep it."""
    rows = list_settings(protocol)
    return tuple(sorted(tuple(map(str, row)) for table in _TEAM for row in rows[table]))


def _read_team(con: duckdb.DuckDBPyConnection) -> Team:
    rows = [row for table in _TEAM for row in con.execute(f"FROM {table}").fetchall()]
    return tuple(sorted(tuple(map(str, row)) for row in rows))


def _set(con: duckdb.DuckDBPyConnection, variables: Mapping[str, object]) -> None:
    for name, value in variables.items():
        con.execute(f"SET VARIABLE {name} = ?", [value])


def _place(event: object) -> int:
    return (
        event.decision if isinstance(event, ScreeningUndo) else event.comment if isinstance(event, CommentUndo) else 0
    )


def create_later_vote_tables(con: duckdb.DuckDBPyConnection, later: LaterVotes) -> None:
    """Creates the temporary tables `later_status`, `later_vote`, `later_queue`, `later_ballot` and `later_comment`, and the view
    `status_now`, where each card stands with the votes since, for queries on a copy."""
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
    con.execute(_STATUS_NOW)


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
