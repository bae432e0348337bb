"""Coefficients of agreement, against values worked out by hand and by formulas of their own."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.screen.agreement import agree_among, agree_in_pair, share_interval

#: 20 both include, 5 only the first, 10 only the second, 15 neither: the textbook's table of Cohen's kappa.
TABLE = [("in", "in")] * 20 + [("in", "ex")] * 5 + [("ex", "in")] * 10 + [("ex", "ex")] * 15
VERDICTS = st.sampled_from(["in", "ex", "maybe"])


def pair(verdicts: list[tuple[str, str]]) -> dict:
    return {c.name: c for c in agree_in_pair(verdicts)}


def among(ratings: list[dict[str, str]]) -> dict:
    return {c.name: c for c in agree_among(ratings)}


class TestTwoRaters:
    def test_values_by_hand(self) -> None:
        found = pair(TABLE)
        assert found["share agreed"].value == pytest.approx(0.7)
        # By chance: .5 * .6 + .5 * .4
        assert found["Cohen's kappa"].value == pytest.approx((0.7 - 0.5) / 0.5)
        assert found["PABAK"].value == pytest.approx(2 * 0.7 - 1)
        # By Gwet: 2 * .55 * .45 of two words
        assert found["AC1"].value == pytest.approx((0.7 - 0.495) / (1 - 0.495))
        assert {c.n for c in found.values()} == {50}

    def test_kappas_interval_is_near_the_one_of_its_own_formula(self) -> None:
        """The large-sample variance by Fleiss, Cohen and Everitt (1969), worked out for this table."""
        kappa, chance = 0.4, 0.5
        rows, columns = {"in": 0.5, "ex": 0.5}, {"in": 0.6, "ex": 0.4}
        cells = {("in", "in"): 0.4, ("in", "ex"): 0.1, ("ex", "in"): 0.2, ("ex", "ex"): 0.3}
        a = sum(cells[w, w] * (1 - (rows[w] + columns[w]) * (1 - kappa)) ** 2 for w in rows)
        b = (1 - kappa) ** 2 * sum(p * (columns[i] + rows[j]) ** 2 for (i, j), p in cells.items() if i != j)
        c = (kappa - chance * (1 - kappa)) ** 2
        error = math.sqrt((a + b - c) / (50 * (1 - chance) ** 2))
        found = pair(TABLE)["Cohen's kappa"]
        assert found.low == pytest.approx(kappa - 1.96 * error, abs=0.02)
        assert found.high == pytest.approx(kappa + 1.96 * error, abs=0.02)

    def test_where_both_always_say_the_same_word_kappa_is_not_defined(self) -> None:
        found = pair([("in", "in")] * 8)
        assert found["Cohen's kappa"].value is None
        assert found["share agreed"].value == 1
        assert found["share agreed"].low == pytest.approx(share_interval(8, 8)[0])
        assert found["share agreed"].low < 0.7

    def test_full_agreement_has_no_interval_that_would_claim_certainty(self) -> None:
        found = pair([("in", "in"), ("ex", "ex")] * 3)["Cohen's kappa"]
        assert (found.value, found.low, found.high) == (1, None, None)

    def test_of_nothing_there_is_nothing_to_say(self) -> None:
        assert agree_in_pair([]) == []
        assert agree_among([{"Ada": "in"}]) == []


class TestMoreThanTwo:
    #: Krippendorff's example of nominal data with missing ratings (four observers, twelve units): alpha = .743.
    OBSERVED = (
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    )

    def test_krippendorffs_published_example(self) -> None:
        columns = zip(*(row.split() for row in self.OBSERVED), strict=True)
        ratings = [{str(rater): value for rater, value in enumerate(column) if value != "."} for column in columns]
        assert among(ratings)["Krippendorff's alpha"].value == pytest.approx(0.743, abs=0.0005)
        assert among(ratings)["Krippendorff's alpha"].n == 11

    def test_fleiss_by_hand(self) -> None:
        """Three raters, four reports: 3:0, 2:1, 1:2, 0:3."""
        ratings = [dict(zip("ABC", votes, strict=True)) for votes in ("iii", "iie", "iee", "eee")]
        assert among(ratings)["Fleiss' kappa"].value == pytest.approx((2 / 3 - 0.5) / 0.5)


@given(st.lists(st.tuples(VERDICTS, VERDICTS), min_size=1, max_size=40))
def test_of_two_raters_without_gaps_ac1_is_one_thing_and_intervals_hold_their_value(verdicts) -> None:
    two, many = pair(verdicts), among([{"Ada": a, "Ben": b} for a, b in verdicts])
    assert two["AC1"].value == pytest.approx(many["AC1"].value)
    for c in (*two.values(), *many.values()):
        if c.low is not None:
            assert -1 <= c.low <= c.value + 1e-12
            assert c.value - 1e-12 <= c.high <= 1
    assert two["share agreed"].value == sum(a == b for a, b in verdicts) / len(verdicts)


@given(st.lists(st.dictionaries(st.sampled_from("ABCD"), VERDICTS, min_size=2), min_size=1, max_size=15))
def test_alpha_is_one_less_the_ratio_of_disagreements_counted_pair_by_pair(ratings) -> None:
    """Counted over pairs of single ratings, without any table of frequencies."""
    observed, values = 0.0, [v for report in ratings for v in report.values()]
    for report in ratings:
        disagreed = sum(a != b for a, b in combinations(report.values(), 2)) * 2
        observed += disagreed / (len(report) - 1)
    expected = sum(a != b for a, b in combinations(values, 2)) * 2 / (len(values) - 1)
    alpha = among(ratings)["Krippendorff's alpha"].value
    if expected == 0:
        assert alpha is None
    else:
        assert alpha == pytest.approx(1 - observed / expected)


@given(
    st.lists(st.dictionaries(st.sampled_from("ABC"), VERDICTS, min_size=2), min_size=1, max_size=12).flatmap(
        lambda ratings: st.tuples(st.just(ratings), st.permutations(ratings))
    )
)
def test_the_order_of_reports_changes_no_digit(both) -> None:
    """Else an update with nothing new would be another version."""
    ratings, others = both
    assert agree_among(ratings) == agree_among(others)
    pairs = [[(r["A"], r["B"]) for r in some if "A" in r and "B" in r] for some in both]
    assert agree_in_pair(pairs[0]) == agree_in_pair(pairs[1])
