"""Each metric beside a value worked out by hand: five records, included are the second and the fourth."""

from __future__ import annotations

import math

import pytest

from tasks.screen.order.metrics import measure

ORDER = [False, True, False, True, False]


def test_work_saved_is_over_a_random_order_and_counts_the_last_one_needed() -> None:
    assert measure(ORDER).wss_95 == pytest.approx(0.95 - 4 / 5)
    assert measure(ORDER).wss_100 == pytest.approx(1 - 4 / 5)


def test_recall_in_the_first_tenth_looks_at_one_record_at_least() -> None:
    assert measure(ORDER).rrf_10 == 0
    assert measure([True, *ORDER]).rrf_10 == pytest.approx(1 / 3)


def test_average_time_to_discovery_is_a_share_of_the_set() -> None:
    assert measure(ORDER).atd == pytest.approx((2 + 4) / 2 / 5)


def test_loss_is_the_way_from_the_best_order_to_the_worst() -> None:
    # Mean rank 3; at best (1 + 2) / 2, at worst (4 + 5) / 2.
    assert measure(ORDER).loss == pytest.approx((3 - 1.5) / (4.5 - 1.5))
    assert measure([True, True, False]).loss == 0
    assert measure([False, True, True]).loss == 1


def test_discounted_gain_is_beside_the_best_possible() -> None:
    assert measure(ORDER).ndcg == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3)))


def test_nothing_included_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="nothing"):
        measure([False, False])
