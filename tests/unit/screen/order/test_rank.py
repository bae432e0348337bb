"""The order of a queue, on made-up reports on bees (wanted) and bridges (not)."""

from __future__ import annotations

import random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.screen.order import rank as ranking
from tasks.screen.order.features import build_features, multiply
from tasks.screen.order.model import fit, score_without_own_label
from tasks.screen.order.rank import Ranker, Signal, rank_reports
from tasks.screen.order.simulate import choose_oldest, draw_priors, simulate
from tasks.screen.order.surprising import find_far_side, find_surprising

BEES = ["bee", "hive", "honey", "nectar", "pollen", "swarm", "queen", "drone", "wax", "forager"]
BRIDGES = ["bridge", "girder", "cable", "pylon", "concrete", "load", "truss", "span", "pier", "rivet"]


def made_up(n: int, words: list[str], seed: int) -> list[str]:
    draw = random.Random(seed)
    return [" ".join(["study", *draw.choices(words, k=6)]) for _ in range(n)]


TEXTS = made_up(10, BEES, 1) + made_up(20, BRIDGES, 2)
WANTED = [True] * 10 + [False] * 20


def reports() -> pl.DataFrame:
    return pl.DataFrame(
        {"report_id": [f"rep_{i}" for i in range(len(TEXTS))], "title": TEXTS, "abstract": [None] * len(TEXTS)},
        schema_overrides={"abstract": pl.String},
    )


def labels(rows: list[int], stage: str = "title-abstract", wanted: list[bool] = WANTED) -> pl.DataFrame:
    return pl.DataFrame(
        {"report_id": [f"rep_{i}" for i in rows], "stage": [stage] * len(rows), "included": [wanted[i] for i in rows]},
        schema={"report_id": pl.String, "stage": pl.String, "included": pl.Boolean},
    )


class TestFeatures:
    def test_each_text_has_length_one_and_a_text_without_words_zero(self) -> None:
        matrix = build_features(["honey bees", "bee keepers", "—"]).matrix
        lengths = np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()
        assert lengths.tolist() == pytest.approx([1, 1, 0], abs=1e-5)

    def test_terms_are_words_and_neighbours_within_one_text(self) -> None:
        features = build_features(["honey bee", "iron bridge"])
        names = {features.name_term(column) for column in range(features.n_terms)}
        assert names == {"honey", "bee", "iron", "bridge", "honey bee", "iron bridge"}

    def test_inflected_words_are_alike(self) -> None:
        likeness = multiply(build_features(["pollinating", "pollination", "bridge"]).matrix)
        assert likeness[0, 1] > 0.05 > likeness[0, 2]

    def test_the_quick_product_is_the_product(self) -> None:
        matrix = build_features(TEXTS * 2).matrix
        assert multiply(matrix) == pytest.approx((matrix @ matrix.T).toarray(), abs=1e-5)


class TestModel:
    likeness = multiply(build_features(TEXTS).matrix)

    def test_it_separates_what_it_learnt_from(self) -> None:
        model = fit(self.likeness, np.array(WANTED))
        scores = (self.likeness[:, model.rows] + 1) @ model.coefficients
        assert scores[:10].min() > scores[10:].max()

    def test_where_it_starts_does_not_change_where_it_ends(self) -> None:
        wanted = np.array(WANTED)
        cold, warm = fit(self.likeness, wanted), fit(self.likeness, wanted, guess=np.linspace(-2, 2, 30))
        assert cold.rows.tolist() == warm.rows.tolist()
        assert cold.coefficients == pytest.approx(warm.coefficients)

    def test_one_verdict_alone_teaches_nothing(self) -> None:
        with pytest.raises(ValueError, match="included and excluded"):
            fit(self.likeness, np.ones(30, bool))

    def test_a_score_without_its_own_label_is_that_of_a_model_which_never_saw_it(self) -> None:
        """Nearly: the shares of the classes, and which texts lie within the margin, differ a little."""
        wanted = np.array(WANTED)
        scores = score_without_own_label(self.likeness, wanted, fit(self.likeness, wanted))
        others = [i for i in range(30) if i != 3]
        model = fit(self.likeness[np.ix_(others, others)], wanted[others])
        expected = (self.likeness[3, others][model.rows] + 1) @ model.coefficients
        assert scores[3] == pytest.approx(expected, abs=0.1)


class TestRankReports:
    def test_the_question_alone_ranks_before_the_first_label(self) -> None:
        ranked = rank_reports(reports(), labels([]), question="How do honey bees collect nectar and pollen?")
        assert {f"rep_{i}" for i in range(10)} == set(ranked["report_id"][:10])

    def test_what_was_learnt_ranks_and_says_why(self) -> None:
        ranked = rank_reports(reports(), labels([0, 1, 15, 16]))
        assert {f"rep_{i}" for i in range(10)} == set(ranked["report_id"][:10])
        first = ranked.row(0, named=True)
        assert first["rank"] == 1
        assert first["terms"]
        assert set(" ".join(first["terms"]).split()) <= {*BEES, "study"}

    def test_without_question_and_label_the_order_is_a_draw_by_the_seed(self) -> None:
        orders = [rank_reports(reports(), labels([]), seed=seed)["report_id"].to_list() for seed in (1, 1, 2)]
        assert orders[0] == orders[1] != orders[2]
        assert sorted(orders[0]) == sorted(orders[2])

    def test_a_second_stage_speaks_too(self) -> None:
        """Titles let two bridges through and full texts did not: with both verdicts, bridges look worse than with the first."""
        titles = labels([0, 1, 12, 13], wanted=[True] * 30)
        both = pl.concat([titles, labels([0, 1, 12, 13], "full-text")])
        before, after = (
            rank_reports(reports(), each).filter(pl.col("report_id") == "rep_20")["score"].item()
            for each in (titles, both)
        )
        assert after < before

    def test_verdicts_on_reports_that_are_gone_are_passed_over(self) -> None:
        gone = labels([0, 15]).with_columns(report_id=pl.Series(["rep_0", "rep_gone"]))
        assert rank_reports(reports(), gone).height == len(TEXTS)

    def test_a_weight_of_almost_nothing_changes_almost_nothing(self) -> None:
        own = labels([0, 1, 15, 16]).with_columns(weight=pl.lit(1.0))
        wrong = labels([2, 17], wanted=[not verdict for verdict in WANTED]).with_columns(weight=pl.lit(1e-6))
        before, after = (
            rank_reports(reports(), each).sort("report_id")["score"] for each in (own, pl.concat([own, wrong]))
        )
        assert after.to_numpy() == pytest.approx(before.to_numpy(), abs=0.05)

    def test_of_more_labels_than_it_learns_from_a_sample_stands_for_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ranking, "MOST_LABELLED", 8)
        ranked = rank_reports(reports(), labels(list(range(28))))
        assert {f"rep_{i}" for i in range(10)} == set(ranked["report_id"][:10])
        assert ranked.equals(rank_reports(reports(), labels(list(range(28)))))

    def test_no_report_at_all_is_no_row(self) -> None:
        assert rank_reports(reports().head(0), labels([])).height == 0


class TestSimulate:
    def test_priors_are_of_both_kinds_and_the_same_for_a_seed(self) -> None:
        priors = draw_priors(WANTED, 2, seed=4)
        assert [WANTED[row] for row in priors] == [True, True, False, False]
        assert priors == draw_priors(WANTED, 2, seed=4)

    def test_the_oldest_are_a_share_and_records_without_a_year_come_last(self) -> None:
        assert choose_oldest([2003, None, 2001, 2002], 0.5) == [2, 3]

    @settings(max_examples=25, deadline=None)
    @given(wanted=st.lists(st.booleans(), min_size=30, max_size=30), n=st.integers(0, 3), seed=st.integers(0, 99))
    def test_the_order_is_a_permutation_with_the_priors_first_and_the_same_for_a_seed(
        self, wanted: list[bool], n: int, seed: int
    ) -> None:
        known = draw_priors(wanted, n, seed)
        orders = [
            [
                row
                for batch in simulate(Ranker(TEXTS, seed=seed, again=True), [np.array(wanted)], known)
                for row in batch
            ]
            for _ in range(2)
        ]
        assert sorted(orders[0]) == list(range(30))
        assert orders[0][: len(known)] == known
        assert orders[0] == orders[1]

    def test_likenesses_kept_and_computed_anew_give_one_order(self) -> None:
        signal = Signal.of([0, 15, 3, 20], [True, False, True, False])
        kept, anew = (Ranker(TEXTS, again=again).score([signal])[0] for again in (True, False))
        assert kept == pytest.approx(anew, abs=1e-4)


class TestSurprising:
    def test_a_bee_that_was_excluded_and_a_bridge_that_was_included_are_looked_at_again(self) -> None:
        odd = [*WANTED]
        odd[4], odd[25] = False, True
        found = find_surprising(reports(), labels(list(range(30)), wanted=odd))
        assert set(found["report_id"][:2]) == {"rep_4", "rep_25"}

    def test_beyond_the_other_side_s_median_the_farthest_first(self) -> None:
        assert find_far_side([0.9, 0.88, -0.9, 0.85, 2.0, -0.8], [True, True, True, False, False, False]) == [2, 4]

    def test_one_verdict_alone_surprises_nobody(self) -> None:
        assert find_surprising(reports(), labels([0, 1])).height == 0
