"""Where a report stands: the rules of screening as a table of cases.

A vote is written 'Ada +' (include), 'Ada -' (exclude), 'Ada ?' (maybe), 'both +' (consensus); at retrieval 'Ada +'
means that the full text is here and 'Ada 0' that it is not. Votes are cast in the order in which they are written.
"""

from __future__ import annotations

import hashlib

import pytest

from tests.support.handmade import Handmade
from warehouse.materialise import materialise

SIGNS = {"+": "include", "-": "exclude", "?": "maybe", "0": "not-retrieved"}


def cast(made: Handmade, record: str, votes: str, stage: str = "title-abstract") -> None:
    for vote in filter(None, (v.strip() for v in votes.split(","))):
        who, sign = vote.split()
        made.vote(record, "consensus" if who == "both" else who, SIGNS[sign], stage, consensus=who == "both")


@pytest.mark.parametrize(
    ("votes", "status"),
    [
        ("", "awaiting"),
        ("Ada +", "awaiting_second"),
        ("Ada -", "awaiting_second"),
        ("Ada ?", "awaiting_second"),
        ("Ada +, Ben +", "included"),
        ("Ada -, Ben -", "excluded"),
        ("Ada +, Ben -", "conflict"),
        ("Ada ?, Ben +", "conflict"),
        ("Ada ?, Ben ?", "conflict"),
        ("Ada +, Ben -, both +", "included"),
        ("Ada +, Ben -, both -", "excluded"),
        ("Ada ?, Ben ?, both -", "excluded"),
        ("Ada +, Ben -, both ?", "conflict"),
        ("both -", "excluded"),
        ("Ada +, both -", "excluded"),
        ("Ada +, Ben +, Cem -", "conflict"),
        # A reviewer who changes their mind: the last verdict counts, and it stays one vote.
        ("Ada +, Ada -", "awaiting_second"),
        ("Ada +, Ada -, Ben -", "excluded"),
        ("Ada +, Ben -, Ben +", "included"),
        ("Ada +, Ben +, Ben -", "conflict"),
        ("Ada +, Ben -, both +, both -", "excluded"),
    ],
)
def test_two_votes(made: Handmade, votes: str, status: str) -> None:
    made.record("a")
    cast(made, "a", votes)
    assert made.statuses("a")["title-abstract"] == status


@pytest.mark.parametrize(
    ("votes", "status"),
    [
        ("Ada ?, Ben ?", "included"),
        ("Ada ?, Ben +", "included"),
        ("Ada ?, Ben -", "conflict"),
        ("Ada ?", "awaiting_second"),
        ("Ada -, Ben -, both ?", "conflict"),
    ],
)
def test_where_maybe_counts_as_include(made: Handmade, votes: str, status: str) -> None:
    made.rule("title-abstract", maybe="include")
    made.record("a")
    cast(made, "a", votes)
    assert made.statuses("a")["title-abstract"] == status


@pytest.mark.parametrize(
    ("share_of_included", "share_of_excluded", "votes", "status"),
    [
        (None, None, "Ada +", "included"),
        (None, None, "Ada -", "excluded"),
        (None, None, "Ada ?", "conflict"),
        (1.0, 0.0, "Ada +", "awaiting_second"),
        (1.0, 0.0, "Ada -", "excluded"),
        (0.0, 1.0, "Ada +", "included"),
        (0.0, 1.0, "Ada -", "awaiting_second"),
        (1.0, 0.0, "Ada +, Ben +", "included"),
        (1.0, 0.0, "Ada +, Ben -", "conflict"),
        # Somebody votes a second time where no second vote was asked for: it is a vote all the same.
        (None, None, "Ada +, Ben -", "conflict"),
        (0.0, 0.0, "Ada -, Ben -", "excluded"),
    ],
)
def test_one_vote_and_a_share_of_second_votes(made, share_of_included, share_of_excluded, votes, status) -> None:
    made.rule("title-abstract", votes=1, included=share_of_included, excluded=share_of_excluded)
    made.record("a")
    cast(made, "a", votes)
    assert made.statuses("a")["title-abstract"] == status


def test_the_share_is_drawn_by_a_hash_of_the_reports_id(made: Handmade) -> None:
    made.rule("title-abstract", votes=1, excluded=0.2)
    names = [f"{n:03}" for n in range(60)]
    for name in names:
        made.record(name)
        cast(made, name, "Ada -")
    drawn = {name for name in names if int(hashlib.sha256(f"rep_{name}".encode()).hexdigest()[:8], 16) / 2**32 < 0.2}
    materialise(made.con)
    waiting = made.con.execute("SELECT report_id FROM screening_status WHERE status = 'awaiting_second'").fetchall()
    assert {row[0].removeprefix("rep_") for row in waiting} == drawn
    assert 0 < len(drawn) < 30


@pytest.mark.parametrize(
    ("title_abstract", "retrieval", "full_text", "statuses", "place"),
    [
        ("", "", "", {"title-abstract": "awaiting"}, "awaiting_screening"),
        ("Ada +", "", "", {"title-abstract": "awaiting_second"}, "awaiting_screening"),
        ("Ada +, Ben -", "", "", {"title-abstract": "conflict"}, "awaiting_screening"),
        ("both -", "", "", {"title-abstract": "excluded"}, "excluded_screening"),
        (
            "both +", "", "",
            {"title-abstract": "included", "retrieval": "awaiting", "full-text": "awaiting"}, "awaiting_retrieval",
        ),
        ("both +", "Ada 0", "", {"title-abstract": "included", "retrieval": "not_retrieved"}, "not_retrieved"),
        (
            "both +", "Ada +", "",
            {"title-abstract": "included", "retrieval": "retrieved", "full-text": "awaiting"}, "awaiting_full_text",
        ),
        (
            "both +", "Ada 0, Ada +", "Ada +, Ben +",
            {"title-abstract": "included", "retrieval": "retrieved", "full-text": "included"}, "included",
        ),
        (
            "both +", "Ada 0, Ben +", "",
            {"title-abstract": "included", "retrieval": "conflict", "full-text": "awaiting"}, "awaiting_retrieval",
        ),
        (
            "both +", "", "Ada -, Ben -",
            {"title-abstract": "included", "retrieval": "retrieved", "full-text": "excluded"}, "excluded_full_text",
        ),
        # Votes at a later stage, where nobody voted at the earlier ones, say that it has passed them.
        (
            "", "", "Ada +, Ben +",
            {"title-abstract": "included", "retrieval": "retrieved", "full-text": "included"}, "included",
        ),
        ("", "Ada 0", "", {"title-abstract": "included", "retrieval": "not_retrieved"}, "not_retrieved"),
        # What was decided of a report that was excluded before does not bring it back.
        ("Ada -, Ben -", "", "Ada +, Ben +", {"title-abstract": "excluded"}, "excluded_screening"),
        ("Ada +, Ben -", "", "Ada +, Ben +", {"title-abstract": "conflict"}, "awaiting_screening"),
    ],
)  # fmt: skip
def test_from_stage_to_stage(made, title_abstract, retrieval, full_text, *, statuses, place) -> None:
    made.record("a")
    cast(made, "a", title_abstract)
    cast(made, "a", retrieval, "retrieval")
    cast(made, "a", full_text, "full-text")
    assert made.statuses("a") == statuses
    assert made.place("a") == place


def test_a_verdict_that_was_taken_back_does_not_count(made: Handmade) -> None:
    made.record("a")
    made.vote("a", "Ada", "include")
    made.vote("a", "Ben", "exclude", undone=True)
    assert made.statuses("a") == {"title-abstract": "awaiting_second"}
    made.vote("a", "Ben", "include")
    assert made.statuses("a")["title-abstract"] == "included"


def test_taking_back_a_change_of_mind_brings_the_verdict_before_it_back(made: Handmade) -> None:
    made.record("a")
    cast(made, "a", "Ada -, Ben -")
    made.vote("a", "Ben", "include", undone=True)
    assert made.statuses("a")["title-abstract"] == "excluded"


def test_of_ones_own_verdicts_on_two_records_of_one_report_the_later_counts(made: Handmade) -> None:
    """Two reports, screened each for itself, that a later record joins: nobody is in conflict with herself."""
    made.record("a")
    made.record("b", report="a")
    cast(made, "a", "Ada +, Ben +")
    cast(made, "b", "Ada -")
    assert made.statuses("a") == {"title-abstract": "conflict"}
    cast(made, "b", "Ben -")
    assert made.statuses("a")["title-abstract"] == "excluded"


def test_two_consensuses_of_files_on_records_that_became_one_report_are_a_conflict_until_the_ledger_has_a_later_one(
    made: Handmade,
) -> None:
    made.record("a")
    made.record("b", report="a")
    for record, verdict in (("a", "include"), ("b", "exclude")):
        made.vote(record, "consensus", verdict, consensus=True, seq=None)
    assert made.statuses("a") == {"title-abstract": "conflict"}
    made.vote("b", "Cem", "include", consensus=True)
    assert made.statuses("a")["title-abstract"] == "included"


def test_two_verdicts_of_one_date_that_differ_are_none_until_it_is_known_which_is_later(made: Handmade) -> None:
    made.record("a")
    for verdict in ("include", "exclude"):
        made.vote("a", "Ada", verdict, at=5, seq=None)
    made.vote("a", "Ben", "exclude")
    assert made.statuses("a") == {"title-abstract": "awaiting_second"}
    made.vote("a", "Ada", "exclude", at=6)
    assert made.statuses("a") == {"title-abstract": "excluded"}


def test_of_two_events_of_one_moment_the_later_in_the_ledger_counts(made: Handmade) -> None:
    made.record("a")
    made.rule("title-abstract", votes=1)
    for verdict in ("include", "exclude"):
        made.vote("a", "Ada", verdict, at=5)
    assert made.statuses("a") == {"title-abstract": "excluded"}


def test_a_clear_takes_back_all_that_was_said_before_it(made: Handmade) -> None:
    made.record("a")
    cast(made, "a", "Ada +, Ada -, Ben -")
    made.vote("a", "Ada", "clear")
    assert made.statuses("a") == {"title-abstract": "awaiting_second"}
    made.vote("a", "Ada", "include")
    assert made.statuses("a") == {"title-abstract": "conflict"}


def test_a_share_for_calibration_needs_everybody_of_the_stage(made: Handmade) -> None:
    made.team("Ada", "Ben", "Cem")
    made.rule("title-abstract", votes=1, calibration=1.0)
    made.record("a")
    cast(made, "a", "Ada +, Ben +")
    assert made.statuses("a") == {"title-abstract": "awaiting_second"}
    cast(made, "a", "Cem +")
    assert made.statuses("a")["title-abstract"] == "included"


def test_what_was_drawn_stays_drawn_when_reports_merge(made: Handmade) -> None:
    def draw(name: str) -> float:
        return int(hashlib.sha256(f"rep_{name}".encode()).hexdigest()[:8], 16) / 2**32

    names = [f"{n:02}" for n in range(40)]
    drawn, other = next(n for n in names if draw(n) < 0.2), next(n for n in names if draw(n) >= 0.2)
    made.rule("title-abstract", votes=1, excluded=0.2)
    made.record(other)
    made.record(drawn, report=other)
    cast(made, other, "Ada -")
    assert made.statuses(other) == {"title-abstract": "awaiting_second"}


def test_a_verdict_that_does_not_count_changes_nothing(made: Handmade) -> None:
    made.record("a")
    cast(made, "a", "Ada -, Ben -")
    made.vote("a", "Dan", "include", uncounted="not one of the protocol's reviewers")
    assert made.statuses("a") == {"title-abstract": "excluded"}


@pytest.mark.parametrize(
    ("on_a", "on_b", "status"),
    [
        ("Ada -, Ben -", "Ada -, Ben -", "excluded"),
        ("Ada +", "Ben +", "included"),
        ("Ada +, Ada -", "Ben -", "excluded"),
        ("Ada +, Ben -, both -", "Ada -, Ben -", "excluded"),
        ("both +", "both -", "excluded"),
    ],
)
def test_verdicts_on_two_records_of_one_report_add_up(made: Handmade, on_a: str, on_b: str, status: str) -> None:
    made.record("a")
    made.record("b", report="a")
    cast(made, "a", on_a)
    cast(made, "b", on_b)
    assert made.statuses("a")["title-abstract"] == status


@pytest.mark.parametrize(
    ("votes", "reason"),
    [
        ([("Ada", "Not qualitative", False), ("Ben", "Not qualitative", False)], "Not qualitative"),
        ([("Ada", "Not qualitative", False), ("Ben", "Before 2003", False)], "Before 2003"),
        (
            [("Ada", "Before 2003", False), ("Ben", "Not qualitative", False), ("both", "Not qualitative", True)],
            "Not qualitative",
        ),
        ([("Ada", None, False), ("Ben", "Not in the protocol", False)], "Not in the protocol"),
        ([("Ada", None, False), ("Ben", None, False)], "no reason given"),
    ],
)
def test_the_reason_is_the_consensus_one_else_the_first_of_the_protocol(made, votes, reason) -> None:
    made.reasons("Before 2003", "Not qualitative")
    made.record("a")
    cast(made, "a", "both +")
    for who, why, consensus in votes:
        made.vote("a", who, "exclude", "full-text", reason=why, consensus=consensus)
    materialise(made.con)
    assert made.con.execute("SELECT reason FROM exclusion").fetchall() == [(reason,)]


def test_what_was_said_on_title_and_abstract_is_no_reason_at_full_text(made: Handmade) -> None:
    made.reasons("Before 2003", "Not qualitative")
    made.record("a")
    made.vote("a", "Ada", "exclude", reason="Before 2003")
    cast(made, "a", "both +")
    for who in ("Ada", "Ben"):
        made.vote("a", who, "exclude", "full-text", reason="Not qualitative")
    materialise(made.con)
    assert made.con.execute("SELECT reason FROM exclusion").fetchall() == [("Not qualitative",)]


def test_a_reason_that_is_not_the_protocols_comes_after_those_that_are(made: Handmade) -> None:
    made.reasons("Not qualitative")
    made.record("a")
    cast(made, "a", "both +")
    for who, why in (("Ada", "A reason of her own"), ("Ben", "Not qualitative")):
        made.vote("a", who, "exclude", "full-text", reason=why)
    materialise(made.con)
    assert made.con.execute("SELECT reason FROM exclusion").fetchall() == [("Not qualitative",)]
