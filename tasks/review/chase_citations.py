"""Chase citations: follow those of the included reports, and log them as one search of each source that does so."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from schemas import clock
from schemas.event import Arrival, CitationOutcome, Content
from schemas.event import Trail as FollowedTrail
from schemas.protocol import SearchSource
from tasks.review.ask_services import ACTOR, EARLY, ServiceAnswer
from tasks.review.state import ReviewState
from tasks.search.citations import Seed, Trail, chase
from tasks.search.http import Http
from tasks.search.service import Page, Retrieval
from warehouse.review import Review


@dataclass
class _Chase:
    """One source's chase under way: how many pages were stored, and the trails that ended."""

    source: SearchSource
    key: str
    pages: int = 0
    ended: list[tuple[Trail, Retrieval]] = field(default_factory=list)


def chase_citations(
    state: ReviewState, seeds: list[Seed], http: Http, today: date | None = None
) -> list[ServiceAnswer]:
    """Follows the trails from these reports that are due; returns an answer for each source that followed one.

    The outcome is logged once a source has followed all its trails: if the run stops before, its pages are asked for again.
    """
    review, now = state.review, clock.now()
    sources = {str(source.service): source for source in state.protocol.source if source.chased}
    chases = {name: _Chase(source, f"{source.name}-{now:%Y%m%dT%H%M%S%f}") for name, source in sources.items()}
    followed = find_last_followed(state)

    def due(trail: Trail) -> bool:
        last = followed.get(trail.key)
        return last is None or ((today or now.date()) - last).days >= sources[trail.service].every_days * EARLY

    def keep(trail: Trail, page: Page) -> None:
        chase_run = chases[trail.service]
        chase_run.pages += 1
        name = f"services/{chase_run.source.name}/{chase_run.key}/{chase_run.pages}"
        sha256, size = review.snapshots.add(page.body, name=name)
        arrival = Arrival(
            name=name, content=Content.PAGE, sha256=sha256, size=size, source=chase_run.source.name, search_key=chase_run.key,
            page=chase_run.pages, request=page.request, trail=str(trail),
        )  # fmt: skip
        review.log.append(arrival, ACTOR)

    for trail, retrieval in chase(seeds, http, keep, services=sources, due=due):
        chases[trail.service].ended.append((trail, retrieval))
    return [
        _log_outcome(review, chase_run, now, today or now.date()) for chase_run in chases.values() if chase_run.ended
    ]


def find_last_followed(state: ReviewState) -> dict[tuple[str, str, str], date]:
    """The day on which each trail was last followed to its end, by its key: the watermark of a trail."""
    days: dict[tuple[str, str, str], date] = {}
    for entry in state.outcomes:
        if isinstance(entry.event, CitationOutcome) and entry.event.window_to:
            for trail in entry.event.trails:
                if trail.complete:
                    key = (trail.service, trail.direction, trail.asked)
                    days[key] = max(days.get(key, date.min), entry.event.window_to)
    return days


def _log_outcome(review: Review, chase_run: _Chase, at: datetime, today: date) -> ServiceAnswer:
    """How the chase ended, in the words of a search: complete where every trail is."""
    reasons: dict[str, int] = defaultdict(int)
    for _, retrieval in chase_run.ended:
        if not retrieval.complete:
            reasons[retrieval.reason] += 1
    failed, counts = sum(reasons.values()), [retrieval.expected for _, retrieval in chase_run.ended]
    outcome = CitationOutcome(
        search_key=chase_run.key, source=chase_run.source.name, executed_at=at, window_to=today,
        expected=None if None in counts else sum(count or 0 for count in counts),
        retrieved=sum(retrieval.retrieved for _, retrieval in chase_run.ended),
        pages=tuple(page for _, retrieval in chase_run.ended for page in retrieval.pages),
        complete=not failed,
        reason=f"{failed} of {len(chase_run.ended)} trails of citations broke off: {'; '.join(reasons)}" if failed else "",
        trails=tuple(
            FollowedTrail(
                trail=str(trail), **asdict(trail), expected=retrieval.expected, retrieved=retrieval.retrieved,
                complete=retrieval.complete, reason=retrieval.reason, notes=retrieval.notes,
            )
            for trail, retrieval in chase_run.ended
        ),
    )  # fmt: skip
    review.log.append(outcome, ACTOR)
    reports = len({trail.report_id for trail, _ in chase_run.ended})
    return ServiceAnswer(chase_run.source.name, f"{reports} included reports", outcome.retrieved, outcome.reason)
