"""Who codes which report: drawn by the seed, stable when reports come and merge, or assigned."""

from __future__ import annotations

from collections import Counter

import pytest
from pydantic import ValidationError

from schemas.protocol_coding import Coding, CodingAssignment
from tasks.synthesise.plan_codings import draw, plan_codings

REPORTS = {f"rep_{n:03}": () for n in range(400)}


def coding(**keys) -> Coding:
    return Coding(**{"coders": ["Ada", "Ben", "Cem"], "seed": "s", **keys})


def by_report(plan) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for planned in plan:
        found.setdefault(planned.report_id, []).append(planned.coder)
    return found


def test_each_report_falls_to_one_coder_and_the_share_to_two():
    plan = by_report(plan_codings(REPORTS, coding(), {}))
    assert plan.keys() == REPORTS.keys()
    double = [report for report, coders in plan.items() if len(coders) == 2]
    assert double == [report for report in REPORTS if draw("s", report) < 0.2]
    assert all(len(set(coders)) == len(coders) for coders in plan.values())
    # By chance 133 each of 400, with a standard deviation of 9; and of the double-coded a third each as second.
    assert all(100 < n < 170 for n in Counter(coders[0] for coders in plan.values()).values())
    assert len(Counter(plan[report][1] for report in double)) == 3


@pytest.mark.parametrize(("share", "coders", "most"), [(0, ["Ada", "Ben"], 1), (1, ["Ada", "Ben"], 2), (1, ["Ada"], 1)])
def test_no_share_all_and_a_single_coder(share, coders, most):
    plan = by_report(plan_codings(REPORTS, coding(double_coded=share, coders=coders), {}))
    assert {len(found) for found in plan.values()} == {most}


def test_a_new_report_changes_nobody_elses_and_another_seed_draws_anew():
    plan = plan_codings(REPORTS, coding(), {})
    assert set(plan) < set(plan_codings({**REPORTS, "rep_new": ()}, coding(), {}))
    assert set(plan) != set(plan_codings(REPORTS, coding(seed="t"), {}))


def test_what_was_drawn_for_double_coding_stays_drawn_through_a_merge():
    drawn = next(report for report in REPORTS if draw("s", report) < 0.2)
    other = next(report for report in REPORTS if draw("s", report) > 0.5)
    before = by_report(plan_codings({drawn: ()}, coding(), {}))[drawn]
    assert by_report(plan_codings({other: (drawn,)}, coding(), {}))[other] == before


def test_an_assignment_stands_in_the_draws_place_and_names_the_part():
    both = CodingAssignment(report="10.1/x", coders=["ben", "CEM"], part="discussion")
    plan = plan_codings({"rep_1": ()}, coding(part="results"), {"rep_1": both})
    assert [(p.coder, p.part, p.double, p.drawn) for p in plan] == [
        ("Ben", "discussion", True, False), ("Cem", "discussion", True, False),
    ]  # fmt: skip
    assert plan_codings({"rep_2": ()}, coding(part="results"), {"rep_1": both})[0].part == "results"


def test_whoever_began_a_report_keeps_it_and_the_second_coder_is_another():
    drawn = next(report for report in REPORTS if draw("s", report) < 0.2)
    other = next(report for report in REPORTS if draw("s", report) > 0.5)
    plan = by_report(plan_codings({drawn: (), other: ()}, coding(), {}, {drawn: ["Cem"], other: ["Cem", "Eve"]}))
    assert plan[other] == ["Cem"]
    assert len(plan[drawn]) == 2 and plan[drawn][0] == "Cem"
    both = plan_codings({other: ()}, coding(), {}, {other: ["Ada", "Ben"]})
    assert [(p.coder, p.double) for p in both] == [("Ada", False), ("Ben", False)]


def test_without_coders_there_is_no_plan():
    assert plan_codings(REPORTS, Coding(), {}) == []


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"coders": ["Ada", {"name": "Ben", "aliases": ["ada"]}]}, "'ada' can mean two coders: Ada, Ben"),
        ({"coders": [" "]}, "a coder needs a name"),
        ({"assignment": [{"report": "r", "coders": ["Eve"]}]}, "'Eve' is none of"),
        ({"assignment": [{"report": "r", "coders": ["Ada", "ADA"]}]}, "assigned to one coder twice"),
    ],
)
def test_a_plan_that_cannot_be_meant_is_an_error(keys, says):
    with pytest.raises(ValidationError, match=says):
        coding(**keys)
