"""The published copy: swapped in whole, and blind where reviewers still have to vote."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.event import ScreeningDecision
from tests.support.exports import Rec
from tests.support.reviews import SmallReview
from warehouse.connect import reader, writer
from warehouse.publish import publish

#: Words that only a verdict could bring into the file: reasons, labels and notes that nobody else would write.
TOLD = ("SECRETREASON", "SECRETLABEL", "SECRETNOTE", "SECRETLEDGER", "SECRETUNKNOWN", "SECRETWORD")


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    """Three reports: both reviewers voted on the first, one on the second and (in the ledger) on the third; one vote is astray."""
    small = SmallReview(tmp_path_factory.mktemp("screened"))
    small.search(
        "medline", "a", [Rec("1", "Of apples"), Rec("2", "Of pears", doi="10.5555/p"), Rec("3", "Of plums", year=2001)]
    )
    small.drop(
        "decisions/title-abstract/votes.csv",
        "id,reviewer,verdict,reason,labels,note\n"
        "1,Ada,exclude,OPENREASON,,\n1,Ben,exclude,OPENREASON,,\n"
        "2,Ada,exclude,SECRETREASON,SECRETLABEL,SECRETNOTE\n"
        "77,Ada,exclude,SECRETUNKNOWN,,\n",
    )
    small.drop("decisions/title-abstract/words.csv", "id,reviewer,verdict\n3,Ada,SECRETWORD\n")
    small.update()
    (plums,) = small.rows("SELECT report_id FROM report WHERE title LIKE 'Of plums%'")
    decision = ScreeningDecision(report_id=plums[0], stage="title-abstract", verdict="exclude", reason="SECRETLEDGER")
    small.review.log.append(decision, "Ben")
    small.update()
    small.publish()
    return small


def test_verdicts_are_hidden_until_all_votes_are_in(screened: SmallReview) -> None:
    with reader(screened.review.published_warehouse) as con:
        shown = con.execute(
            "SELECT key, reviewer, verdict, reason FROM screening_decision ORDER BY key, reviewer"
        ).fetchall()
    assert [row for row in shown if row[0] == "1"] == [
        ("1", "Ada", "exclude", "OPENREASON"),
        ("1", "Ben", "exclude", "OPENREASON"),
    ]
    assert {row[2:] for row in shown if row[0] != "1"} == {("hidden", None)}
    assert len(shown) == 4


def test_no_table_of_the_published_file_lets_a_verdict_out(screened: SmallReview) -> None:
    held = screened.review.warehouse.read_bytes()
    shown = screened.review.published_warehouse.read_bytes()
    for word in (b"OPENREASON", *(word.encode() for word in TOLD)):
        assert word in held, word
    assert b"OPENREASON" in shown
    assert [word for word in TOLD if word.encode() in shown] == []
    with reader(screened.review.published_warehouse) as con:
        tables = con.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
        views = con.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'"
        ).fetchall()
        for (name,) in [*tables, *views]:
            text = str(con.execute(f"SELECT to_json(t) FROM {name} AS t").fetchall())
            assert [word for word in TOLD if word in text] == [], name


def test_who_reads_the_copy_sees_where_each_report_stands(screened: SmallReview) -> None:
    query = "SELECT report_id, stage, status, votes FROM screening_status ORDER BY ALL"
    with reader(screened.review.published_warehouse) as con:
        shown = con.execute(query).fetchall()
        flow = con.execute("FROM prisma_flow").fetchall()
    assert shown == screened.rows(query)
    assert sorted(row[2] for row in shown) == ["awaiting_second", "awaiting_second", "excluded"]
    assert flow == screened.rows("FROM prisma_flow")


def test_the_share_of_second_votes_does_not_tell_how_the_first_was(tmp_path: Path) -> None:
    """Where only exclusions get a second vote, a report that waits for one would say how it was voted: it is hidden all the same."""
    protocol = SmallReview(tmp_path / "x").review.protocol_path.read_text()
    small = SmallReview(
        tmp_path / "one-vote", protocol + "\n[screening.title-abstract]\nvotes = 1\nsecond_vote_of_excluded = 1.0\n"
    )
    small.search("medline", "a", [Rec("1", "Of apples")])
    small.drop("decisions/title-abstract/votes.csv", "id,reviewer,verdict,reason\n1,Ada,exclude,SECRETREASON\n")
    small.update()
    with reader(small.publish()) as con:
        assert con.execute("SELECT status, votes FROM screening_status").fetchall() == [("awaiting_second", 1)]
        assert con.execute("SELECT verdict, reason FROM screening_decision").fetchall() == [("hidden", None)]


def test_whoever_reads_keeps_the_old_copy_and_new_readers_see_the_new(screened: SmallReview, tmp_path: Path) -> None:
    target = tmp_path / "published" / "warehouse.duckdb"
    source = tmp_path / "w.duckdb"
    with writer(source) as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS n")
        publish(con, target)
        with reader(target) as old:
            con.execute("UPDATE t SET n = 2")
            publish(con, target)
            assert old.execute("FROM t").fetchall() == [(1,)]
        with reader(target) as new:
            assert new.execute("FROM t").fetchall() == [(2,)]
    assert sorted(path.name for path in target.parent.iterdir()) == ["warehouse.duckdb"]


def test_a_crash_while_it_is_made_leaves_the_old_copy(tmp_path: Path) -> None:
    target = tmp_path / "it's here" / "warehouse.duckdb"
    with writer(tmp_path / "w.duckdb") as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS n")
        publish(con, target)
        con.execute("CREATE TABLE big AS SELECT 'x' || i AS text FROM range(1000) AS r (i)")

        class Dies:
            """The same connection, which dies while it copies the second table."""

            def execute(self, query: str, *rest: object) -> object:
                if query.startswith("INSERT INTO published.main.t"):
                    raise KeyboardInterrupt
                return con.execute(query, *rest)

        with pytest.raises(KeyboardInterrupt):
            publish(Dies(), target)
        with reader(target) as old:
            assert old.execute("SHOW TABLES").fetchall() == [("t",)]
        publish(con, target)
    with reader(target) as new:
        assert new.execute("SELECT count(*) FROM big").fetchall() == [(1000,)]
