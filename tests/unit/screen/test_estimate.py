"""What screening once may have missed: the exact interval, and what it says of the rest."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.screen.estimate import estimate_missed, exact_interval


def at_most(hits: int, n: int, rate: float) -> float:
    """By whole numbers' binomial coefficients, not by logarithms."""
    return sum(comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(hits + 1))


def test_of_no_hit_the_upper_end_is_known_in_closed_form() -> None:
    assert exact_interval(0, 30) == (0.0, pytest.approx(1 - 0.025 ** (1 / 30)))
    assert exact_interval(30, 30) == (pytest.approx(0.025 ** (1 / 30)), 1.0)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_at_each_end_what_was_seen_has_the_chance_of_one_tail(seen: tuple[int, int]) -> None:
    hits, n = seen
    low, high = exact_interval(hits, n)
    assert low <= hits / n <= high
    if hits:
        assert 1 - at_most(hits - 1, n, low) == pytest.approx(0.025, abs=1e-9)
    if hits < n:
        assert at_most(hits, n, high) == pytest.approx(0.025, abs=1e-9)


def test_what_it_says_of_the_exclusions_that_nobody_checked() -> None:
    missed = estimate_missed(sampled=40, overturned=2, unchecked=160)
    assert missed is not None
    assert missed.rate == 0.05
    assert missed.missed == pytest.approx(8)
    assert missed.missed_low == pytest.approx(160 * exact_interval(2, 40)[0])
    assert missed.missed_high == pytest.approx(160 * exact_interval(2, 40)[1])


def test_where_nothing_was_checked_nothing_is_said() -> None:
    assert estimate_missed(0, 0, 160) is None
    with pytest.raises(ValueError, match="3 of 2"):
        estimate_missed(2, 3, 160)
