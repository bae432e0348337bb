"""A review with everything in it, under several protocols: what the warehouse works out is what the oracle works out by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tasks.screen import measure
from tests.support.large_review import LargeReview
from tests.support.prisma_oracle import Oracle
from warehouse.materialise import materialise

INTO_TEAM = "INSERT INTO core.reviewer (reviewer, position, kind, stages, resolves, since, until) VALUES "


def two_votes_of_anybody(made: LargeReview) -> None:
    """No person is named; a model that ranks is nobody."""
    made.con.execute(INTO_TEAM + "('ranker', 1, 'model', ['title-abstract'], true, NULL, NULL)")
    made.rule("title-abstract", votes=2)
    made.rule("full-text", votes=2, maybe="include")


def single_votes_a_share_checked(made: LargeReview) -> None:
    """A team of which some have left, some settle, and some screen at one stage."""
    made.rule("title-abstract", votes=1, included=0.5, excluded=0.3, maybe="include")
    made.rule("full-text", votes=1, excluded=1.0)
    made.team("Ada", "Ben")
    made.team("Cem", resolves=True)
    made.con.execute(
        INTO_TEAM + "('Dan', 9, 'person', ['title-abstract', 'full-text'], true, NULL, '2020-01-01'), "
        "('Eve', 10, 'person', ['full-text'], false, NULL, NULL), ('ranker', 11, 'model', ['title-abstract'], true, NULL, NULL)"
    )


def everybody_for_calibration(made: LargeReview) -> None:
    """Nobody is named to settle; two share what is not for calibration."""
    made.rule("title-abstract", votes=2, calibration=0.5)
    made.rule("full-text", votes=1, included=1.0, excluded=0.0, calibration=0.3)
    made.team("Ada", "Ben", "Cem")
    made.con.execute(
        INTO_TEAM + "('Dan', 9, 'person', ['title-abstract', 'full-text'], false, NULL, '2020-01-01'), "
        "('ranker', 11, 'model', ['title-abstract', 'full-text'], true, NULL, NULL)"
    )


def read_sql(name: str) -> str:
    return (Path(measure.__file__).with_name(f"{name}.sql")).read_text(encoding="utf-8")


PROTOCOLS = (two_votes_of_anybody, single_votes_a_share_checked, everybody_for_calibration)


@dataclass(frozen=True)
class Reviewed:
    """A warehouse whose tables are filled, and the oracle on its base tables."""

    con: duckdb.DuckDBPyConnection
    oracle: Oracle


@pytest.fixture(scope="module", params=PROTOCOLS, ids=lambda protocol: protocol.__name__)
def reviewed(request: pytest.FixtureRequest, migrated: duckdb.DuckDBPyConnection) -> Iterator[Reviewed]:
    protocol: Callable[[LargeReview], None] = request.param
    migrated.execute("BEGIN")
    try:
        made = LargeReview(migrated, reports=150, seed=PROTOCOLS.index(protocol))
        protocol(made)
        materialise(migrated)
        yield Reviewed(migrated, Oracle(migrated))
    finally:
        migrated.execute("ROLLBACK")


def test_statuses_with_votes_and_how_many_are_needed(reviewed: Reviewed) -> None:
    oracle = reviewed.oracle
    assert reviewed.con.execute("FROM screening_status ORDER BY ALL").fetchall() == sorted(
        (report, stage, status, len(oracle.voters(report, stage)), oracle.needed(report, stage))
        for report in oracle.reports
        for stage, status in oracle.statuses(report).items()
    )


def test_ballots(reviewed: Reviewed) -> None:
    """Each once, as the oracle counts it; of a person whose last verdicts differ there are ballots, and they are unclear."""
    columns = ("reviewer", "consensus", "record_id", "verdict", "reason", "decided_at")
    found = reviewed.con.execute(
        f"SELECT report_id, stage, {', '.join(columns)} FROM screening_ballot WHERE NOT unclear OR consensus ORDER BY ALL"
    ).fetchall()
    counted = {
        (report, stage, *(one[name] for name in columns))
        for (report, stage), ballots in reviewed.oracle.ballots.items()
        for one in ballots
    }
    assert found == sorted(counted, key=lambda row: [(value is None, value) for value in row])
    assert reviewed.con.execute("FROM screening_ballot WHERE unclear AND NOT consensus").fetchall() != []


def test_places_and_columns(reviewed: Reviewed) -> None:
    oracle = reviewed.oracle
    assert reviewed.con.execute("SELECT report_id, arm, place FROM report_path ORDER BY ALL").fetchall() == sorted(
        (report, oracle.arm(report), oracle.place(report)) for report in oracle.reports
    )


def test_reasons_for_exclusion(reviewed: Reviewed) -> None:
    oracle = reviewed.oracle
    at_full_text = [report for report in oracle.reports if oracle.place(report) == "excluded_full_text"]
    expected = [(report, "full-text", oracle.reason(report, "full-text")) for report in at_full_text]
    assert reviewed.con.execute("SELECT report_id, stage, reason FROM exclusion ORDER BY ALL").fetchall() == sorted(
        expected
    )


def test_what_is_whose_to_do(reviewed: Reviewed) -> None:
    oracle = reviewed.oracle
    queue = reviewed.con.execute("SELECT report_id, stage, reviewer, work FROM screening_queue ORDER BY ALL").fetchall()
    assert queue == sorted((report, *work) for report in oracle.reports for work in oracle.queue(report))


def test_first_and_final_votes_from_which_agreement_is_measured(reviewed: Reviewed) -> None:
    """Of each person who voted on what waits for no further vote; a vote that was cleared later was a vote."""
    oracle, expected = reviewed.oracle, []
    for (report, stage), given in oracle.votes_given().items():
        if stage in oracle.rules and oracle.statuses(report).get(stage, "awaiting") not in (
            "awaiting",
            "awaiting_second",
        ):
            for reviewer in {vote["reviewer"] for vote in given}:
                own = [vote for vote in given if vote["reviewer"] == reviewer]
                for which, vote in (("first", own[0]), ("final", own[-1])):
                    as_include = vote["verdict"] == "maybe" and oracle.rules[stage]["maybe"] == "include"
                    expected.append((which, report, stage, reviewer, "include" if as_include else vote["verdict"], 1))
    assert sorted(reviewed.con.execute(read_sql("first_votes")).fetchall()) == sorted(expected)


def test_exclusions_that_were_checked_and_those_that_were_not(reviewed: Reviewed) -> None:
    """Where single votes count and a share of exclusions is checked: those excluded by their first vote, by what became of them."""
    oracle, expected = reviewed.oracle, []
    for stage, rule in oracle.rules.items():
        if rule["votes"] == 1 and rule["second_vote_of_excluded"] is not None and rule["second_vote_of_excluded"] < 1:
            excluded = [
                (len({vote["reviewer"] for vote in given}) > 1, oracle.statuses(report).get(stage))
                for (report, at), given in oracle.votes_given().items()
                if at == stage and given[0]["verdict"] == "exclude" and stage in oracle.statuses(report)
            ]
            if excluded:
                checked = [
                    status for was_checked, status in excluded if was_checked and status in ("included", "excluded")
                ]
                alone = [status for was_checked, status in excluded if not was_checked and status == "excluded"]
                expected.append((stage, None, len(checked), checked.count("included"), len(alone)))
    assert reviewed.con.execute(read_sql("checked")).fetchall() == sorted(expected)


def test_members_of_each_box(reviewed: Reviewed) -> None:
    members = reviewed.con.execute("SELECT box, label, id FROM prisma_member").fetchall()
    assert sorted(members, key=str) == sorted(reviewed.oracle.members(), key=str)


def test_every_identity_holds(reviewed: Reviewed) -> None:
    assert reviewed.con.execute("FROM prisma_identity WHERE holds IS NOT true").fetchall() == []
