"""Who screens, as `living-review team` tells it to everybody in the team."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.handmade import Handmade
from warehouse.connect import memory
from warehouse.materialise import materialise
from warehouse.schema import create_schema

SQL = (Path(__file__).parents[3] / "tasks" / "review" / "team.sql").read_text(encoding="utf-8")


@pytest.fixture
def made() -> Handmade:
    con = memory()
    create_schema(con)
    made = Handmade(con)
    made.rule("title-abstract", votes=1, included=1.0)
    made.team("Ada", "Ben")
    made.record("a")
    made.record("b")
    made.vote("a", "Ada", "exclude")
    return made


def decisions(made: Handmade) -> dict[str, tuple[int, int]]:
    """Who → decisions, and those of them that count for nothing."""
    materialise(made.con)
    return {row[0]: (row[6], row[7]) for row in made.con.execute(SQL).fetchall()}


def test_a_vote_that_waits_for_a_second_one_is_not_counted_yet(made: Handmade) -> None:
    """Only an include is followed by a second vote: one decision more than are shown would be an include."""
    before = decisions(made)
    made.vote("b", "Ada", "include")
    assert decisions(made) == before == {"Ada": (1, 0), "Ben": (0, 0)}
    made.vote("b", "Ben", "include")
    assert decisions(made) == {"Ada": (2, 0), "Ben": (1, 0)}


def test_who_is_not_in_the_protocol_is_listed_whatever_waits(made: Handmade) -> None:
    made.vote("b", "Eve", "include", uncounted="not one of the protocol's reviewers")
    assert decisions(made)["Eve"] == (1, 1)
