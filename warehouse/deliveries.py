"""Deliveries: what each arrival means, by all events about it up to some moment. Pure functions.

Bytes, arrival, delivery: the same bytes may arrive twice, under two names, in the wrong folder, or again after something
else. The rules by which a delivery counts:

1. One that was withdrawn does not count, until it is restored.
2. One whose place another took (`Arrival.replaces`) does not count while that other one, or one that took its place in
   turn, has not been withdrawn. One that was restored counts all the same.
3. Of the same bytes for the same source and purpose only the first that counts is taken.
4. An export or page counts for the source of its folder, or the one that it was assigned to, by that source's name of
   today. Where the protocol has no such source, it does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import PurePosixPath

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
    decisions, and `positions`, of QDA projects: by the note beside the file; the stage else by its folder.
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
    first_of: dict[tuple[str, ...], int] = {}
    for seq in events.arrivals:
        delivery = _build_delivery(events, seq)
        state, other = _find_state(events, delivery, known)
        if state is State.COUNTS:
            same = (
                delivery.sha256,
                delivery.content,
                delivery.source or "",
                delivery.stage or "",
                *_page_of_search(delivery),
            )
            other = first_of.setdefault(same, seq)
            state, other = (State.COUNTS, None) if other == seq else (State.REPEATED, other)
        found.append(replace(delivery, state=state, other=other))
    return found


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


def _build_delivery(events: _ArrivalEvents, seq: int) -> Delivery:
    entry = events.arrivals[seq]
    arrival = entry.event
    assert isinstance(arrival, Arrival)
    history = _list_sources(events, seq)
    source = _current_name(events.renamed, history[-1]) if history else None
    former = tuple(dict.fromkeys(name for name in history if name != source))
    note = events.notes.get(arrival.name)
    return Delivery(
        seq, entry.at, arrival, source=source, former_sources=former,
        executed_at=(note.executed_at if note else None) or date_in_name(arrival),
        window_from=note.window_from if note else None, window_to=note.window_to if note else None,
        hits=note.hits if note else None, who=note.who if note else None, strategy=note.strategy if note else None,
        note=note.note if note else None, stage=(note.stage if note else None) or arrival.stage,
        verdict=note.verdict if note else None, positions=note.positions if note else None, restored=seq in events.restored,
    )  # fmt: skip


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


def _page_of_search(delivery: Delivery) -> tuple[str, ...]:
    """Pages of two searches are two pages, whatever their bytes."""
    return (delivery.arrival.search_key or "", str(delivery.arrival.page or ""))


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
