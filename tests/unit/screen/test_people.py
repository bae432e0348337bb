"""Who decided: one person whatever the spelling, and whose verdicts count."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from schemas.errors import UserError
from schemas.protocol_screening import Reviewer, Screening
from tasks.screen.people import name_people, name_reviewer

TEAM = Screening(
    reviewers=[
        "Ada",
        Reviewer(name="Ben Okri", aliases=["BO"], until=date(2026, 3, 31)),
        Reviewer(name="Cem", stages=[], resolves=True),
        Reviewer(name="Sorter", kind="automation"),
    ]
)


def named(*decisions: tuple[str, str, date, bool], screening: Screening = TEAM) -> list[tuple[str, str | None]]:
    """Name and why it does not count, of (reviewer, stage, day, consensus)."""
    frame = pl.DataFrame(
        [(who, stage, datetime(day.year, day.month, day.day, tzinfo=UTC), c) for who, stage, day, c in decisions],
        schema={
            "reviewer": pl.String,
            "stage": pl.String,
            "decided_at": pl.Datetime("us", "UTC"),
            "consensus": pl.Boolean,
        },
        orient="row",
    )
    return name_people(frame, screening).select("reviewer", "uncounted").rows()


DAY = date(2026, 3, 1)


@pytest.mark.parametrize("written", ["Ada", " ADA", "ada  ", "Ａda", "A\u200bda\ufeff"])
def test_capitals_blanks_and_widths_make_no_other_person(written: str) -> None:
    assert named((written, "title-abstract", DAY, False)) == [("Ada", None)]


def test_an_alias_is_the_same_person() -> None:
    assert (
        named(("bo", "title-abstract", DAY, False), ("Ben  okri", "full-text", DAY, False)) == [("Ben Okri", None)] * 2
    )


def test_without_a_team_everybody_counts_under_the_spelling_that_came_first() -> None:
    rows = named(
        ("eve", "full-text", date(2026, 2, 2), False),
        ("Eve", "full-text", date(2026, 1, 1), False),
        screening=Screening(),
    )
    assert rows == [("Eve", None), ("Eve", None)]


@pytest.mark.parametrize(
    ("decision", "why"),
    [
        (("Dan", "title-abstract", DAY, False), "not one of the protocol's reviewers"),
        (("Ben Okri", "title-abstract", date(2026, 4, 1), False), "was not in the team on 2026-04-01 by the protocol"),
        (("Ben Okri", "title-abstract", date(2026, 3, 31), False), None),
        (("Cem", "title-abstract", DAY, False), "does not screen at title-abstract by the protocol"),
        (("Cem", "title-abstract", DAY, True), None),
        (("Ada", "title-abstract", DAY, True), "settles no conflicts by the protocol"),
        (("consensus", "title-abstract", DAY, True), None),
        (("Sorter", "title-abstract", DAY, False), "a tool, not a reviewer"),
    ],
)
def test_whose_verdict_counts(decision: tuple[str, str, date, bool], why: str | None) -> None:
    assert [reason for _, reason in named(decision)] == [why]


def test_who_is_about_to_decide_must_be_in_the_team() -> None:
    assert name_reviewer("  bo ", TEAM) == "Ben Okri"
    with pytest.raises(UserError, match="'Adda' is not one of the protocol's reviewers") as caught:
        name_reviewer("Adda", TEAM)
    assert caught.value.hint == "did you mean 'Ada'?"
    with pytest.raises(UserError):
        name_reviewer("Sorter", TEAM)


def test_two_reviewers_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="'ada' can mean two reviewers: Ada, Ben"):
        Screening(reviewers=["Ada", Reviewer(name="Ben", aliases=["ada"])])
