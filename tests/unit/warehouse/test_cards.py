"""Reports that are screened as one: one card, one decision, and in PRISMA still two reports."""

from __future__ import annotations

import hashlib

import pytest

from tasks.publish.diagram import boxes
from tests.support.handmade import Handmade
from warehouse.materialise import materialise


@pytest.fixture
def pair(made: Handmade) -> Handmade:
    """An article and its preprint on one card, and another report."""
    made.boxes(list(boxes()))
    made.search("q-medline", "medline")
    made.team("Ada", "Ben")
    for name in ("article", "preprint", "other"):
        made.record(name)
    made.con.execute(
        "INSERT INTO core.screening_card VALUES ('rep_article', 'rep_article', 1), ('rep_preprint', 'rep_article', 2)"
    )
    return made


def work(made: Handmade) -> set[tuple[str, str, str]]:
    materialise(made.con)
    return set(made.con.execute("SELECT report_id, stage, reviewer FROM screening_queue").fetchall())


def test_votes_on_either_count_for_both(pair: Handmade) -> None:
    pair.vote("article", "Ada", "include")
    pair.vote("preprint", "Ben", "include")
    assert pair.statuses("article")["title-abstract"] == "included"
    assert pair.statuses("preprint")["title-abstract"] == "included"
    assert pair.statuses("other")["title-abstract"] == "awaiting"


def test_a_reviewer_who_judged_both_has_one_vote_the_later(pair: Handmade) -> None:
    pair.vote("article", "Ada", "include")
    pair.vote("preprint", "Ada", "exclude")
    pair.vote("article", "Ben", "exclude")
    assert pair.place("article") == pair.place("preprint") == "excluded_screening"


def test_the_queue_has_the_first_alone_and_nobody_is_asked_twice(pair: Handmade) -> None:
    assert {report for report, *_ in work(pair)} == {"rep_article", "rep_other"}
    pair.vote("preprint", "Ada", "include")
    assert ("rep_article", "title-abstract", "Ada") not in work(pair)


def test_prisma_counts_two_reports_of_one_decision(pair: Handmade) -> None:
    for stage in ("title-abstract", "full-text"):
        pair.vote("article", "consensus", "include", stage, consensus=True)
    flow = pair.flow()
    assert (flow["sought"], flow["assessed"], flow["included_reports"]) == (2, 2, 2)
    assert pair.con.execute("SELECT identity FROM prisma_identity WHERE holds IS NOT true").fetchall() == []


def test_retrieval_is_of_each_and_what_remains_is_the_one_to_look_at(pair: Handmade) -> None:
    pair.vote("article", "consensus", "include", consensus=True)
    assert {report for report, stage, _ in work(pair) if stage == "retrieval"} == {"rep_article", "rep_preprint"}
    pair.vote("article", "Ada", "not-retrieved", "retrieval")
    pair.vote("preprint", "Ada", "include", "retrieval")
    assert {report for report, stage, _ in work(pair) if stage == "full-text"} == {"rep_preprint"}
    assert pair.place("article") == "not_retrieved"


def test_both_are_drawn_if_one_is(pair: Handmade) -> None:
    def draw(name: str) -> float:
        return int(hashlib.sha256(f"rep_{name}".encode()).hexdigest()[:8], 16) / 2**32

    query = "SELECT report_id, draw FROM screening_draw WHERE stage = 'title-abstract'"
    drawn = dict(pair.con.execute(query).fetchall())
    assert drawn["rep_article"] == drawn["rep_preprint"] == min(draw("article"), draw("preprint"))
    assert drawn["rep_other"] == draw("other")


def test_a_tool_that_excludes_alone_has_one_word_on_both(pair: Handmade) -> None:
    pair.tool("Sifter", checked=0.0001)
    pair.vote("article", "Sifter", "exclude", uncounted="a tool, not a reviewer")
    assert pair.place("article") == pair.place("preprint") == "ineligible"
    pair.vote("preprint", "Sifter", "include", uncounted="a tool, not a reviewer")
    assert pair.place("article") == pair.place("preprint") == "awaiting_screening"
