"""The gate before publishing: the new numbers held against those of the last version. What looks wrong stops the publication, until
it is put right, or a person lets it pass, which is logged with the reason.

A fall that an event of the log explains (a delivery withdrawn, moved or replaced, a decision, a ruling, another protocol) is no
finding, unless so many included reports are gone that somebody should look.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from schemas.errors import UserError
from schemas.event import (
    Arrival,
    Assignment,
    Content,
    DuplicateRuling,
    DuplicateUndo,
    PublishedAnyway,
    RecordCorrection,
    Release,
    Restoration,
    ScreeningClear,
    ScreeningDecision,
    ScreeningUndo,
    SourceRenaming,
    Withdrawal,
)
from schemas.protocol_gate import Gate
from schemas.words import counted
from tasks.review.state import ReviewState
from tasks.review.steps import Steps

_SQL = Path(__file__).with_name("gate.sql").read_text(encoding="utf-8")
_OF_DELIVERIES = (Withdrawal, Restoration, Assignment, SourceRenaming)
_OF_DECISIONS = (ScreeningDecision, ScreeningClear, ScreeningUndo, DuplicateRuling, DuplicateUndo, RecordCorrection)


class GateError(UserError):
    """The gate is closed. Exits with 3, so that a schedule can tell it from other faults."""

    exit_code = 3


@dataclass(frozen=True)
class Anyway:
    """Who lets what the gate found be published all the same, and why."""

    who: str
    reason: str


@dataclass(frozen=True)
class _Explained:
    """Whether something in the log since the last version can explain that records, and included reports, are fewer."""

    records: bool
    decisions: bool


def pass_gate(con: duckdb.DuckDBPyConnection, state: ReviewState, steps: Steps, anyway: Anyway | None = None) -> None:
    """Compares what is to be published with the last version. Raises GateError where something looks wrong and nobody lets it
    pass; the published copies are then as they were."""
    found = find_suspicious(con, state)
    for line in found:
        steps.show_line(f"gate: {line}")
    if not found:
        return
    if anyway is None:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        raise GateError(
            f"nothing is published, since {found[0]}{more}",
            path=state.review.root,
            hint="put it right and update again, or: living-review update --publish-anyway --reason TEXT",
        )
    state.review.log.append(PublishedAnyway(findings=tuple(found), reason=anyway.reason), anyway.who)
    steps.show_line(f"gate: published anyway by {anyway.who}: {anyway.reason}")


def find_suspicious(con: duckdb.DuckDBPyConnection, state: ReviewState) -> list[str]:
    """What looks wrong beside the last version, a line each; none where there is no last version that can be compared."""
    last = max(
        (entry.event.upto for entry in state.review.log.entries(Release) if isinstance(entry.event, Release)), default=0
    )
    if not last or not state.review.published_warehouse.exists():
        return []
    gate = state.protocol.gate
    try:
        rows = _compare(con, state.review.published_warehouse, gate, last)
    except (
        duckdb.Error
    ):  # damaged, or of a program with other tables: it is made anew, and the next version has something beside it
        return []
    explained = _explain(state, last)
    return [line for row in rows if (line := _describe(*row, gate=gate, explained=explained))]


def _compare(con: duckdb.DuckDBPyConnection, copy: Path, gate: Gate, since: int) -> list[tuple[str, str, float, int]]:
    con.execute(f"ATTACH '{str(copy).replace(chr(39), chr(39) * 2)}' AS old (READ_ONLY)")
    try:
        for name, value in (("since", since), ("silent", gate.silent), ("jump", gate.jump)):
            con.execute(f"SET VARIABLE {name} = ?", [value])
        rows: list[tuple[str, str, float, int]] = con.execute(_SQL).fetchall()
        return rows
    finally:
        con.execute("DETACH old")


def _explain(state: ReviewState, since: int) -> _Explained:
    records = decisions = False
    for entry in state.review.log.entries(Arrival, *_OF_DELIVERIES, *_OF_DECISIONS, after=since):
        event = entry.event
        if isinstance(event, Arrival):
            protocol = event.content is Content.PROTOCOL
            records |= protocol or bool(event.replaces)
            decisions |= protocol or event.content is Content.DECISIONS
        else:
            records |= isinstance(event, _OF_DELIVERIES)
            decisions |= isinstance(event, _OF_DECISIONS)
    return _Explained(records, decisions or records)


def _describe(what: str, subject: str, before: float, now: int, *, gate: Gate, explained: _Explained) -> str:
    """One number in words; empty where it is explained."""
    if what == "included":
        return _describe_included(int(before), now, gate, decided=explained.decisions)
    if what in ("records", "lost records", "lost reports") and explained.records:
        return ""
    lost = what.removeprefix("lost ").removesuffix("s")
    return {
        "records": f"source {subject} has {now:,} records and had {before:,.0f}, though nothing was withdrawn or replaced",
        "silent": f"source {subject} found nothing, and {before:,.1f} records a search before",
        "jump": f"a search of {subject} found {now:,} records, and at most {before:,.0f} before",
    }.get(what, f"{counted(int(before), lost)} of the last version can no longer be found under any id")


def _describe_included(before: int, now: int, gate: Gate, *, decided: bool) -> str:
    fell = before - now
    if not decided:
        return f"{now:,} reports are included and {before:,} were, though nobody decided anything"
    if fell > 1 and fell >= gate.fell * before:
        return f"{counted(fell, 'report')} of {before:,} that were included no longer are"
    return ""
