"""How far two coders agree: the published worked case, edges, and every count and coefficient against a walk over characters."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.synthesise.agreement import COEFFICIENTS, agree_on_codings
from tasks.synthesise.count_codings import Coded, Cover, PairInDocument, count_pair

LENGTH = 30
SPANS = st.tuples(st.integers(0, LENGTH - 1), st.integers(1, 12)).map(lambda s: (s[0], min(s[0] + s[1], LENGTH)))
CODED = st.dictionaries(st.sampled_from("xyz"), st.lists(SPANS, min_size=1, max_size=4), max_size=3)


def pair(a: Coded, b: Coded, length: int = LENGTH, document: str = "d") -> PairInDocument:
    return count_pair(document, length, {"Ada": a, "Ben": b})


def values(*pairs: PairInDocument, subject: str = "coding", document=None, code=None) -> dict[str, float | None]:
    found = agree_on_codings(pairs)
    return {c.name: c.value for c in found if (c.subject, c.document, c.code) == (subject, document, code)}


class TestWorkedCase:
    """1,000 characters: 50 that both coded, 100 that only Ada did, 50 that only Ben did."""

    worked = pair({"x": [(0, 150)]}, {"x": [(100, 200)]}, 1000)

    def test_its_published_values(self) -> None:
        found = values(self.worked)
        assert found["Jaccard"] == 0.25
        assert found["share agreed"] == 0.85
        assert found["Cohen's kappa"] == pytest.approx(0.3182, abs=5e-5)
        assert found["Krippendorff's alpha"] == pytest.approx(0.3146, abs=5e-5)
        assert found["Brennan-Prediger"] == pytest.approx(0.7)
        # By Gwet: both code 12.5% on average, so 2 × .125 × .875 is chance.
        assert found["AC1"] == pytest.approx((0.85 - 0.21875) / (1 - 0.21875))

    def test_text_that_nobody_coded_helps_kappa_and_not_the_kappa_over_coded_text(self) -> None:
        longer = pair({"x": [(0, 150)]}, {"x": [(100, 200)]}, 10_000)
        assert values(longer)["Cohen's kappa"] > values(self.worked)["Cohen's kappa"]
        assert values(longer)["Cohen's kappa over coded text"] == values(self.worked)["Cohen's kappa over coded text"]
        assert values(longer)["Jaccard"] == 0.25

    def test_segments_are_matched_by_half_on_each_side(self) -> None:
        """Ben coded a third of Ada's segment; Ada coded half of Ben's."""
        found = values(self.worked)
        assert (found["segments of a matched"], found["segments of b matched"]) == (0, 1)

    def test_every_coefficient_names_its_denominator(self) -> None:
        found = {
            c.name: (c.n, c.n_counts) for c in agree_on_codings([self.worked]) if (c.document, c.code) == ("d", "x")
        }
        assert tuple(found) == COEFFICIENTS
        assert found["segments of a matched"] == (1, "segments of Ada, matched where Ben coded at least half of one")
        assert found["Jaccard"] == (200, "characters, coded by either")
        assert found["Cohen's kappa"] == (1000, "characters")
        kappa = "characters, of the text that either coded under any code"
        assert found["Cohen's kappa over coded text"] == (200, kappa)


class TestEdges:
    def test_where_one_coded_nothing_they_agree_on_nothing(self) -> None:
        found = values(pair({"x": [(0, 10)]}, {}))
        assert (found["Jaccard"], found["Cohen's kappa"], found["segments of a matched"]) == (0, 0, 0)
        assert "segments of b matched" not in found
        assert not pair({"x": [(0, 10)]}, {}).apart

    def test_where_both_coded_all_of_it_chance_leaves_nothing_to_correct(self) -> None:
        found = values(pair({"x": [(0, LENGTH)]}, {"x": [(0, LENGTH)]}))
        assert (found["Jaccard"], found["share agreed"], found["AC1"]) == (1, 1, 1)
        assert found["Cohen's kappa"] is found["Krippendorff's alpha"] is None

    def test_where_nobody_coded_anything_all_is_agreed_and_no_kappa_is_defined(self) -> None:
        found = values(pair({}, {}), subject="position")
        assert (found["share agreed"], found["Cohen's kappa"], "Jaccard" in found) == (1, None, False)

    def test_codings_of_one_coder_that_overlap_under_a_code_are_their_union(self) -> None:
        assert values(pair({"x": [(0, 8), (4, 10), (5, 6)]}, {"x": [(0, 10)]}))["Jaccard"] == 1
        assert pair({"x": [(0, 8), (4, 10), (5, 6)]}, {}).codes["x"].segments_a == 1

    def test_segments_that_touch_are_two(self) -> None:
        assert pair({"x": [(0, 5), (5, 9)]}, {}).codes["x"].segments_a == 2

    def test_a_segment_under_two_codes_counts_in_both(self) -> None:
        """Both code the same ten characters; only Ada gives them a second code."""
        both = pair({"x": [(0, 10)], "y": [(0, 10)]}, {"x": [(0, 10)]})
        assert values(both, code="x")["Jaccard"] == 1
        assert values(both, code="y")["Jaccard"] == 0
        assert values(both)["Jaccard"] == 0.5
        assert [c.n for c in agree_on_codings([both], ["share agreed"]) if c.code is None] == [60, 30, 20] * 2

    def test_where_segments_lie_is_told_apart_from_which_code(self) -> None:
        same_place = pair({"x": [(0, 10)]}, {"y": [(0, 10)]})
        assert values(same_place, subject="position")["Jaccard"] == 1
        assert values(same_place, subject="choice of code")["Jaccard"] == 0
        assert values(same_place)["Jaccard"] == 0
        same_code = pair({"x": [(0, 10)]}, {"x": [(5, 20)]})
        assert values(same_code, subject="position")["Jaccard"] == 0.25
        assert values(same_code, subject="choice of code")["Jaccard"] == 1

    @pytest.mark.parametrize(
        ("a", "b", "apart"),
        [
            ([(0, 10)], [(20, 30)], True),
            ([(0, 5), (10, 15), (25, 30)], [(0, 5)], True),
            ([(0, 5), (25, 30)], [(0, 5)], False),
            ([(0, 5), (20, 30)], [(2, 4), (18, 25)], False),
            ([(0, 30)], [(8, 24)], False),
        ],
    )
    def test_it_is_told_where_two_coded_different_parts(self, a, b, apart) -> None:
        assert pair({"x": a}, {"y": b}).apart is apart


class TestOverDocuments:
    first = pair({"x": [(0, 10)]}, {"x": [(0, 10)]}, 100, "d1")
    second = pair({"x": [(0, 10)]}, {"x": [(5, 15)], "y": [(40, 60)]}, 200, "d2")

    def test_characters_of_all_documents_are_one_text(self) -> None:
        assert values(self.first, self.second, code="x")["Jaccard"] == 15 / 25
        assert values(self.first, self.second, document="d2", code="x")["Jaccard"] == 5 / 15

    def test_a_code_is_asked_of_documents_where_neither_used_it_too(self) -> None:
        """Else a document in which both refrained would not count as agreement."""
        assert values(self.first, self.second, code="y")["share agreed"] == 280 / 300

    def test_the_interval_is_the_same_in_every_run_and_holds_the_value(self) -> None:
        pairs = [pair({"x": [(0, 10 + n)]}, {"x": [(n, 12)]}, 100, f"d{n:02}") for n in range(12)]
        found = [c for c in agree_on_codings(pairs) if c.document is None and c.low is not None]
        assert found == [c for c in agree_on_codings(pairs[::-1]) if c.document is None and c.low is not None]
        assert {c.name for c in found} >= set(COEFFICIENTS) - {"segments of a matched", "segments of b matched"}
        assert all(c.low <= c.value <= c.high for c in found)
        assert all(c.n_counts.endswith("in 12 documents") for c in found)

    def test_of_one_document_there_is_no_interval(self) -> None:
        assert {(c.low, c.high) for c in agree_on_codings([self.second])} == {(None, None)}

    def test_pairs_of_coders_stand_apart_and_coefficients_are_chosen_by_name(self) -> None:
        others = count_pair("d1", 100, {"Cem": {"x": [(0, 5)]}, "Ada": {"x": [(0, 10)]}})
        found = agree_on_codings([self.first, others], ["Jaccard"], any_code=False)
        assert [(c.coder_a, c.coder_b, c.document, c.code, c.value) for c in found if c.code] == [
            ("Ada", "Ben", None, "x", 1), ("Ada", "Ben", "d1", "x", 1),
            ("Ada", "Cem", None, "x", 0.5), ("Ada", "Cem", "d1", "x", 0.5),
        ]  # fmt: skip
        assert {c.subject for c in found} == {"coding"}


def walk(coded: Coded, code: str | None = None) -> list[bool]:
    """For each character, whether it is coded (under this code)."""
    spans = [span for k, found in coded.items() if code in (None, k) for span in found]
    return [any(start <= at < end for start, end in spans) for at in range(LENGTH)]


def by_definition(a: list[bool], b: list[bool]) -> dict[str, float | None]:
    """Each coefficient from the decisions as two lists, by its definition."""
    n = len(a)
    agreed = sum(x == y for x, y in zip(a, b, strict=True)) / n
    either = sum(x or y for x, y in zip(a, b, strict=True))
    chance = sum((sum(x is w for x in a) / n) * (sum(y is w for y in b) / n) for w in (True, False))
    pooled = [*a, *b]
    unlike = 2 * sum(pooled) * (2 * n - sum(pooled)) / (2 * n * (2 * n - 1))
    mean = sum(pooled) / (2 * n)
    return {
        "Jaccard": sum(x and y for x, y in zip(a, b, strict=True)) / either if either else None,
        "share agreed": agreed,
        "Cohen's kappa": (agreed - chance) / (1 - chance) if chance < 1 else None,
        "Krippendorff's alpha": 1 - (1 - agreed) / unlike if unlike else None,
        "Brennan-Prediger": 2 * agreed - 1,
        "AC1": (agreed - 2 * mean * (1 - mean)) / (1 - 2 * mean * (1 - mean)),
    }


def same(found: dict[str, float | None], wanted: dict[str, float | None]) -> None:
    for name, value in wanted.items():
        assert found.get(name) == (None if value is None else pytest.approx(value)), name


@given(CODED, CODED)
def test_coefficients_are_those_of_a_walk_over_characters(a: Coded, b: Coded) -> None:
    both = pair(a, b)
    for code in both.codes:
        same(values(both, code=code), by_definition(walk(a, code), walk(b, code)))
    same(values(both, subject="position"), by_definition(walk(a), walk(b)))
    if both.codes:
        decisions = [[x for code in both.codes for x in walk(coded, code)] for coded in (a, b)]
        same(values(both), by_definition(*decisions))
    coded = [x or y for x, y in zip(walk(a), walk(b), strict=True)]
    shared = [x and y for x, y in zip(walk(a), walk(b), strict=True)]
    for code in both.codes:
        only = [[x for x, there in zip(walk(c, code), coded, strict=True) if there] for c in (a, b)]
        assert values(both, code=code)["Cohen's kappa over coded text"] == (
            None if (kappa := by_definition(*only)["Cohen's kappa"]) is None else pytest.approx(kappa)
        )
    if any(shared):
        only = [[x for code in both.codes for x, s in zip(walk(c, code), shared, strict=True) if s] for c in (a, b)]
        same(values(both, subject="choice of code"), by_definition(*only))


@given(CODED, CODED)
def test_matched_segments_are_those_of_a_walk_over_characters(a: Coded, b: Coded) -> None:
    for code, counts in pair(a, b).codes.items():
        for own, other, segments, matched in (
            (a, b, counts.segments_a, counts.matched_a),
            (b, a, counts.segments_b, counts.matched_b),
        ):
            stretches, coded = Cover(own.get(code, ())).stretches, walk(other, code)
            assert segments == len(stretches)
            assert matched == sum(2 * sum(coded[start:end]) >= end - start for start, end in stretches)


@given(st.lists(SPANS, max_size=8), SPANS)
def test_a_cover_is_the_union_of_its_spans(spans, asked) -> None:
    cover, coded = Cover(spans), walk({"x": spans})
    assert cover.size == sum(coded)
    assert cover.measure(*asked) == sum(coded[slice(*asked)])
    assert all(end <= start for (_, end), (start, _) in pairwise(cover.stretches))


@given(CODED, CODED, CODED, CODED)
def test_counts_of_documents_add_up(a: Coded, b: Coded, c: Coded, d: Coded) -> None:
    """Two documents are what one would be in which the second text follows the first."""
    moved = [{code: [(s + LENGTH, e + LENGTH) for s, e in spans] for code, spans in coded.items()} for coded in (c, d)]
    joined = [
        {code: [*x.get(code, ()), *y.get(code, ())] for code in x.keys() | y.keys()}
        for x, y in zip((a, b), moved, strict=True)
    ]
    assert values(pair(a, b, document="d1"), pair(c, d, document="d2")) == values(pair(*joined, length=2 * LENGTH))
