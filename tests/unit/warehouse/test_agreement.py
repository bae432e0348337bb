"""How far two reviewers agree: on first votes, and only where nobody has still to vote."""

from __future__ import annotations

import pytest

from tasks.screen.measure import measure_screening
from tests.support.handmade import Handmade
from warehouse.materialise import materialise


def agreement(made: Handmade) -> dict[tuple[str, str, str], tuple[float | None, int]]:
    """By first votes, over all versions."""
    materialise(made.con)
    measure_screening(made.con)
    rows = made.con.execute(
        "SELECT rater_a, rater_b, coefficient, value, n FROM agreement WHERE votes = 'first' AND version IS NULL"
    ).fetchall()
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
    assert len(agreement(made)) == 3 * 4 + 3
    counted = made.con.execute("SELECT DISTINCT rater_a IS NULL, n_counts FROM agreement ORDER BY ALL").fetchall()
    assert counted == [(False, "reports that both judged"), (True, "reports that two or more judged")]


def test_a_maybe_is_what_the_protocol_says(made: Handmade) -> None:
    made.rule("title-abstract", maybe="include")
    made.record("a")
    made.vote("a", "Ada", "maybe")
    made.vote("a", "Ben", "include")
    assert agreement(made)["Ada", "Ben", "share agreed"] == (1.0, 1)


def test_final_votes_stand_apart_from_first_ones(made: Handmade) -> None:
    """Discussion makes people agree: that is no agreement of independent raters."""
    made.record("a")
    made.vote("a", "Ada", "include")
    made.vote("a", "Ben", "exclude")
    made.vote("a", "Ben", "include")
    materialise(made.con)
    measure_screening(made.con)
    query = "SELECT votes, value FROM agreement WHERE coefficient = 'share agreed' AND version IS NULL ORDER BY ALL"
    assert made.con.execute(query).fetchall() == [("final", 1.0), ("first", 0.0)]


def test_each_version_is_measured_by_itself_too(made: Handmade) -> None:
    made.con.execute("INSERT INTO core.release VALUES (1, 'x', '2020-01-06 12:00:00Z', 'x', 5, 'x')")
    for record in ("a", "b"):
        made.record(record)
        for who in ("Ada", "Ben"):
            made.vote(record, who, "exclude" if (record, who) == ("b", "Ben") else "include")
    made.con.execute("UPDATE core.found_record SET arrival_id = 9 WHERE record_id = 'rb'")
    materialise(made.con)
    measure_screening(made.con)
    query = (
        "SELECT version, value, n FROM agreement WHERE coefficient = 'share agreed' AND votes = 'first' ORDER BY ALL"
    )
    assert made.con.execute(query).fetchall() == [(1, 1.0, 1), (2, 0.0, 1), (None, 0.5, 2)]


def test_exclusions_that_were_drawn_say_how_many_the_others_missed(made: Handmade) -> None:
    """All that is drawn of 60 gets a second vote; of those one is included by it, and a consensus."""
    made.rule("title-abstract", votes=1, excluded=0.2)
    names = [f"{n:03}" for n in range(60)]
    for name in names:
        made.record(name)
        made.vote(name, "Ada", "exclude")
    materialise(made.con)
    drawn = [
        r
        for (r,) in made.con.execute(
            "SELECT report_id FROM screening_status WHERE status = 'awaiting_second'"
        ).fetchall()
    ]
    for report in drawn:
        made.vote(report.removeprefix("rep_"), "Ben", "include" if report == drawn[0] else "exclude")
    made.vote(drawn[0].removeprefix("rep_"), "consensus", "include", consensus=True)
    materialise(made.con)
    measure_screening(made.con)
    (row,) = made.con.execute("SELECT sampled, overturned, unchecked, missed FROM screening_estimate").fetchall()
    assert row == (len(drawn), 1, 60 - len(drawn), pytest.approx((60 - len(drawn)) / len(drawn)))


@pytest.mark.parametrize("share", [None, 1.0])
def test_where_no_share_is_drawn_nothing_is_estimated(made: Handmade, share: float | None) -> None:
    """All exclusions rest on one vote, or none does."""
    made.rule("title-abstract", votes=1, excluded=share)
    for name in ("a", "b"):
        made.record(name)
        for who in ("Ada", "Ben"):
            made.vote(name, who, "exclude")
    materialise(made.con)
    measure_screening(made.con)
    assert made.con.execute("FROM screening_estimate").fetchall() == []


def test_before_there_is_a_version_all_is_of_the_first(made: Handmade) -> None:
    made.record("a")
    for who in ("Ada", "Ben"):
        made.vote("a", who, "exclude")
    materialise(made.con)
    measure_screening(made.con)
    assert made.con.execute("SELECT DISTINCT version FROM agreement ORDER BY ALL").fetchall() == [(1,), (None,)]
