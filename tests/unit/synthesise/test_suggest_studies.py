"""Which reports may be of one study, and why."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tasks.synthesise.load_rulings import join_groups
from tasks.synthesise.suggest_studies import ReportFacts, suggest_studies

FERN = ReportFacts(
    "rep_1",
    "Nurses on trust",
    ("Fern, Ada", "Moss, Ben", "Oak, C."),
    2018,
    facts={"country": "Fictonia", "sample-size": "16"},
)


def test_authors_in_common_and_the_same_facts_make_a_suggestion() -> None:
    (found,) = suggest_studies(
        [FERN, replace(FERN, report_id="rep_2", title="Hope on the ward", authors=("Oak, Cem", "Fern, A."))]
    )
    assert (found.report_a, found.report_b) == ("rep_1", "rep_2")
    assert found.reasons == ("authors in common: Fern A, Oak C", "country: Fictonia", "sample-size: 16")
    assert found.against == ()
    assert found.score == 2 + 0.5 + 2


def test_a_registration_in_common_is_enough_however_it_is_written() -> None:
    other = ReportFacts("rep_9", "Another title", ("Birch, D.",), 2019, text="Registered as ISRCTN 12345678.")
    (found,) = suggest_studies([replace(FERN, text="(ISRCTN12345678)"), other])
    assert found.reasons == ("registration ISRCTN12345678",)


def test_what_differs_speaks_against_it() -> None:
    other = replace(FERN, report_id="rep_2", year=2008, facts={"country": "Sampleton", "sample-size": "9"})
    assert suggest_studies([FERN, other]) == []
    registered = replace(FERN, text="NCT00000001")
    assert suggest_studies([registered, replace(registered, report_id="rep_2", text="NCT00000002", facts={})]) == []


def test_alike_without_an_author_in_common_is_no_suggestion() -> None:
    assert suggest_studies([FERN, replace(FERN, report_id="rep_2", authors=("Birch, D.",))]) == []


@given(st.lists(st.sets(st.integers(0, 9), min_size=1), max_size=8))
def test_groups_with_a_member_in_common_are_one(groups: list[set[int]]) -> None:
    joined = join_groups([{str(n) for n in group} for group in groups])
    assert set().union(*joined, set()) == {str(n) for group in groups for n in group}
    assert sum(map(len, joined)) == len(set().union(*joined, set()))
    for group in groups:
        assert sum(str(n) in one for one in joined for n in group) == len(group)
        assert any({str(n) for n in group} <= one for one in joined)
