"""A preprint and its article, from the protocol's policy to one decision and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.event import DuplicateRuling
from tests.support.cli import living_review
from tests.support.exports import Rec
from tests.support.reviews import PROTOCOL, SmallReview

TITLE = "Nurses on community care for people with a diagnosis of personality disorder"
ARTICLE = Rec("1", TITLE, ("Testperson, Tess", "Beispiel, Bo"), 2021, doi="10.5555/nurses")
PREPRINT = Rec("2", TITLE, ("Testperson, Tess", "Beispiel, Bo"), 2020, journal="medRxiv", volume="", issue="", pages=("", ""),
               doi="10.1101/2020.01.06.20016000")  # fmt: skip


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    small = SmallReview(
        tmp_path_factory.mktemp("together") / "review", PROTOCOL + '\n[deduplication]\npreprint = "together"\n'
    )
    small.search("medline", "a", [ARTICLE, PREPRINT])
    assert living_review("update", small.review.root).code == 0
    return small


@pytest.fixture
def small(together: SmallReview, tmp_path: Path) -> SmallReview:
    return together.copy(tmp_path / "review")


def card(small: SmallReview) -> list[str]:
    rows = small.rows(
        "SELECT r.accession FROM core.screening_card AS c JOIN record AS r USING (report_id) ORDER BY c.position"
    )
    return [row[0] for row in rows]


def statuses(small: SmallReview) -> dict[str, str]:
    return dict(
        small.rows(
            "SELECT accession, status FROM screening_status JOIN record USING (report_id) WHERE stage = 'title-abstract'"
        )
    )


def test_the_article_leads_and_one_decision_counts_for_both(small: SmallReview) -> None:
    assert card(small) == ["1", "2"]
    for name in ("Ada", "Ben"):
        said = living_review(
            "decide", small.review.root, "2", "--stage", "title-abstract", "--verdict", "exclude", "--reviewer", name
        )
        assert said.code == 0, said.err
    assert living_review("queue", small.review.root, "--unranked").out.count(TITLE[:20]) == 0  # at once, before any run
    assert living_review("refresh", small.review.root).code == 0
    assert statuses(small) == {"1": "excluded", "2": "excluded"}
    assert small.rows("SELECT n FROM prisma_flow WHERE box = 'excluded_screening'") == [(2,)]
    assert small.hashes() == small.rebuilt()


def test_a_ruling_that_they_are_distinct_takes_the_card_apart_and_each_keeps_its_votes(small: SmallReview) -> None:
    small.drop("decisions/title-abstract/votes.csv", "id,reviewer,verdict\n1,Ada,exclude\n2,Ben,exclude\n")
    small.update()
    assert statuses(small) == {"1": "excluded", "2": "excluded"}
    a, b = (row[0] for row in small.rows("SELECT record_id FROM record ORDER BY 1"))
    small.review.log.append(DuplicateRuling(record_id_a=a, record_id_b=b, verdict="distinct"), "Ada")
    small.update()
    assert card(small) == []
    assert statuses(small) == {"1": "awaiting_second", "2": "awaiting_second"}
