"""Check reports: ask services about single reports (notices on them, where their texts stand open), and log the answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from schemas import clock
from schemas.event import Content, NoticeOutcome, OpenTextOutcome
from tasks.review.ask_services import ACTOR, EARLY, make_page_keeper
from tasks.review.state import ReviewState
from tasks.search.http import Http
from tasks.search.retractions import search_crossref, search_pubmed
from tasks.search.service import Retrieval
from tasks.search.unpaywall import fetch_open_texts
from tasks.search.window import Window, move_watermark, next_window
from warehouse.review import Review


def fetch_crossref_notices(state: ReviewState, http: Http, today: date | None = None) -> Retrieval:
    """All notices that Crossref registered since the last time; the first time, all that there are."""
    mark: date | None = None
    for entry in state.outcomes:
        event = entry.event
        if isinstance(event, NoticeOutcome) and event.origin == "crossref" and event.window_to:
            mark = move_watermark(mark, Window(event.window_from, event.window_to), complete=event.complete)
    window = next_window(mark, today or clock.today())
    key, now = _new_search_key("crossref")
    retrieval = search_crossref(window, http, make_page_keeper(state.review, Content.NOTICE_PAGE, key))
    return _log_notices(state.review, "crossref", retrieval, window, key=key, at=now)


def fetch_pubmed_notices(state: ReviewState, pmids: Sequence[str], http: Http) -> Retrieval:
    """PubMed's records of these reports as they are today."""
    key, now = _new_search_key("pubmed")
    retrieval = search_pubmed(pmids, http, make_page_keeper(state.review, Content.NOTICE_PAGE, key))
    return _log_notices(state.review, "pubmed", retrieval, key=key, at=now)


def find_open_texts(state: ReviewState, dois: Sequence[str], http: Http, today: date | None = None) -> str:
    """Asks Unpaywall for each DOI that was not asked for lately (`open_texts.every_days`); returns why it ended early, if
    it did.

    Raises UserError where there is no contact address to give.
    """
    now = clock.now()
    asked: dict[str, date] = {}
    for entry in state.outcomes:
        if isinstance(entry.event, OpenTextOutcome):
            day = entry.event.window_to or entry.event.executed_at.date()
            asked |= dict.fromkeys(entry.event.answered, day)
    last, every_days = today or now.date(), state.protocol.open_texts.every_days
    due = [doi for doi in dict.fromkeys(dois) if doi not in asked or (last - asked[doi]).days >= every_days * EARLY]
    if not due:
        return ""
    key = f"unpaywall-{now:%Y%m%dT%H%M%S%f}"
    answer = fetch_open_texts(due, http, make_page_keeper(state.review, Content.OPEN_TEXT, key))
    found = set(answer.found.get_column("doi"))
    outcome = OpenTextOutcome(
        search_key=key, executed_at=now, window_to=last, complete=not answer.reason, reason=answer.reason,
        retrieved=answer.found.height, unknown=answer.unknown,
        answered=(*answer.unknown, *(doi for doi in due if doi.casefold() in found)),
    )  # fmt: skip
    state.review.log.append(outcome, ACTOR)
    return answer.reason


def _new_search_key(origin: str) -> tuple[str, datetime]:
    now = clock.now()
    return f"notices-{origin}-{now:%Y%m%dT%H%M%S%f}", now


def _log_notices(
    review: Review, origin: str, retrieval: Retrieval, window: Window | None = None, *, key: str, at: datetime
) -> Retrieval:
    outcome = NoticeOutcome(
        search_key=key, origin=origin, executed_at=at, window_from=window.start if window else None,
        window_to=window.end if window else None, expected=retrieval.expected, retrieved=retrieval.retrieved, pages=retrieval.pages,
        complete=retrieval.complete, reason=retrieval.reason, notes=retrieval.notes,
    )  # fmt: skip
    review.log.append(outcome, ACTOR)
    return retrieval
