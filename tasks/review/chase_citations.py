"""Chase citations: those of the included reports into the log, as one search of each source that does so."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime

from schemas.event import Arrival, CitationOutcome, Content
from schemas.event import Trail as FollowedTrail
from schemas.protocol import SearchSource
from tasks.review.ask_services import ACTOR, Asked
from tasks.review.state import ReviewState
from tasks.search.citations import Seed, Trail, chase
from tasks.search.http import Http
from tasks.search.service import Page, Retrieval
from warehouse.review import Review

#: A trail is due a little before `every_days` are over, since months differ in length.
EARLY = 0.9


@dataclass
class _Chase:
    """What one source's chase has come to so far."""

    source: SearchSource
    key: str
    pages: int = 0
    ended: list[tuple[Trail, Retrieval]] = field(default_factory=list)


def chase_citations(state: ReviewState, seeds: list[Seed], http: Http, today: date | None = None) -> list[Asked]:
    """Follows the trails from these reports that are due. What was followed is noted once a source has followed all its
    trails: the pages of a run that died before are asked for again."""
    review, now = state.review, datetime.now(UTC)
    sources = {str(source.service): source for source in state.protocol.source if source.chased}
    chases = {name: _Chase(source, f"{source.name}-{now:%Y%m%dT%H%M%S%f}") for name, source in sources.items()}
    followed = last_followed(state)

    def due(trail: Trail) -> bool:
        last = followed.get(trail.key)
        return last is None or ((today or now.date()) - last).days >= sources[trail.service].every_days * EARLY

    def keep(trail: Trail, page: Page) -> None:
        of = chases[trail.service]
        of.pages += 1
        name = f"services/{of.source.name}/{of.key}/{of.pages}"
        sha256, size = review.snapshots.add(page.body, name=name)
        arrival = Arrival(
            name=name, content=Content.PAGE, sha256=sha256, size=size, source=of.source.name, search_key=of.key,
            page=of.pages, request=page.request, trail=str(trail),
        )  # fmt: skip
        review.log.append(arrival, ACTOR)

    for trail, done in chase(seeds, http, keep, services=sources, due=due):
        chases[trail.service].ended.append((trail, done))
    return [_note(review, one, now, today or now.date()) for one in chases.values() if one.ended]


def last_followed(state: ReviewState) -> dict[tuple[str, str, str], date]:
    """The day on which each trail was last followed to its end, by its key: the watermark of a trail."""
    days: dict[tuple[str, str, str], date] = {}
    for entry in state.outcomes:
        if isinstance(entry.event, CitationOutcome) and entry.event.window_to:
            for one in entry.event.trails:
                if one.complete:
                    key = (one.service, one.direction, one.asked)
                    days[key] = max(days.get(key, date.min), entry.event.window_to)
    return days


def _note(review: Review, of: _Chase, at: datetime, today: date) -> Asked:
    """How the chase ended, in the words of a search: complete where every trail is."""
    reasons: dict[str, int] = defaultdict(int)
    for _, done in of.ended:
        if not done.complete:
            reasons[done.reason] += 1
    failed, counts = sum(reasons.values()), [done.expected for _, done in of.ended]
    outcome = CitationOutcome(
        search_key=of.key, source=of.source.name, executed_at=at, window_to=today,
        expected=None if None in counts else sum(count or 0 for count in counts),
        retrieved=sum(done.retrieved for _, done in of.ended),
        pages=tuple(page for _, done in of.ended for page in done.pages),
        complete=not failed,
        reason=f"{failed} of {len(of.ended)} trails of citations broke off: {'; '.join(reasons)}" if failed else "",
        trails=tuple(
            FollowedTrail(
                trail=str(trail), **asdict(trail), expected=done.expected, retrieved=done.retrieved,
                complete=done.complete, reason=done.reason, notes=done.notes,
            )
            for trail, done in of.ended
        ),
    )  # fmt: skip
    review.log.append(outcome, ACTOR)
    reports = len({trail.report_id for trail, _ in of.ended})
    return Asked(of.source.name, f"{reports} included reports", outcome.retrieved, outcome.reason)
