"""Whether a vote that waits for others can be told from what is published: copies before it and after it are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.screen.measure import measure_screening
from tests.support.copies import contents, handmade
from warehouse.materialise import materialise
from warehouse.publish import publish


def test_a_copy_does_not_tell_whether_anybody_has_voted(tmp_path: Path) -> None:
    """Where only an include is followed by a second vote, that there is a first one, and by whom, would tell it."""

    def copy(name: str, *votes: tuple[str, str]) -> dict[str, list[str]]:
        with handmade(tmp_path / name) as made:
            made.rule("title-abstract", votes=1, included=1.0)
            made.con.execute(
                "INSERT INTO core.reviewer BY NAME SELECT x AS reviewer, 1 AS position, 'person' AS kind, "
                "['title-abstract'] AS stages, false AS resolves FROM unnest(['Ada', 'Ben']) AS t(x)"
            )
            made.record("a")
            for who, verdict in votes:
                made.vote("a", who, verdict)
            materialise(made.con)
            publish(made.con, tmp_path / name / "copy.duckdb")
        return contents(tmp_path / name / "copy.duckdb")

    assert copy("nobody") == copy("Ada", ("Ada", "include")) == copy("Ben", ("Ben", "include"))


@pytest.mark.parametrize(
    "screened_first", [True, False], ids=["after title and abstract", "title and abstract not screened"]
)
def test_that_somebody_has_read_the_full_text_is_not_told_before_all_have(tmp_path: Path, screened_first: bool) -> None:
    """A report that has come further than its retrieval is noted has a vote at full text, and where only an include is followed by a
    second one, that is what it is. Ben is asked at full text, and nobody for what has been read already."""

    def copy(name: str, *voters: str) -> tuple[dict[str, list[str]], list[tuple]]:
        with handmade(tmp_path / name) as made:
            made.rule("title-abstract", votes=1)
            made.rule("full-text", votes=1, included=1.0)
            made.team("Ada", "Ben")
            made.record("a")
            if screened_first:
                made.vote("a", "Ada", "include")
            for who in voters:
                made.vote("a", who, "include", "full-text")
            materialise(made.con)
            queue = made.con.execute("SELECT stage, reviewer, work FROM core.screening_queue ORDER BY ALL").fetchall()
            publish(made.con, tmp_path / name / "copy.duckdb")
        return contents(tmp_path / name / "copy.duckdb"), queue

    (unread, _), (read, queue), (read_by_both, _) = copy("nobody"), copy("Ada", "Ada"), copy("both", "Ada", "Ben")
    assert unread == read
    assert queue == [("full-text", "Ben", "vote")]
    assert "('rep_a', 'databases', 'included')" in read_by_both["core.report_path"]


def test_a_vote_on_what_a_tool_excluded_is_not_told_by_taking_it_back_from_the_tool(tmp_path: Path) -> None:
    """Two copies, before the vote and after it, are the same: the second vote, which only an include is followed by, is still to come."""

    def copy(name: str, *voters: str) -> dict[str, list[str]]:
        with handmade(tmp_path / name) as made:
            made.rule("title-abstract", votes=1, included=1.0)
            made.team("Ada", "Ben")
            made.tool("Sifter", checked=0.01)
            made.record("a")
            made.vote("a", "Sifter", "exclude", uncounted="a tool, not a reviewer")
            for who in voters:
                made.vote("a", who, "include")
            materialise(made.con)
            measure_screening(made.con)
            publish(made.con, tmp_path / name / "copy.duckdb")
        return contents(tmp_path / name / "copy.duckdb")

    before = copy("before")
    assert "('rep_a', 'databases', 'ineligible')" in before["core.report_path"]
    assert before == copy("after", "Ada")
    assert before != copy("both", "Ada", "Ben")
