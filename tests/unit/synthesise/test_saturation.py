"""Saturation: codes by studies in their order, beside random orders of the same studies."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.synthesise.saturation import compute_saturation

STUDIES = st.lists(st.frozensets(st.sampled_from("abcdef"), min_size=1), min_size=1, max_size=5)


@given(STUDIES)
@settings(max_examples=40, deadline=None)
def test_codes_add_up_and_the_band_lies_within_all_possible_orders(codes):
    studies = [(f"stu_{n}", used) for n, used in enumerate(codes)]
    steps = compute_saturation(studies, "seed")
    seen: set[str] = set()
    for step, (study, used) in zip(steps, studies, strict=True):
        assert (step.study_id, step.new_codes) == (study, len(used - seen))
        seen |= used
        assert step.codes == len(seen)
    possible = [[len(frozenset().union(*order[: n + 1])) for n in range(len(order))] for order in permutations(codes)]
    for n, step in enumerate(steps):
        lowest, highest = min(p[n] for p in possible), max(p[n] for p in possible)
        assert lowest <= step.low <= step.median <= step.high <= highest
    assert steps[-1].low == steps[-1].high == len(seen)


def test_the_random_orders_are_those_of_the_seed():
    studies = [(f"stu_{n}", frozenset(used)) for n, used in enumerate(("ab", "c", "a", "def", "b"))]
    assert compute_saturation(studies, "one") == compute_saturation(studies, "one")


def test_nothing_coded_is_no_step():
    assert compute_saturation([], "seed") == []
