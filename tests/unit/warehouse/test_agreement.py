"""How far two reviewers agree: on first votes, and only where nobody has still to vote."""

from __future__ import annotations

import pytest

from tests.support.handmade import Handmade
from warehouse.materialise import materialise


def agreement(made: Handmade) -> dict[tuple[str, str, str], tuple[float | None, int]]:
    materialise(made.con)
    rows = made.con.execute("SELECT rater_a, rater_b, coefficient, value, n FROM agreement").fetchall()
    return {(a, b, coefficient): (value, n) for a, b, coefficient, value, n in rows}


def test_share_and_kappa_of_a_table_worked_out_by_hand(made: Handmade) -> None:
    """4 both include, 3 both exclude, 1 and 2 differ: agreed 0.7, by chance 0.5 × 0.6 + 0.5 × 0.4 = 0.5, kappa 0.4."""
    for place, (ada, ben) in enumerate(["++"] * 4 + ["+-"] + ["-+"] * 2 + ["--"] * 3):
        made.record(f"a{place}")
        for who, sign in (("Ben", ben), ("Ada", ada)):
            made.vote(f"a{place}", who, "include" if sign == "+" else "exclude")
    found = agreement(made)
    assert found["Ada", "Ben", "share agreed"] == (pytest.approx(0.7), 10)
    assert found["Ada", "Ben", "Cohen's kappa"] == (pytest.approx(0.4), 10)


def test_a_verdict_that_was_changed_later_and_a_consensus_do_not_count(made: Handmade) -> None:
    made.record("a")
    made.vote("a", "Ada", "include")
    made.vote("a", "Ben", "exclude")
    made.vote("a", "Ben", "include")
    made.vote("a", "consensus", "include", consensus=True)
    assert agreement(made)["Ada", "Ben", "share agreed"] == (0.0, 1)


def test_kappa_is_unknown_where_both_always_say_the_same(made: Handmade) -> None:
    made.record("a")
    for who in ("Ada", "Ben"):
        made.vote("a", who, "exclude")
    assert agreement(made)["Ada", "Ben", "Cohen's kappa"] == (None, 1)


def test_a_report_that_waits_for_a_third_vote_tells_nothing(made: Handmade) -> None:
    made.rule("title-abstract", votes=3)
    made.record("a")
    for who in ("Ada", "Ben"):
        made.vote("a", who, "exclude")
    assert agreement(made) == {}
    made.vote("a", "Cem", "exclude")
    assert len(agreement(made)) == 6


def test_a_maybe_is_what_the_protocol_says(made: Handmade) -> None:
    made.rule("title-abstract", maybe="include")
    made.record("a")
    made.vote("a", "Ada", "maybe")
    made.vote("a", "Ben", "include")
    assert agreement(made)["Ada", "Ben", "share agreed"] == (1.0, 1)
