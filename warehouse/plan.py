"""The plan of loading: every search that counts, with its files and what is known of it, in the order of the log. Pure.

A search is an export file, or all pages of one service's answer. Its `fingerprint` covers everything that loading it
depends on besides the program itself: a warehouse that holds other fingerprints than the plan is derived anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from schemas.event import CitationOutcome, Content, SearchOutcome
from schemas.protocol import Protocol, SearchSource
from warehouse.deliveries import Delivery
from warehouse.log import Entry


@dataclass(frozen=True)
class PlannedFile:
    """One file of a search: the arrival, its name for messages, the hash of its bytes, and the hits that were noted."""

    arrival_id: int
    name: str
    sha256: str
    hits: int | None = None


@dataclass(frozen=True)
class PlannedSearch:
    """One search to load.

    `event_id`: its place in the log (the export's arrival, or the service's outcome); `key`: what names it; `source`: as
    the protocol has it today; `executed_at`: the date of receipt where nobody said when it was run
    (`executed_at_known` is false); `strategy` and window: as noted, else as the protocol said when it came in;
    `complete`, `reason`: whether a service sent all of it, and why not. Times are UTC.
    """

    event_id: int
    key: str
    source: SearchSource
    former_sources: tuple[str, ...]
    files: tuple[PlannedFile, ...]
    is_export: bool
    executed_at: datetime
    executed_at_known: bool
    strategy: str | None
    window_from: date | None
    window_to: date | None
    hits: int | None
    complete: bool = True
    reason: str = ""

    @property
    def name(self) -> str:
        """What messages call it: the export's name, or the source that was searched."""
        return self.files[0].name if self.is_export else f"search of {self.source.name}"

    def fingerprint(self, sources: Sequence[SearchSource]) -> str:
        """A hash over the search, and over what the protocol's sources say of databases and platforms."""
        shape = [[one.name, one.database, one.platform, one.method] for one in sources]
        said = {**asdict(self), "source": self.source.name}
        text = json.dumps([said, shape], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def plan_searches(
    deliveries: Iterable[Delivery],
    outcomes: Iterable[Entry],
    protocol: Protocol,
    protocol_at: Callable[[int], Protocol],
    renamed: Mapping[str, str],
) -> list[PlannedSearch]:
    """The searches that count, in the order of the log.

    `outcomes`: those of searches and citations that were not withdrawn; `protocol_at`: the protocol in force at a place of
    the log; `renamed`: a source's old name to its name of today. Pages whose search has no outcome are those of a run that
    died: the next run asks for them again.
    """
    sources = {source.name: source for source in protocol.source}
    counting = [one for one in deliveries if one.counts]
    pages: dict[str, list[Delivery]] = {}
    for one in counting:
        if one.content is Content.PAGE:
            pages.setdefault(one.arrival.search_key or "", []).append(one)
    found = [
        _export(one, sources[one.source], protocol_at(one.arrival_id))
        for one in counting
        if one.content is Content.EXPORT and one.source in sources
    ]
    for entry in outcomes:
        if isinstance(entry.event, SearchOutcome | CitationOutcome):
            name = renamed.get(entry.event.source, entry.event.source)
            if name in sources:
                found.append(_answer(entry, entry.event, sources[name], pages.get(entry.event.search_key, [])))
    return sorted(found, key=lambda search: search.event_id)


def _export(one: Delivery, source: SearchSource, then: Protocol) -> PlannedSearch:
    asked = next((s for s in then.source if s.name in (one.arrival.source, source.name)), source)
    return PlannedSearch(
        event_id=one.arrival_id, key=f"e{one.arrival_id}", source=source, former_sources=one.former_sources,
        files=(PlannedFile(one.arrival_id, one.name, one.sha256, one.hits),), is_export=True,
        executed_at=one.executed_at or one.received_at, executed_at_known=one.executed_at is not None,
        strategy=one.strategy or asked.strategy, window_from=one.window_from or asked.window_from,
        window_to=one.window_to or asked.window_to, hits=one.hits,
    )  # fmt: skip


def _answer(
    entry: Entry, outcome: SearchOutcome | CitationOutcome, source: SearchSource, pages: Sequence[Delivery]
) -> PlannedSearch:
    loaded = sorted((one for one in pages if one.sha256 in outcome.pages), key=lambda one: one.arrival.page or 0)
    former = tuple(dict.fromkeys(name for one in loaded for name in one.former_sources))
    return PlannedSearch(
        event_id=entry.seq, key=outcome.search_key, source=source, former_sources=former,
        files=tuple(PlannedFile(one.arrival_id, one.name, one.sha256) for one in loaded), is_export=False,
        executed_at=outcome.executed_at, executed_at_known=True,
        strategy=outcome.strategy if isinstance(outcome, SearchOutcome) else None,
        window_from=outcome.window_from, window_to=outcome.window_to, hits=outcome.expected,
        complete=outcome.complete, reason=outcome.reason,
    )  # fmt: skip
