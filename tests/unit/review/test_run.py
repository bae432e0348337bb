"""Runs: one at a time, each with its end in the log."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from schemas import clock
from schemas.errors import UserError
from schemas.event import RunEnded
from tasks.review.run import start_run
from tasks.review.steps import Steps
from tasks.review.update import rebuild, refresh, update
from tests.support.reviews import PROTOCOL
from warehouse.lock import lock
from warehouse.review import Review


@pytest.fixture
def review(tmp_path: Path) -> Review:
    review = Review(tmp_path)
    review.protocol_path.write_text(PROTOCOL, encoding="utf-8")
    return review


@pytest.mark.parametrize(
    "run",
    [
        lambda review: update(review, "schedule", Steps(), lambda: pytest.fail("asked")),
        lambda review: refresh(review, "Ben", Steps()),
        lambda review: rebuild(review, Steps()),
    ],
    ids=["update", "refresh", "rebuild"],
)
def test_no_run_starts_beside_another_and_none_that_did_not_start_is_noted(review: Review, run) -> None:
    with lock(review.root, "the first"):
        before = sorted(path.name for path in review.root.iterdir())
        with pytest.raises(UserError, match="another run is writing this review: the first"):
            run(review)
        assert sorted(path.name for path in review.root.iterdir()) == before
    assert review.log.head().seq == 0


def test_a_run_holds_the_lock_to_its_end_whatever_comes(review: Review) -> None:
    with pytest.raises(ZeroDivisionError), start_run(review, "Ada"):
        with pytest.raises(UserError, match="another run is writing this review: Ada"), lock(review.root, "Ben"):
            pass
        raise ZeroDivisionError("x")
    with lock(review.root, "Ben"):
        pass


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (ZeroDivisionError("a detail"), "ZeroDivisionError"),
        (UserError("the protocol is wrong"), "the protocol is wrong"),
    ],
)
def test_a_run_that_failed_is_noted_with_what_it_failed_of(review: Review, error: Exception, why: str) -> None:
    with pytest.raises(type(error)), start_run(review, "Ada") as run:
        run.new_records, run.new_reports, run.errors = 3, 2, 1
        raise error
    ((ended, actor),) = [(entry.event, entry.actor) for entry in review.log.entries(RunEnded)]
    assert (ended.run_id, ended.trigger, ended.state, ended.error, actor) == (run.run_id, "Ada", "failed", why, "Ada")
    assert (ended.new_records, ended.new_reports, ended.problems, ended.started_at) == (3, 2, 1, run.started_at)


@pytest.mark.parametrize(("errors", "state"), [(0, "completed"), (1, "completed_with_problems")])
def test_a_run_that_ended_well_is_noted_once_by_who_publishes(review: Review, errors: int, state: str) -> None:
    with start_run(review, "Ada") as run:
        run.errors = errors
        run.note_end()
    assert [entry.event.state for entry in review.log.entries(RunEnded)] == [state]


def test_a_clock_that_was_set_back_is_said_and_stops_nothing(review: Review) -> None:
    def warned() -> list[str]:
        return [p.name for p in refresh(review, "test", Steps()).problems if p.severity == "warning"]

    assert warned() == []
    with clock.simulated(clock.now() - timedelta(hours=1)):
        assert warned() == ["clock"]
    assert warned() == []
