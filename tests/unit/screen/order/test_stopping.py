"""The risk of stopping: what it is by hand, and that it keeps what it states on random orders."""

from __future__ import annotations

import math
import random

import pytest

from tasks.screen.order.stopping import bound_missed, draw_curve, find_stop, measure_risk


def test_at_no_advantage_it_is_the_binomial_tail_of_a_look_back() -> None:
    """Ten of twenty screened, all ten not included but the first; 95% of one is missed where one is hidden."""
    risk, rests_on = measure_risk([True] + [False] * 9, 20, advantage=1)
    # Of 19 that were left after the first, 9 were taken and the hidden one was not among them.
    assert risk == pytest.approx(1 - 9 / 19)
    assert rests_on == 9


def test_an_order_that_brings_the_best_first_makes_it_smaller() -> None:
    so_far = [True] + [False] * 9
    assert measure_risk(so_far, 20, advantage=2)[0] == pytest.approx((1 - 9 / 19) ** 2)


def test_before_the_first_included_nothing_is_known_and_at_the_end_everything() -> None:
    assert measure_risk([False] * 9, 20)[0] == 1
    assert measure_risk([True, False], 2)[0] == 0


def test_what_may_still_be_missed_shrinks_with_the_screening() -> None:
    run = [True] * 5 + [False] * 95
    bounds = [bound_missed(run[:n], 100, alpha=0.05) for n in (10, 50, 90, 100)]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] == 0
    # One more than the bound is rejected by the test, the bound itself is not.
    assert measure_risk(run, 101)[0] >= 0


def test_the_curve_ends_now_and_says_what_it_rests_on() -> None:
    curve = draw_curve([True, False] * 5 + [False] * 40, total=100, points=7)
    assert [point.screened for point in curve] == sorted({point.screened for point in curve})
    assert (curve[-1].screened, curve[-1].found) == (50, 5)
    assert all(0 <= point.risk <= 1 and point.rests_on <= point.screened for point in curve)


def test_it_never_speaks_before_the_start() -> None:
    stop = find_stop([True] * 5 + [False] * 95, alpha=0.2, start=90)
    assert stop is not None
    assert stop.screened >= 90


@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_on_random_orders_it_stops_too_early_no_more_often_than_stated(alpha: float) -> None:
    """Forty included of 400, two hundred random orders, looked at ten times: an order that knows nothing has no advantage."""
    draw, early = random.Random(1), 0
    for _ in range(200):
        run = [True] * 40 + [False] * 360
        draw.shuffle(run)
        for n in range(40, 401, 40):
            if measure_risk(run[:n], 400, advantage=1)[0] <= alpha:
                early += sum(run[:n]) < math.ceil(0.95 * 40)
                break
    assert early / 200 <= alpha
