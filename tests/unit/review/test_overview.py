"""The owner's view: pace and workload by what is settled, each at its own date; nothing of what is open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tasks.review.judge import decide
from tasks.review.later_votes import NO_VOTES, read_later_votes
from tasks.review.overview import Workload, read_overview
from tasks.review.steps import Steps
from tasks.review.update import refresh
from tests.support.exports import Rec
from tests.support.reviews import SmallReview

NOW = datetime.now(UTC)
TITLES = ("Apples", "Pears", "Plums", "Quinces", "Cherries")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    """Apples were settled ten days ago and pears a year ago, by files that say so; plums by one that gives no date; of quinces Ada has
    voted alone."""
    small = SmallReview(Path(tmp_path_factory.mktemp("overview")) / "review")
    records = [
        Rec(str(n), title, (f"Author{n}, A",), 2000 + n, pages=(str(n), "99")) for n, title in enumerate(TITLES, 1)
    ]
    small.search("medline", "a", records)
    days = {"1": NOW - timedelta(days=10), "2": NOW - timedelta(days=365)}
    rows = [f"{n},{who},include,{day:%Y-%m-%d}" for n, day in days.items() for who in ("Ada", "Ben")]
    small.drop(
        "decisions/title-abstract/dated.csv", "\n".join(["id,reviewer,verdict,date", *rows, "4,Ada,include,2026-01-01"])
    )
    small.drop("decisions/title-abstract/undated.csv", "id,reviewer,verdict\n3,Ada,exclude\n3,Ben,exclude\n")
    assert refresh(small.review, "test", Steps()).errors == []
    return small


def test_the_pace_goes_by_dates_that_were_given(small: SmallReview) -> None:
    overview = read_overview(small.review, NO_VOTES, NOW)
    assert overview.curve[-1].screened == 3
    assert overview.forecast
    assert overview.forecast.waiting == 2
    assert overview.forecast.a_day == pytest.approx(1 / 10, rel=0.15)


def test_the_workload_tells_of_no_open_vote(small: SmallReview) -> None:
    rows = {(row.reviewer, row.stage): row for row in read_overview(small.review, NO_VOTES, NOW).workload}
    assert rows["Ada", "title-abstract"] == Workload("Ada", "title-abstract", 3, 1)
    assert rows["Ben", "title-abstract"] == Workload("Ben", "title-abstract", 3, 1)


def test_what_was_settled_since_the_publication_counts_at_once(small: SmallReview) -> None:
    for who in ("Ada", "Ben"):
        decide(small.review, "5", stage="title-abstract", verdict="include", reviewer=who)
    overview = read_overview(small.review, read_later_votes(small.review), datetime.now(UTC))
    assert (overview.curve[-1].screened, overview.curve[-1].found) == (4, 3)
    assert overview.forecast
    assert overview.forecast.waiting == 1
    assert overview.forecast.a_day == pytest.approx(2 / 10, rel=0.15)
