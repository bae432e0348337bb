"""Differences between two coders: listed, settled, taken back, and what counts by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import UserError
from tasks.review.judge_codings import settle_difference, undo_settlement
from tests.support.cli import living_review
from tests.support.codings import Coded, write_project
from tests.support.exports import Rec
from tests.support.reviews import SmallReview

TITLE = "Nurses on community care for personality disorder"
TALK = "Trust grows slowly. Doubt stays on the ward. Hope is a plan. " * 4
ALIKE = [("Ada", TITLE, "hope", 45, 60), ("Ben", TITLE, "hope", 45, 58)]
DIFFERS = [("Ada", TITLE, "trust", 0, 19), ("Ben", TITLE, "doubt", 0, 19)]
FINAL = """
    SELECT g.coder, k.name, g.start_char, g.end_char, g.settled FROM coding_final AS g JOIN code AS k USING (code_id)
    ORDER BY g.start_char, g.coder, k.name
"""
HOPE = ("Ada", "hope", 45, 60, None)


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    """A report's text that Ada and Ben coded: one segment alike, one under two codes."""
    small = SmallReview(tmp_path_factory.mktemp("coded") / "review")
    small.search("medline", "a", [Rec("1", TITLE)])
    deliver(small, [*ALIKE, *DIFFERS])
    return small


@pytest.fixture
def small(coded: SmallReview, tmp_path: Path) -> SmallReview:
    return coded.copy(tmp_path / "review")


def deliver(small: SmallReview, codings: list[Coded]) -> None:
    small.drop("coding/talk.qdpx", write_project({TITLE: TALK}, codings, codes=["fear"]))
    assert [p for p in small.update() if p.severity == "error"] == []
    small.publish()


def settle(small: SmallReview, choice: str, **more) -> int:
    ((difference,),) = small.rows("SELECT difference_id FROM coding_difference")
    entry = settle_difference(small.review, difference, choice, "Cem", reason="talked it over", **more)
    small.update()
    return entry.seq


def test_a_difference_stands_side_by_side_and_both_count_until_it_is_settled(small: SmallReview) -> None:
    assert small.rows("SELECT coder_a, codes_a, coder_b, codes_b, quote, choice FROM coding_difference") == [
        ("Ada", ["trust"], "Ben", ["doubt"], "Trust grows slowly.", None)
    ]
    assert small.rows(FINAL) == [("Ada", "trust", 0, 19, None), ("Ben", "doubt", 0, 19, None), HOPE]
    assert small.rows("SELECT count(*) FROM coding") == [(4,)]
    assert small.rows("SELECT why FROM core.left_out_coding") == [("coded alike",)]


@pytest.mark.parametrize(
    ("choice", "rows"),
    [
        ("first", [("Ada", "trust", 0, 19, "first")]),
        ("second", [("Ben", "doubt", 0, 19, "second")]),
        ("both", [("Ada", "trust", 0, 19, "both"), ("Ben", "doubt", 0, 19, "both")]),
        ("neither", []),
    ],
)
def test_what_is_settled_counts_and_the_independent_codings_stay(small: SmallReview, choice: str, rows: list) -> None:
    settle(small, choice)
    assert small.rows(FINAL) == [*rows, HOPE]
    assert small.rows("SELECT count(*) FROM coding") == [(4,)]
    assert small.rows("SELECT choice, reason, settled_by FROM coding_difference") == [(choice, "talked it over", "Cem")]
    assert small.hashes() == small.rebuilt()


def test_something_new_counts_in_the_place_of_both(small: SmallReview) -> None:
    settle(small, "new", codes=["FEAR", "trust"], span=(None, 5))
    assert small.rows(FINAL) == [("Cem", "fear", 0, 5, "new"), ("Cem", "trust", 0, 5, "new"), HOPE]
    assert small.rows("SELECT DISTINCT quote, report_id IS NOT NULL FROM coding_final WHERE settled = 'new'") == [
        ("Trust", True)
    ]


def test_a_settlement_is_taken_back_and_the_last_one_counts(small: SmallReview) -> None:
    first = settle(small, "first")
    second = settle(small, "neither")
    assert small.rows(FINAL) == [HOPE]
    undo_settlement(small.review, second, "Cem")
    small.update()
    assert small.rows(FINAL) == [("Ada", "trust", 0, 19, "first"), HOPE]
    with pytest.raises(UserError, match="taken back already"):
        undo_settlement(small.review, second, "Cem")
    undo_settlement(small.review, first, "Cem")
    small.update()
    assert len(small.rows(FINAL)) == 3


def test_where_a_coding_has_changed_since_it_is_another_difference(small: SmallReview) -> None:
    settle(small, "first")
    deliver(small, [*ALIKE, DIFFERS[0], ("Ben", TITLE, "fear", 0, 19)])
    assert small.rows("SELECT codes_b, choice FROM coding_difference") == [(["fear"], None)]
    assert ("Ben", "fear", 0, 19, None) in small.rows(FINAL)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--choice", "first"], "a settlement needs a reason"),
        (["--choice", "new", "--reason", "x"], "codes go with 'new', and only with it"),
        (["--choice", "first", "--reason", "x", "--code", "fear"], "codes go with 'new', and only with it"),
        (["--choice", "new", "--reason", "x", "--code", "feer"], "no code is known as 'feer' (did you mean 'fear'?)"),
        (
            ["--choice", "new", "--reason", "x", "--code", "fear", "--end", "9999"],
            "0 to 9999 is no part of a text of 244",
        ),
    ],
)
def test_what_cannot_be_settled_is_one_line(small: SmallReview, options: list[str], says: str) -> None:
    ((difference,),) = small.rows("SELECT difference_id FROM coding_difference")
    said = living_review("coding", "settle", small.review.root, difference, *options)
    assert said.code == 2
    assert says in said.line


def test_the_command_line_lists_settles_and_takes_back(small: SmallReview) -> None:
    root = small.review.root
    said = living_review("coding", "differences", root, "--format", "csv")
    header, row = said.out.splitlines()
    assert header.startswith("difference_id,document,coder_a,codes_a,coder_b,codes_b,quote,choice")
    difference = row.split(",")[0]
    said = living_review(
        "coding", "settle", root, difference, "--choice", "second", "--reason", "agreed", "--who", "Cem"
    )
    assert said.out.startswith(f"{difference}: second, by Cem, noted as event ")
    assert len(living_review("coding", "differences", root, "--open", "--format", "csv").out.splitlines()) == 1
    event = said.out.split("event ")[1].split(";")[0]
    said = living_review("coding", "settle", root, event, "--undo", "--who", "Cem")
    assert said.out.startswith(f"settlement {event} is taken back")
    said = living_review("coding", "settle", root, "dif_0", "--choice", "both", "--reason", "x")
    assert "no difference is known as 'dif_0'" in said.line
