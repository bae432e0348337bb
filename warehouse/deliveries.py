"""Deliveries: what each arrival means, by all events about it up to some moment. Pure functions.

Bytes, arrival, delivery: the same bytes may arrive twice, under two names, in the wrong folder, or again after something
else. The rules by which a delivery counts:

1. One that was withdrawn does not count, until it is restored.
2. One whose place another took (`Arrival.replaces`) does not count while that other one, or one that took its place in
   turn, has not been withdrawn. One that was restored counts all the same.
3. Of the same bytes for the same source and purpose only one counts: of exports the one whose note gives the earliest
   search date, else whose name does, so that it does not matter in which order they came; else, and where dates are equal,
   the first. What the notes beside the others say counts for it, where its own note says nothing.
4. An export or page counts for the source of its folder, or the one that it was assigned to, by that source's name of
   today. Where the protocol has no such source, it does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from schemas.event import (
    Arrival,
    Assignment,
    Content,
    Note,
    Restoration,
    SourceRenaming,
    Withdrawal,
)
from warehouse.log import Entry

#: The events that say what arrivals mean.
EVENTS = (Arrival, Note, Withdrawal, Restoration, Assignment, SourceRenaming)
#: What belongs to a source of the protocol.
OF_SOURCES = (Content.EXPORT, Content.PAGE)
_NOTED = (
    "executed_at",
    "window_from",
    "window_to",
    "hits",
    "who",
    "strategy",
    "note",
    "stage",
    "verdict",
    "positions",
    "round",
)
_DAY = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")


class State(StrEnum):
    """Whether a delivery counts, and if not, why."""

    COUNTS = "counts"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"
    REPLACED = "replaced"
    REPEATED = "repeated"
    """The same bytes count already, for the same source and purpose."""
    NO_SOURCE = "no source"
    """The protocol has no source of that name."""


@dataclass(frozen=True)
class Delivery:
    """An arrival with what is known of it. `arrival_id` is its place in the log; times are UTC, unknown is None.

    `source`: the source that it counts for, by today's name; `former_sources`: those that it, or what it replaces, counted
    for before. `executed_at`: when the search was run or the work was done, where somebody said so. `stage`, `verdict`: of
    decisions, and `positions` and `round`, of QDA projects: by the note beside the file; the stage else by its folder.
    `other`: the delivery that took its place, or that repeats it.
    """

    arrival_id: int
    received_at: datetime
    arrival: Arrival
    state: State = State.COUNTS
    source: str | None = None
    former_sources: tuple[str, ...] = ()
    executed_at: datetime | None = None
    window_from: date | None = None
    window_to: date | None = None
    hits: int | None = None
    who: str | None = None
    strategy: str | None = None
    note: str | None = None
    stage: str | None = None
    verdict: str | None = None
    positions: str | None = None
    round: int | None = None
    restored: bool = False
    other: int | None = None

    @property
    def name(self) -> str:
        """The name under which it came."""
        return self.arrival.name

    @property
    def content(self) -> Content:
        """What it is for."""
        return self.arrival.content

    @property
    def sha256(self) -> str:
        """The hash of its bytes."""
        return self.arrival.sha256

    @property
    def counts(self) -> bool:
        """Whether it counts."""
        return self.state is State.COUNTS


@dataclass
class _ArrivalEvents:
    """The log's events about arrivals: by the arrival's place in the log; notes by the file's name, renamings by the old name."""

    arrivals: dict[int, Entry] = field(default_factory=dict)
    successors: dict[int, list[int]] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    withdrawn: dict[int, Withdrawal] = field(default_factory=dict)
    restored: set[int] = field(default_factory=set)
    assigned: dict[int, list[str]] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)


def read_deliveries(entries: Iterable[Entry], sources: Iterable[str] | None = None) -> list[Delivery]:
    """All deliveries in the order in which they came.

    `sources`: the names of the protocol's sources; None leaves rule 4's last sentence out.
    """
    events = _group_events(entries)
    known = None if sources is None else set(sources)
    found: list[Delivery] = []
    for seq in events.arrivals:
        delivery = _build_delivery(events, seq)
        state, other = _find_state(events, delivery, known)
        found.append(replace(delivery, state=state, other=other))
    same: dict[tuple[str, ...], list[Delivery]] = {}
    for delivery in sorted((d for d in found if d.counts), key=lambda d: _precedence(events, d)):
        same.setdefault(_bytes_and_purpose(delivery), []).append(delivery)
    merged: dict[int, Delivery] = {}
    for counting, *others in same.values():
        merged |= {d.arrival_id: replace(d, state=State.REPEATED, other=counting.arrival_id) for d in others}
        if others:
            merged[counting.arrival_id] = _build_delivery(events, counting.arrival_id, [d.name for d in others])
    return [merged.get(delivery.arrival_id, delivery) for delivery in found]


def find_newest_by_name(all_deliveries: Iterable[Delivery]) -> dict[str, Delivery]:
    """The last delivery under each name, whether it counts or not."""
    return {delivery.name: delivery for delivery in all_deliveries}


def find_withdrawn_events(entries: Iterable[Entry]) -> set[int]:
    """The numbers of the events that were withdrawn and not restored since."""
    return set(_group_events(entries).withdrawn)


def map_current_names(entries: Iterable[Entry]) -> dict[str, str]:
    """Old name of a source → its name of today."""
    renamed = _group_events(entries).renamed
    return {old: _current_name(renamed, old) for old in renamed}


def _group_events(entries: Iterable[Entry]) -> _ArrivalEvents:
    events = _ArrivalEvents()
    for entry in entries:
        match entry.event:
            case Arrival() as arrival:
                events.arrivals[entry.seq] = entry
                for before in arrival.replaces:
                    events.successors.setdefault(before, []).append(entry.seq)
            case Note() as note:
                events.notes[note.name] = note
            case Withdrawal() as withdrawal:
                events.withdrawn[withdrawal.arrival] = withdrawal
                events.restored.discard(withdrawal.arrival)
            case Restoration() as restoration:
                events.withdrawn.pop(restoration.arrival, None)
                events.restored.add(restoration.arrival)
            case Assignment() as assignment:
                events.assigned.setdefault(assignment.arrival, []).append(assignment.source)
            case SourceRenaming() as renaming:
                events.renamed[renaming.old] = renaming.new
                events.renamed.pop(renaming.new, None)  # renamed back
    return events


def _build_delivery(events: _ArrivalEvents, seq: int, repeats: Sequence[str] = ()) -> Delivery:
    """An arrival as one that counts; `repeats`: the names under which the same bytes came for the same source and purpose."""
    entry = events.arrivals[seq]
    arrival = entry.event
    assert isinstance(arrival, Arrival)
    history = _list_sources(events, seq)
    source = _current_name(events.renamed, history[-1]) if history else None
    former = tuple(dict.fromkeys(name for name in history if name != source))
    notes = [events.notes[name] for name in dict.fromkeys((arrival.name, *repeats)) if name in events.notes]
    known: dict[str, Any] = {
        key: next((v for note in notes if (v := getattr(note, key)) is not None), None) for key in _NOTED
    }
    known["executed_at"] = known["executed_at"] or date_in_name(arrival)
    known["stage"] = known["stage"] or arrival.stage
    return Delivery(
        seq, entry.at, arrival, source=source, former_sources=former, restored=seq in events.restored, **known
    )


def _list_sources(events: _ArrivalEvents, seq: int) -> list[str]:
    """The sources that an arrival, and those whose place it took, counted for, the last one last."""
    arrival = events.arrivals[seq].event
    assert isinstance(arrival, Arrival)
    before = [name for other in arrival.replaces if other in events.arrivals for name in _list_sources(events, other)]
    own = [arrival.source] if arrival.source else []
    return [*before, *own, *events.assigned.get(seq, [])]


def _find_state(events: _ArrivalEvents, delivery: Delivery, known: set[str] | None) -> tuple[State, int | None]:
    withdrawal = events.withdrawn.get(delivery.arrival_id)
    if withdrawal is not None:
        return (State.MOVED if withdrawal.moved else State.WITHDRAWN), None
    if not delivery.restored:
        for successor in events.successors.get(delivery.arrival_id, []):
            if _keeps_place(events, successor):
                return State.REPLACED, successor
    if known is not None and delivery.content in OF_SOURCES and delivery.source not in known:
        return State.NO_SOURCE, None
    return State.COUNTS, None


def _keeps_place(events: _ArrivalEvents, seq: int) -> bool:
    """Whether an arrival keeps the place that it took: it was not withdrawn, or one that took its place keeps it."""
    return seq not in events.withdrawn or any(_keeps_place(events, other) for other in events.successors.get(seq, []))


def _current_name(renamed: Mapping[str, str], name: str) -> str:
    seen = {name}
    while name in renamed and renamed[name] not in seen:
        name = renamed[name]
        seen.add(name)
    return name


def _bytes_and_purpose(delivery: Delivery) -> tuple[str, ...]:
    """What rule 3 takes for the same. Pages of two searches are two pages, whatever their bytes, and lists of decisions are
    two where the notes beside them name two persons or verdicts."""
    arrival = delivery.arrival
    says = (delivery.who or "", delivery.verdict or "") if delivery.content is Content.DECISIONS else ()
    page = (arrival.search_key or "", str(arrival.page or ""))
    return (delivery.sha256, delivery.content, delivery.source or "", delivery.stage or "", *page, *says)


def _precedence(events: _ArrivalEvents, delivery: Delivery) -> tuple[datetime, datetime, int]:
    """Of the same bytes the delivery that is least by this is the one that counts (rule 3)."""
    never = datetime.max.replace(tzinfo=UTC)
    if delivery.content is not Content.EXPORT:
        return never, never, delivery.arrival_id
    note = events.notes.get(delivery.name)
    noted = note.executed_at if note else None
    return noted or never, delivery.executed_at or never, delivery.arrival_id


def date_in_name(arrival: Arrival) -> datetime | None:
    """The day in a file's name (2026-10-31 anywhere in it), as its last minute: by then the search had been run."""
    if arrival.content is Content.PAGE:
        return None
    found = _DAY.search(PurePosixPath(arrival.name).name)
    try:
        return end_of_day(date.fromisoformat(found[1])) if found else None
    except ValueError:
        return None


def end_of_day(at: date | datetime) -> datetime:
    """A day without a time is its last minute in UTC; a time without a zone is UTC."""
    if isinstance(at, datetime):
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return datetime.combine(at, time(23, 59), tzinfo=UTC)
