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
        """A hash over the search, and over the databases and platforms of the protocol's sources."""
        shape = [[source.name, source.database, source.platform, source.method] for source in sources]
        facts = {**asdict(self), "source": self.source.name}
        text = json.dumps([facts, shape], sort_keys=True, default=str)
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
    counting = [delivery for delivery in deliveries if delivery.counts]
    pages: dict[str, list[Delivery]] = {}
    for delivery in counting:
        if delivery.content is Content.PAGE:
            pages.setdefault(delivery.arrival.search_key or "", []).append(delivery)
    found = [
        _plan_export(delivery, sources[delivery.source], protocol_at(delivery.arrival_id))
        for delivery in counting
        if delivery.content is Content.EXPORT and delivery.source in sources
    ]
    for entry in outcomes:
        if isinstance(entry.event, SearchOutcome | CitationOutcome):
            name = renamed.get(entry.event.source, entry.event.source)
            if name in sources:
                found.append(_plan_answer(entry, entry.event, sources[name], pages.get(entry.event.search_key, [])))
    return sorted(found, key=lambda search: search.event_id)


def _plan_export(delivery: Delivery, source: SearchSource, earlier_protocol: Protocol) -> PlannedSearch:
    earlier_source = next(
        (s for s in earlier_protocol.source if s.name in (delivery.arrival.source, source.name)), source
    )
    return PlannedSearch(
        event_id=delivery.arrival_id, key=f"e{delivery.arrival_id}", source=source, former_sources=delivery.former_sources,
        files=(PlannedFile(delivery.arrival_id, delivery.name, delivery.sha256, delivery.hits),), is_export=True,
        executed_at=delivery.executed_at or delivery.received_at, executed_at_known=delivery.executed_at is not None,
        strategy=delivery.strategy or earlier_source.strategy, window_from=delivery.window_from or earlier_source.window_from,
        window_to=delivery.window_to or earlier_source.window_to, hits=delivery.hits,
    )  # fmt: skip


def _plan_answer(
    entry: Entry, outcome: SearchOutcome | CitationOutcome, source: SearchSource, pages: Sequence[Delivery]
) -> PlannedSearch:
    loaded = sorted((page for page in pages if page.sha256 in outcome.pages), key=lambda page: page.arrival.page or 0)
    former = tuple(dict.fromkeys(name for page in loaded for name in page.former_sources))
    return PlannedSearch(
        event_id=entry.seq, key=outcome.search_key, source=source, former_sources=former,
        files=tuple(PlannedFile(page.arrival_id, page.name, page.sha256) for page in loaded), is_export=False,
        executed_at=outcome.executed_at, executed_at_known=True,
        strategy=outcome.strategy if isinstance(outcome, SearchOutcome) else None,
        window_from=outcome.window_from, window_to=outcome.window_to, hits=outcome.expected,
        complete=outcome.complete, reason=outcome.reason,
    )  # fmt: skip
