"""What `living-review status` says of decisions that do not count as they stand: who made them and where, and no verdict."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tasks.review import status
from tests.support.handmade import Handmade

SQL = (Path(status.__file__).parent / "status_decisions.sql").read_text(encoding="utf-8")


@pytest.fixture
def made(empty: duckdb.DuckDBPyConnection) -> Handmade:
    made = Handmade(empty)
    made.rule("full-text", reasons="required")
    made.reasons("wrong population")
    made.arrival(9)
    empty.execute("UPDATE core.arrival SET file_name = 'decisions/full-text/votes.csv' WHERE arrival_id = 9")
    for name in "abcdefgh":
        made.record(name)
    return made


def told(con: duckdb.DuckDBPyConnection, severity: str = "error") -> list[str]:
    rows = con.execute(SQL).fetchall()
    assert {row[:2] for row in rows} <= {(severity, "decision")}
    return [row[2] for row in rows]


def test_decisions_that_count_are_no_matter_of_it(made: Handmade) -> None:
    made.vote("a", "Ada", "include", "full-text")
    made.vote("a", "Ada", "exclude")
    made.vote("b", "Ada", "exclude", "full-text", reason="wrong population")
    made.vote("c", "Robot", "exclude", "full-text", uncounted="a tool, not a reviewer")
    made.vote("d", "Eve", "exclude", "full-text", undone=True)
    assert told(made.con) == []


def test_who_is_not_in_the_protocol_is_named_once_for_each_file_and_the_ledger(made: Handmade) -> None:
    why = {"uncounted": "not one of the protocol's reviewers"}
    made.vote("a", "Eve", "exclude", "full-text", arrival_id=9, row=2, **why)
    made.vote("b", "Eve", "include", "full-text", arrival_id=9, row=3, **why)
    made.vote("c", "Eve", "include", "full-text", **why)
    assert told(made.con) == [
        "decisions/full-text/votes.csv: 2 decisions by 'Eve' count for nothing: not one of the protocol's reviewers",
        "ledger: a decision by 'Eve' counts for nothing: not one of the protocol's reviewers",
    ]


def test_a_reason_that_is_missing_or_unknown_is_told_by_its_place_alone(made: Handmade) -> None:
    for row, name in enumerate("abcdef", start=2):
        made.vote(name, "Ada", "exclude", "full-text", arrival_id=9, row=row, seq=None)
    for who in ("Ada", "Ben"):  # a row of Rayyan's has the verdicts of both
        made.vote("g", who, "exclude", "full-text", arrival_id=9, row=8, seq=None, reason="SECRET")
    made.vote("h", "Ada", "exclude", "title-abstract", reason="SECRET", seq=70)
    assert told(made.con, "warning") == [
        "decisions/full-text/votes.csv: a reason that is none of the protocol's: line 8",
        "decisions/full-text/votes.csv: no reason, and the protocol asks for one at full-text: lines 2, 3, 4, 5, 6 and 1 more",
        "ledger: a reason that is none of the protocol's: event 70",
    ]
