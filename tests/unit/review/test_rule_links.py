"""What people say of documents, rows of sheets and studies counts before what names say, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schemas.errors import UserError
from tasks.review.rule_links import link_document, link_key, list_suggestions, rule_on_studies, undo_link
from tasks.review.status import read_status
from tests.support.codings import write_project
from tests.support.exports import Rec
from tests.support.reviews import PROTOCOL, SmallReview

TITLES = ("Nurses on community care for personality disorder", "Time on the ward and what people make of it")
ONE_VOTE = """
[screening.title-abstract]
votes = 1
[screening.full-text]
votes = 1
[[extraction.field]]
name = "country"
label = "Country"
type = "text"
"""
UNLINKED = "SELECT what, name, match FROM unlinked ORDER BY ALL"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallReview]:
    """Two included reports; a text and a row of a sheet that do not say which of them they are of."""
    small = SmallReview(tmp_path_factory.mktemp("links") / "review", PROTOCOL + ONE_VOTE)
    authors = ("Fern, Ada", "Moss, Ben", "Oak, Cem")
    small.search("medline", "a", [Rec(f"{n}", title, authors=authors) for n, title in enumerate(TITLES, 1)])
    votes = "".join(f"{n},{stage},Ada,include\n" for n in (1, 2) for stage in ("title-abstract", "full-text"))
    small.drop("decisions/votes.csv", f"id,stage,reviewer,verdict\n{votes}")
    small.drop(
        "coding/talk.qdpx", write_project({"Interview 7": "Trust grows."}, [("Ada", "Interview 7", "trust", 0, 5)])
    )
    small.drop("extraction/sheet.csv", "key,country\nward study,Fictonia\n")
    small.update(check=False)
    small.publish()
    yield small


def test_what_leads_nowhere_is_listed_and_linked_by_hand_until_it_is_undone(small: SmallReview) -> None:
    assert small.rows(UNLINKED) == [("document", "Interview 7", "unmatched"), ("key", "ward study", "unmatched")]
    details = [finding.detail for finding in read_status(small.review).warnings if finding.what == "link"]
    assert [detail.split(" (")[0] for detail in details] == [
        "coding/talk.qdpx: coded documents of no known report: 1, such as 'Interview 7'",
        "extraction/sheet.csv: rows of no known report: 1, such as 'ward study'",
    ]
    document, _, names = link_document(small.review, "interview 7", "1", "Ada")
    assert names.title == TITLES[0]
    key, _ = link_key(small.review, "ward study", "2", "Ada")
    small.update()
    assert small.rows(UNLINKED) == []
    assert small.rows("SELECT r.title FROM coding JOIN report AS r USING (report_id)") == [(TITLES[0],)]
    assert small.rows("SELECT r.title, value FROM characteristic JOIN report AS r USING (report_id)") == [
        (TITLES[1], "Fictonia")
    ]
    assert small.hashes() == small.rebuilt()
    for entry in (document, key):
        undo_link(small.review, entry.seq, "Ada")
    small.update(check=False)
    assert len(small.rows(UNLINKED)) == 2


def test_reports_of_one_study_are_suggested_ruled_and_undone(small: SmallReview) -> None:
    (suggestion,) = list_suggestions(small.review)
    assert suggestion.reasons[0] == "authors in common: Fern A, Moss B, Oak C"
    pair = (suggestion.report_a, suggestion.report_b)
    entry = rule_on_studies(small.review, pair, "same", "Ada", reason="the same interviews")
    assert list_suggestions(small.review) == []
    small.update()
    assert small.rows("SELECT reports FROM study") == [(2,)]
    undo_link(small.review, entry.seq, "Ada")
    rule_on_studies(small.review, pair, "distinct", "Ada")
    small.update()
    assert small.rows("SELECT reports FROM study") == [(1,), (1,)]
    assert list_suggestions(small.review) == []


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda review: link_document(review, "Interview 8", "1", "Ada"), "did you mean 'Interview 7'?"),
        (lambda review: link_key(review, "ward studies", "1", "Ada"), "did you mean 'ward study'?"),
        (lambda review: link_key(review, "ward study", "99", "Ada"), "no report is known as '99'"),
        (lambda review: rule_on_studies(review, ["1", "1"], "same", "Ada"), "these are one report"),
        (lambda review: undo_link(review, 1, "Ada"), "event 1 is no link"),
    ],
)
def test_a_mistake_is_told_and_noted_nowhere(small: SmallReview, call, says: str) -> None:
    with pytest.raises(UserError, match=says.replace("?", r"\?")):
        call(small.review)
