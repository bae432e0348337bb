"""The state of a review: what its log says up to a moment, read once a run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from schemas.errors import UserError
from schemas.event import (
    Arrival,
    CitationOutcome,
    Content,
    NoticeOutcome,
    OpenTextOutcome,
    SearchOutcome,
)
from schemas.event_base import Event
from schemas.protocol import Protocol, read_protocol
from warehouse.deliveries import EVENTS, Delivery, find_withdrawn_events, map_current_names, read_deliveries
from warehouse.log import Entry, Head
from warehouse.plan import PlannedSearch, plan_searches
from warehouse.review import Review

OUTCOMES = (SearchOutcome, CitationOutcome, NoticeOutcome, OpenTextOutcome)


@dataclass(frozen=True)
class ReviewState:
    """A review's log up to and including `head`. Everything is read when it is first asked for, and then kept."""

    review: Review
    head: Head

    def entries(self, *models: type[Event]) -> list[Entry]:
        """The events of these models up to the head."""
        return list(self.review.log.entries(*models, upto=self.head.seq))

    @cached_property
    def review_id(self) -> str:
        """What tells this review from others; empty while nothing has happened to it."""
        return self.review.log.review_id() or ""

    @cached_property
    def protocol(self) -> Protocol:
        """The protocol in force at the head. Raises UserError where there was none yet."""
        return self._protocol_at(self.head.seq)

    @property
    def protocol_file(self) -> Path:
        """The bytes of the protocol in force at the head, as they came in."""
        return self.review.snapshots.path(self._protocol_bytes(self.head.seq))

    @cached_property
    def deliveries(self) -> list[Delivery]:
        """Every delivery, in order, with whether it counts."""
        return read_deliveries(self._arrival_events, [source.name for source in self.protocol.source])

    @cached_property
    def renamed(self) -> dict[str, str]:
        """A source's old name → its name of today."""
        return map_current_names(self._arrival_events)

    @cached_property
    def outcomes(self) -> list[Entry]:
        """How services answered, those that were withdrawn left out."""
        withdrawn = find_withdrawn_events(self._arrival_events)
        return [entry for entry in self.entries(*OUTCOMES) if entry.seq not in withdrawn]

    @cached_property
    def searches(self) -> list[PlannedSearch]:
        """Every search that counts."""
        return plan_searches(self.deliveries, self.outcomes, self.protocol, self._protocol_at_or_current, self.renamed)

    @cached_property
    def _arrival_events(self) -> list[Entry]:
        return self.entries(*EVENTS)

    @cached_property
    def _protocols(self) -> list[tuple[int, str]]:
        """(place in the log, hash of the bytes) of each protocol that came in."""
        return [
            (entry.seq, entry.event.sha256)
            for entry in self._arrival_events
            if isinstance(entry.event, Arrival) and entry.event.content is Content.PROTOCOL
        ]

    @cached_property
    def _parsed(self) -> dict[str, Protocol]:
        return {}

    def _protocol_at_or_current(self, seq: int) -> Protocol:
        """The protocol at an earlier place; today's, where a newer program can no longer read that one."""
        sha256 = self._protocol_bytes(seq)
        try:
            return self._read_protocol(sha256)
        except UserError:
            return self.protocol

    def _protocol_at(self, seq: int) -> Protocol:
        return self._read_protocol(self._protocol_bytes(seq))

    def _protocol_bytes(self, seq: int) -> str:
        """The hash of the protocol in force at a place, whose bytes are there. Raises UserError where they are not."""
        before = [sha256 for place, sha256 in self._protocols if place <= seq]
        if not before:
            raise UserError("had no protocol yet at that moment", path=self.review.root)
        if before[-1] not in self._parsed:
            self.review.snapshots.check(before[-1], name="review.toml")
        return before[-1]

    def _read_protocol(self, sha256: str) -> Protocol:
        if sha256 not in self._parsed:
            self._parsed[sha256] = read_protocol(self.review.snapshots.path(sha256)).protocol
        return self._parsed[sha256]


def read_state(review: Review, upto: int | None = None) -> ReviewState:
    """The state at the log's end, or as it was at an earlier place. Raises UserError where there is no such place."""
    if upto is None:
        return ReviewState(review, review.log.head())
    digest = review.log.hash_at(upto)
    if digest is None:
        raise UserError(f"the log has no event {upto}", path=review.log.path)
    return ReviewState(review, Head(upto, digest))
