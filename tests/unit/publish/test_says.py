"""What reporting checklists say of a review: what was done, and not what was meant to be done."""

from __future__ import annotations

from pathlib import Path

import tasks.publish.checklist
from tests.support.handmade import Handmade
from warehouse.connect import memory
from warehouse.materialise import materialise
from warehouse.schema import create_schema

SAYS = Path(tasks.publish.checklist.__file__).parent / "checklists" / "says"


def says(made: Handmade, name: str) -> list[str]:
    materialise(made.con)
    return [line for (line,) in made.con.execute((SAYS / f"{name}.sql").read_text(encoding="utf-8")).fetchall()]


def test_how_was_screened_is_told_of_the_stages_at_which_somebody_voted() -> None:
    con = memory()
    create_schema(con)
    made = Handmade(con)
    made.record("a")
    made.record("b")
    assert says(made, "screening_process") == [], "a rule is no report of what was done"
    made.vote("a", "Ada", "include", "title-abstract")
    made.vote("a", "Ben", "include", "title-abstract")
    made.vote("b", "Ada", "include", "title-abstract")
    (line,) = says(made, "screening_process")
    assert line.startswith(
        "Title and abstract: 2 reports judged by Ada (2), Ben (1), 1 of them by more than one person independently; 0 settled by "
        "consensus. The rule: "
    )


def test_a_source_that_nobody_promises_to_search_again_is_told_as_one() -> None:
    con = memory()
    create_schema(con)
    made = Handmade(con)
    made.con.execute("UPDATE core.source SET every_days = NULL WHERE source = 'websites'")
    told = {line.split(" (")[0].lower(): line.split("): ")[1] for line in says(made, "schedule")}
    assert told["websites"] == "not said how often, if at all, by hand or alert."
    assert told["medline"].startswith("every ")
