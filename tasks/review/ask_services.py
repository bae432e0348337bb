"""Ask services: search a source's service from its watermark on, and log every page and the outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from schemas import clock
from schemas.errors import UserError
from schemas.event import Arrival, Content, SearchOutcome
from schemas.protocol import SearchSource
from tasks.review.state import ReviewState
from tasks.search.http import Http
from tasks.search.service import Page, Retrieval, retrieve
from tasks.search.services import SERVICES
from tasks.search.strategy import combine_lines
from tasks.search.window import Window, move_watermark, next_window
from warehouse.review import Review

ACTOR = "update"
#: What is due after some days is due a little before they are over, since months differ in length and runs in their hour.
EARLY = 0.9


@dataclass(frozen=True)
class ServiceAnswer:
    """How a service answered: `what` was asked for, how many records were `retrieved`; `reason` is empty where all came."""

    source: str
    what: str
    retrieved: int
    reason: str


def search_service(state: ReviewState, source: SearchSource, http: Http, today: date | None = None) -> ServiceAnswer:
    """Searches one source's service from its watermark on. Each page is kept before it is read."""
    now = clock.now()
    window = next_window(find_watermark(state, source), today or now.date(), source.window_from, source.window_to)
    key = f"{source.name}-{now:%Y%m%dT%H%M%S%f}"
    keep = make_page_keeper(state.review, Content.PAGE, key, source=source.name)
    try:
        combine_lines(str(source.strategy))
    except UserError as error:
        retrieval = Retrieval(None, 0, (), complete=False, reason=error.message)
    else:
        retrieval = retrieve(SERVICES[str(source.service)], str(source.strategy), window, http, keep)
    _log_outcome(state.review, source, window, retrieval, key=key, at=now)
    return ServiceAnswer(source.name, str(window), retrieval.retrieved, retrieval.reason)


def is_due(state: ReviewState, source: SearchSource, today: date) -> bool:
    """Whether a schedule asks the source's service today: always, unless the protocol says in how many days once (every_days), and so
    few have not gone by since the day up to which it is complete."""
    if "every_days" not in source.model_fields_set:
        return True
    complete = find_watermark(state, source)
    return complete is None or (today - complete).days >= source.every_days * EARLY


def log_failed_search(review: Review, source: SearchSource, error: BaseException) -> ServiceAnswer:
    """Logs a search that failed with an unforeseen error, so that its source shows as stale, with the reason."""
    now = clock.now()
    window = Window(None, now.date(), source.window_from, source.window_to)
    reason = f"{source.service}: the search failed with {type(error).__name__}"
    retrieval = Retrieval(None, 0, (), complete=False, reason=reason)
    _log_outcome(review, source, window, retrieval, key=f"{source.name}-{now:%Y%m%dT%H%M%S%f}", at=now)
    return ServiceAnswer(source.name, str(window), 0, reason)


def find_watermark(state: ReviewState, source: SearchSource) -> date | None:
    """The day up to which the source is known to be complete, by the searches of today's strategy that count."""
    mark: date | None = None
    for entry in state.outcomes:
        event = entry.event
        if not isinstance(event, SearchOutcome) or event.window_to is None or event.strategy != source.strategy:
            continue
        if state.renamed.get(event.source, event.source) == source.name:
            mark = move_watermark(mark, Window(event.window_from, event.window_to), complete=event.complete)
    return mark


def make_page_keeper(
    review: Review, content: Content, key: str, *, source: str | None = None, trail: str | None = None
) -> Callable[[Page], None]:
    """Returns a function that stores each page of an answer, as it was received, and logs its arrival."""

    def keep(page: Page) -> None:
        name = f"services/{source or page.service}/{key}/{page.number}"
        sha256, size = review.snapshots.add(page.body, name=name)
        arrival = Arrival(
            name=name, content=content, sha256=sha256, size=size, source=source, search_key=key, page=page.number,
            request=page.request, trail=trail,
        )  # fmt: skip
        review.log.append(arrival, ACTOR)

    return keep


def _log_outcome(
    review: Review, source: SearchSource, window: Window, retrieval: Retrieval, *, key: str, at: datetime
) -> None:
    outcome = SearchOutcome(
        search_key=key, source=source.name, executed_at=at, strategy=source.strategy, window_from=window.start,
        window_to=window.end, expected=retrieval.expected, retrieved=retrieval.retrieved, pages=retrieval.pages,
        complete=retrieval.complete, reason=retrieval.reason, notes=retrieval.notes,
        translation=retrieval.translation, refused=retrieval.refused,
    )  # fmt: skip
    review.log.append(outcome, ACTOR)
