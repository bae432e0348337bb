"""A tool as a rater: never one of the reviewers, excluding alone only where the protocol says so, and measured against people."""

from __future__ import annotations

import hashlib

import pytest

from tasks.publish.diagram import boxes
from tasks.publish.prisma import prisma_flow
from tasks.screen.estimate import exact_interval
from tasks.screen.measure import measure_screening
from tests.support.handmade import Handmade
from warehouse.materialise import materialise

TOOL = "a tool, not a reviewer"


def judge(made: Handmade, record: str, verdict: str, tool: str = "Sifter", **fields) -> None:
    made.vote(record, tool, verdict, uncounted=TOOL, **fields)


def draw(name: str) -> float:
    return int(hashlib.sha256(f"rep_{name}".encode()).hexdigest()[:8], 16) / 2**32


def find_name(below: float, at_least: float = 0.0) -> str:
    """A record whose report's draw lies there."""
    return next(name for name in map(str, range(9999)) if at_least <= draw(name) < below)


def accuracy(made: Handmade) -> dict[str, tuple[float, float, float, int]]:
    materialise(made.con)
    measure_screening(made.con)
    rows = made.con.execute("SELECT measure, value, low, high, n FROM tool_accuracy WHERE version IS NULL").fetchall()
    return {measure: tuple(rest) for measure, *rest in rows}


@pytest.mark.parametrize("verdict", ["include", "exclude", "maybe"])
def test_it_is_neither_of_the_two_reviewers(made: Handmade, verdict: str) -> None:
    made.tool("Sifter")
    made.record("a")
    judge(made, "a", verdict)
    assert made.statuses("a") == {"title-abstract": "awaiting"}
    made.vote("a", "Ada", "exclude")
    assert made.statuses("a") == {"title-abstract": "awaiting_second"}


def test_where_it_excludes_alone_what_it_excludes_is_counted_apart_and_is_nobodys_to_do(made: Handmade) -> None:
    made.boxes(list(boxes()))
    made.tool("Sifter", checked=0.1)
    made.team("Ada", "Ben")
    made.search("q-medline", "medline")
    name = find_name(below=1, at_least=0.1)
    made.record(name)
    judge(made, name, "exclude")
    assert made.statuses(name) == {"title-abstract": "ineligible"}
    assert made.flow() == {"identified_databases": 1, "removed_automation": 1}
    assert made.con.execute("FROM screening_queue").fetchall() == []
    assert made.con.execute("SELECT identity FROM prisma_identity WHERE holds IS NOT true").fetchall() == []
    assert "Sifter (people screen a drawn share of 0.1 of all whatever it says)" in prisma_flow(made.con, "").caption


def test_a_drawn_share_goes_to_people_whatever_it_says(made: Handmade) -> None:
    made.tool("Sifter", checked=0.1)
    made.team("Ada", "Ben")
    name = find_name(below=0.1)
    made.record(name)
    judge(made, name, "exclude")
    assert made.statuses(name) == {"title-abstract": "awaiting"}
    assert made.con.execute("SELECT reviewer FROM screening_queue ORDER BY ALL").fetchall() == [("Ada",), ("Ben",)]


def test_calibration_goes_to_people_too(made: Handmade) -> None:
    made.rule("title-abstract", calibration=0.5)
    made.tool("Sifter", checked=0.1)
    name = find_name(below=0.5, at_least=0.1)
    made.record(name)
    judge(made, name, "exclude")
    assert made.statuses(name) == {"title-abstract": "awaiting"}


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([("Sifter", "include")], "awaiting"),
        ([("Sifter", "maybe")], "awaiting"),
        ([("Sifter", "include"), ("Sifter", "exclude")], "ineligible"),  # its last word counts
        ([("Sifter", "exclude"), ("Sorter", "include")], "awaiting"),  # two tools that do not agree
        # A vote of a person asks for another, until which nobody is to see that it is there.
        ([("Sifter", "exclude"), ("Ada", "exclude")], "ineligible"),
        ([("Ada", "include"), ("Sifter", "exclude")], "ineligible"),
        ([("Sifter", "exclude"), ("Ada", "include"), ("Ben", "include")], "included"),
        ([("Ada", "include"), ("Sifter", "exclude"), ("Ben", "exclude")], "conflict"),
        ([("Sifter", "exclude"), ("Ada", "include"), ("Ada", "clear")], "ineligible"),
    ],
)
def test_whose_word_counts(made: Handmade, words: list[tuple[str, str]], status: str) -> None:
    made.tool("Sifter", checked=0.1)
    made.tool("Sorter", checked=0.1)
    name = find_name(below=1, at_least=0.1)
    made.record(name)
    for who, verdict in words:
        made.vote(name, who, verdict, uncounted=TOOL if who.startswith("S") else None)
    assert made.statuses(name)["title-abstract"] == status


def test_a_vote_on_what_it_excluded_asks_for_the_other_one(made: Handmade) -> None:
    made.tool("Sifter", checked=0.1)
    made.team("Ada", "Ben")
    name = find_name(below=1, at_least=0.1)
    made.record(name)
    judge(made, name, "exclude")
    made.vote(name, "Ada", "include")
    materialise(made.con)
    query = "SELECT reviewer, work FROM screening_queue"
    assert made.con.execute(query).fetchall() == [("Ben", "vote")]


def test_it_excludes_nothing_at_full_text(made: Handmade) -> None:
    made.tool("Sifter", checked=0.1)
    name = find_name(below=1, at_least=0.1)
    made.record(name)
    made.vote(name, "consensus", "include", consensus=True)
    judge(made, name, "exclude", stage="full-text")
    assert made.statuses(name)["full-text"] == "awaiting"


def test_later_votes_at_full_text_carry_it_past_the_tool(made: Handmade) -> None:
    made.tool("Sifter", checked=0.1)
    name = find_name(below=1, at_least=0.1)
    made.record(name)
    judge(made, name, "exclude")
    for who in ("Ada", "Ben"):
        made.vote(name, who, "include", "full-text")
    assert made.place(name) == "included"


def test_it_is_measured_against_first_votes_of_reports_that_wait_for_nobody(made: Handmade) -> None:
    """Kept by somebody: a, b, c, of which it let a and b through. Excluded by both: d, of which it excluded one."""
    made.tool("Sifter")
    for name, ada, ben, tool in (
        ("a", "include", "include", "include"),
        ("b", "exclude", "include", "maybe"),
        ("c", "include", "exclude", "exclude"),
        ("d", "exclude", "exclude", "exclude"),
    ):
        made.record(name)
        made.vote(name, "Ada", ada)
        made.vote(name, "Ben", ben)
        made.vote(name, "Ben", "exclude")  # changed later: the first vote is what counts here
        judge(made, name, tool)
    made.record("open")
    made.vote("open", "Ada", "include")
    judge(made, "open", "exclude")
    assert accuracy(made) == {
        "sensitivity": (pytest.approx(2 / 3), *map(pytest.approx, exact_interval(2, 3)), 3),
        "specificity": (1.0, pytest.approx(exact_interval(1, 1)[0]), 1.0, 1),
    }


def test_of_a_tool_that_excludes_alone_only_what_was_drawn_measures_it(made: Handmade) -> None:
    made.tool("Sifter", checked=0.2)
    drawn, not_drawn = find_name(below=0.2), find_name(below=1, at_least=0.2)
    for name in (drawn, not_drawn):
        made.record(name)
        judge(made, name, "include")
        for who in ("Ada", "Ben"):
            made.vote(name, who, "include")
    assert accuracy(made)["sensitivity"][3] == 1


def test_what_it_excluded_and_people_checked_says_what_it_missed(made: Handmade) -> None:
    made.tool("Sifter", checked=0.2)
    names = [str(n) for n in range(40)]
    drawn = [name for name in names if draw(name) < 0.2]
    assert len(drawn) > 2
    for name in names:
        made.record(name)
        judge(made, name, "exclude")
    for name in drawn:
        for who in ("Ada", "Ben"):
            made.vote(name, who, "include" if name == drawn[0] else "exclude")
    accuracy(made)
    (row,) = made.con.execute("SELECT tool, sampled, overturned, unchecked, missed FROM screening_estimate").fetchall()
    unchecked = 40 - len(drawn)
    assert row == ("Sifter", len(drawn), 1, unchecked, pytest.approx(unchecked / len(drawn)))
