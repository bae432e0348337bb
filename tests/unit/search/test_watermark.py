"""The watermark: up to which day a source is complete, by today's strategy and by what counts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from schemas.event import SearchOutcome
from schemas.protocol import SearchSource
from tasks.review.ask_services import find_watermark
from warehouse.log import Entry

AT = datetime(2026, 1, 5, tzinfo=UTC)
SOURCE = SearchSource(name="epmc", database="Europe PMC", platform="Europe PMC", service="europepmc", strategy="nurse*")


def mark(*outcomes: dict, renamed: dict[str, str] | None = None) -> date | None:
    """The watermark after these answers; each a complete search of everything by today's strategy, but for what is said."""
    usual = {"search_key": "k", "executed_at": AT, "complete": True, "source": "epmc", "strategy": "nurse*"}
    entries = [
        Entry(n, AT, "update", SearchOutcome(**usual | one), "0" * 64) for n, one in enumerate(outcomes, start=1)
    ]
    return find_watermark(SimpleNamespace(outcomes=entries, renamed=renamed or {}), SOURCE)  # type: ignore[arg-type]


JANUARY, FEBRUARY = {"window_to": date(2026, 1, 5)}, {"window_from": date(2025, 12, 22), "window_to": date(2026, 2, 5)}


def test_it_is_the_last_day_of_complete_searches_that_meet() -> None:
    assert mark() is None
    assert mark(JANUARY) == date(2026, 1, 5)
    assert mark(JANUARY, FEBRUARY) == date(2026, 2, 5)


@pytest.mark.parametrize(
    "other",
    [{"complete": False}, {"strategy": "nurse* OR midwife*"}, {"strategy": None}, {"source": "trials"}, {"window_to": None}],
    ids=str,
)  # fmt: skip
def test_a_search_that_failed_of_another_strategy_or_source_or_without_an_end_does_not_move_it(other: dict) -> None:
    """A strategy that was changed starts anew: what the old one would not have found was never asked for."""
    assert mark(JANUARY | other) is None
    assert mark(JANUARY, FEBRUARY | other) == date(2026, 1, 5)


def test_it_goes_with_a_source_that_was_renamed() -> None:
    assert mark(JANUARY | {"source": "europe-pmc"}) is None
    assert mark(JANUARY | {"source": "europe-pmc"}, renamed={"europe-pmc": "epmc"}) == date(2026, 1, 5)
