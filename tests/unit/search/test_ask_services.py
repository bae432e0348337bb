"""What is asked of a service, and what the log says of it afterwards, whatever becomes of the search."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from schemas.event import Arrival, Content, SearchOutcome
from schemas.protocol import SearchSource
from tasks.review import ask_services
from tasks.review.ask_services import ServiceAnswer, is_due, log_failed_search, make_page_keeper, search_service
from tasks.search.service import Page, Retrieval
from tasks.search.services import SERVICES
from tasks.search.window import Window
from warehouse.review import Review

TODAY = date(2026, 2, 5)
HTTP = object()


def source(**changes: object) -> SearchSource:
    usual = {
        "name": "epmc",
        "database": "Europe PMC",
        "platform": "Europe PMC",
        "service": "europepmc",
        "strategy": "nurse*",
    }
    return SearchSource(**usual | {"window_from": date(2003, 1, 1)} | changes)


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return Review(tmp_path)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """What the service was asked for; it answers with one page of two records."""
    calls: list[tuple] = []

    def retrieve(service, strategy, window, http, save) -> Retrieval:
        calls.append((service, strategy, window, http))
        save(Page(b"{}", "GET /", "europepmc", "service-json", 1))
        return Retrieval(3, 2, ("0" * 64,), complete=False, reason="it fell silent", notes=("a note",), refused=503)

    monkeypatch.setattr(ask_services, "retrieve", retrieve)
    return calls


def state(review: Review, *outcomes: object) -> SimpleNamespace:
    return SimpleNamespace(review=review, outcomes=outcomes, renamed={})


def the_outcome(review: Review) -> SearchOutcome:
    ((outcome, actor),) = [(entry.event, entry.actor) for entry in review.log.entries(SearchOutcome)]
    assert actor == "update"
    return outcome


def test_a_search_is_asked_from_the_start_up_to_today_and_its_answer_noted_whole(review: Review, asked) -> None:
    found = search_service(state(review), source(), HTTP, TODAY)
    window = Window(None, TODAY, date(2003, 1, 1), None)
    assert found == ServiceAnswer("epmc", str(window), 2, "it fell silent")
    assert asked == [(SERVICES["europepmc"], "nurse*", window, HTTP)]
    outcome = the_outcome(review)
    assert (outcome.source, outcome.strategy, outcome.window_from, outcome.window_to) == ("epmc", "nurse*", None, TODAY)
    assert (outcome.expected, outcome.retrieved, outcome.pages, outcome.complete) == (3, 2, ("0" * 64,), False)
    assert (outcome.reason, outcome.notes, outcome.refused) == ("it fell silent", ("a note",), 503)
    ((page, key),) = [(entry.event, entry.event.search_key) for entry in review.log.entries(Arrival)]
    assert key == outcome.search_key
    assert (page.content, page.source, page.page, page.request) == (Content.PAGE, "epmc", 1, "GET /")
    assert review.snapshots.path(page.sha256).read_bytes() == b"{}"


def test_without_a_day_it_is_asked_up_to_the_day_of_the_run(review: Review, asked) -> None:
    search_service(state(review), source(), HTTP)
    assert timedelta(0) <= datetime.now(UTC).date() - asked[0][2].end <= timedelta(days=1)


def test_what_is_no_search_moves_nothing(review: Review, asked) -> None:
    """Citations and the like are outcomes, too."""
    search_service(
        state(review, SimpleNamespace(event=SimpleNamespace(window_to=TODAY, strategy="nurse*"))), source(), HTTP, TODAY
    )
    assert asked[0][2].start is None


def test_a_strategy_that_cannot_be_sent_is_noted_and_asks_nothing(review: Review, asked) -> None:
    found = search_service(state(review), source(strategy="1. nurse*\n2. 1 AND 7"), HTTP, TODAY)
    assert asked == []
    outcome = the_outcome(review)
    assert (outcome.expected, outcome.retrieved, outcome.pages, outcome.complete) == (None, 0, (), False)
    assert outcome.reason == found.reason != ""
    assert found.retrieved == 0


def test_a_search_that_died_is_noted_with_what_it_died_of(review: Review) -> None:
    found = log_failed_search(review, source(), ZeroDivisionError("x"))
    outcome = the_outcome(review)
    assert found == ServiceAnswer(
        "epmc", str(Window(None, outcome.window_to, date(2003, 1, 1), None)), 0, outcome.reason
    )
    assert outcome.reason == "europepmc: the search failed with ZeroDivisionError"
    assert (outcome.expected, outcome.retrieved, outcome.pages, outcome.complete) == (None, 0, (), False)
    assert outcome.search_key.startswith("epmc-2")


def test_a_page_of_no_source_bears_the_services_name_and_its_trail(review: Review) -> None:
    make_page_keeper(review, Content.PAGE, "key", trail="backwards")(
        Page(b"[]", "GET /x", "openalex", "service-json", 4)
    )
    (entry,) = review.log.entries(Arrival)
    arrival = entry.event
    assert (arrival.name, arrival.source, arrival.search_key, arrival.trail) == (
        "services/openalex/key/4",
        None,
        "key",
        "backwards",
    )
    assert (arrival.page, arrival.size, arrival.request, entry.actor) == (4, 2, "GET /x", "update")


@pytest.mark.parametrize(
    ("every", "days_ago", "complete", "due"),
    [
        ({}, 1, True, True),  # nothing is said: at every run
        ({"every_days": 28}, 7, True, False),
        ({"every_days": 28}, 25, True, False),
        ({"every_days": 28}, 26, True, True),  # a little early
        ({"every_days": 28}, 7, False, True),  # what failed is asked again at the next run
        ({"every_days": 28}, None, True, True),  # never asked
        ({"every_days": 1}, 1, True, True),
    ],
)
def test_a_schedule_asks_a_service_as_often_as_the_protocol_says(
    review: Review, every: dict[str, int], days_ago: int | None, complete: bool, due: bool
) -> None:
    one = source(**every)
    outcomes = []
    if days_ago is not None:
        outcome = SearchOutcome(
            search_key="k", source="epmc", executed_at=datetime(2026, 1, 1, tzinfo=UTC), strategy="nurse*", window_from=None,
            window_to=TODAY - timedelta(days=days_ago), expected=1, retrieved=1, pages=("0" * 64,), complete=complete, reason="",
        )  # fmt: skip
        outcomes.append(SimpleNamespace(event=outcome))
    assert is_due(state(review, *outcomes), one, TODAY) is due
