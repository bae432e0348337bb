"""Comments on a report: for the team, and for nobody else's eyes while votes are still to come."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.commands import comment as command
from schemas.screening import STAGES
from tests.support.cli import living_review
from tests.support.exports import Rec
from tests.support.reviews import SmallReview
from warehouse.connect import reader

REMARK = "The sample may be the one of their book."


@pytest.fixture(scope="module")
def voted(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    """One report, on which Ada has voted."""
    small = SmallReview(tmp_path_factory.mktemp("voted") / "review")
    small.search("medline", "a", [Rec("1", "Of apples")])
    small.drop("decisions/title-abstract/ada.csv", "id,reviewer,verdict\n1,Ada,include\n")
    assert living_review("update", small.review.root).code == 0
    return small


@pytest.fixture
def small(voted: SmallReview, tmp_path: Path) -> SmallReview:
    return voted.copy(tmp_path / "review")


def run(small: SmallReview, name: str, *words: str) -> str:
    said = living_review(name, small.review.root, *words)
    assert said.code == 0, said.err
    return said.out


def published(small: SmallReview) -> list[tuple[str, str]]:
    with reader(small.review.published_warehouse) as con:
        return con.execute("SELECT reviewer, comment FROM report_comment").fetchall()


def vote(small: SmallReview, name: str, stage: str = "title-abstract") -> None:
    run(small, "decide", "1", "--stage", stage, "--verdict", "include", "--reviewer", name)
    run(small, "refresh")


def read(small: SmallReview, login: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("LOGNAME", login)
    return run(small, "comment", "1")


def test_others_read_it_when_all_votes_are_in(small: SmallReview, monkeypatch: pytest.MonkeyPatch) -> None:
    run(small, "comment", "1", "--text", REMARK, "--reviewer", "ada")
    run(small, "refresh")
    assert published(small) == []
    assert REMARK in read(small, "ada", monkeypatch)
    assert REMARK not in read(small, "ben", monkeypatch)
    assert REMARK not in run(small, "comment", "1", "--reviewer", "Ada"), "a name is no login"
    assert REMARK.encode() not in small.review.published_warehouse.read_bytes()
    vote(small, "Ben")
    assert published(small) == [("Ada", REMARK)]
    assert REMARK in read(small, "ben", monkeypatch)


def test_a_comment_at_full_text_waits_for_the_votes_there(small: SmallReview) -> None:
    vote(small, "Ben")
    run(small, "comment", "1", "--text", REMARK, "--reviewer", "Ada")
    run(small, "refresh")
    assert published(small) == []
    vote(small, "Ada", "full-text")
    vote(small, "Ben", "full-text")
    assert published(small) == [("Ada", REMARK)]


def test_it_is_taken_back_by_who_made_it(small: SmallReview) -> None:
    said = run(small, "comment", "1", "--text", REMARK, "--reviewer", "Ada")
    seq = said.split("event ")[1].split(";")[0]
    other = living_review("comment", small.review.root, seq, "--undo", "--reviewer", "Ben")
    assert other.code == 2
    assert "is a comment of Ada" in other.line
    run(small, "comment", seq, "--undo", "--reviewer", "Ada")
    run(small, "refresh")
    assert small.rows("FROM core.report_comment") == []


def test_the_command_offers_the_stages() -> None:
    assert command.STAGES == STAGES
