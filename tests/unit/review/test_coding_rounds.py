"""A coder at two times: measured as agreement with herself, apart from other coders, and never counted twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import UserError
from schemas.protocol import read_protocol
from schemas.protocol_coding import Coder, Coding, name_round, split_round
from tasks.synthesise.rounds import are_compared, find_later_rounds
from tests.support.cli import living_review
from tests.support.codings import Coded, write_project
from tests.support.exports import Rec
from tests.support.reviews import PROTOCOL, SmallReview

TITLE = "Nurses on community care for personality disorder"
TEXT = "w " * 500
FIRST: list[Coded] = [
    ("Ada", TITLE, "trust", 0, 150), ("Ben", TITLE, "trust", 300, 400), ("Ada", TITLE, "doubt", 600, 700),
]  # fmt: skip
AGAIN: list[Coded] = [("Ada", TITLE, "trust", 100, 200), ("Ada", "alone", "trust", 0, 10)]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    """A report that Ada and Ben coded, and that Ada coded again, under her own name, in a file whose note says so."""
    team = '\n[coding]\ncoders = ["Ada", "Ben"]\n'
    small = SmallReview(tmp_path_factory.mktemp("twice") / "review", PROTOCOL + team)
    small.search("medline", "a", [Rec("1", TITLE)])
    small.drop("coding/first.qdpx", write_project({TITLE: TEXT, "alone": "a " * 20}, FIRST))
    small.update()
    small.drop("coding/again.qdpx", write_project({TITLE: TEXT, "alone": "a " * 20}, AGAIN, codes=["doubt"])).with_name(
        "again.qdpx.toml"
    ).write_text("round = 2\n")
    assert [p for p in small.update() if p.severity == "error"] == []
    small.publish()
    return small


def test_both_times_stand_beside_each_other(twice: SmallReview) -> None:
    counts = twice.rows("SELECT coder, count(*) FROM coding GROUP BY ALL ORDER BY ALL")
    assert counts == [("Ada", 2), ("Ada (round 2)", 2), ("Ben", 1)]


def test_she_is_compared_with_herself_and_with_others_by_her_first_time(twice: SmallReview) -> None:
    pairs = twice.rows("SELECT coder_a, coder_b, characters_both, same_coder FROM coding_pair ORDER BY ALL")
    assert pairs == [("Ada", "Ada (round 2)", 50, True), ("Ada", "Ben", 0, False)]
    said = living_review(
        "coding",
        "agreement",
        twice.review.root,
        "--pair",
        "Ada",
        "Ada (round 2)",
        "--coefficient",
        "jaccard",
        "--format",
        "csv",
    )
    rows = [line.split(",")[:7] for line in said.out.splitlines()]
    assert ["all", "trust", "Ada", "Ada (round 2)", "coding", "Jaccard", "0.25"] in rows, said.err


def test_what_she_coded_again_counts_for_nothing_but_where_it_is_the_first_time(twice: SmallReview) -> None:
    final = twice.rows("SELECT coder, start_char FROM coding_final ORDER BY ALL")
    assert final == [("Ada", 0), ("Ada", 600), ("Ada (round 2)", 0), ("Ben", 300)]
    assert twice.rows("SELECT why FROM core.left_out_coding") == [("later round",)]
    assert twice.rows("SELECT DISTINCT coder_a, coder_b FROM coding_difference") == [("Ada", "Ben")]


def test_the_plan_knows_one_ada(twice: SmallReview) -> None:
    assert twice.rows("SELECT DISTINCT coder FROM core.coding_plan ORDER BY ALL") == [("Ada",), ("Ben",)]
    assert twice.rows("SELECT codings FROM core.coding_plan WHERE coder = 'Ada'") == [(2,)]


def test_a_warehouse_that_is_derived_anew_has_the_same_rows(twice: SmallReview) -> None:
    assert twice.rebuilt() == twice.hashes()


def test_names_of_rounds() -> None:
    assert split_round("Ada Example (Round 2)") == ("Ada Example", 2)
    assert split_round("Ada (night shift)") == ("Ada (night shift)", 1)
    assert name_round("Ada (round 2)", 3) == "Ada (round 3)"


def test_a_team_may_have_names_of_its_own_for_later_rounds() -> None:
    coding = Coding(coders=[Coder(name="Ada", aliases=["AE"], rounds=["AE again"]), "Ben"])
    coders = ["AE", "AE again", "Ben", "Ben (round 2)"]
    later = find_later_rounds(coders, coding)
    assert later == {"AE again": "Ada", "Ben (round 2)": "Ben"}
    compared = {(a, b) for a in coders for b in coders if a < b and are_compared(a, b, later, coding)}
    assert compared == {("AE", "AE again"), ("AE", "Ben"), ("Ben", "Ben (round 2)")}
    assert find_later_rounds(["AE again"], coding) == {}, "whoever coded only later coded it the first time then"


def test_a_name_is_not_of_two_rounds(tmp_path: Path) -> None:
    path = tmp_path / "review.toml"
    path.write_text(PROTOCOL + '\n[coding]\ncoders = [{ name = "Ada", rounds = ["ada"] }]\n')
    with pytest.raises(UserError, match="'ada' is Ada's name at the first time too"):
        read_protocol(path)
