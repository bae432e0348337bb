"""The content hash: of what the rows are, not of where they stand."""

from __future__ import annotations

import random

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.dictionary import tables
from tests.support.handmade import Handmade
from warehouse import content
from warehouse.connect import memory
from warehouse.content import NOT_CONTENT, hash_content, hash_tables


def warehouse(rows: list[tuple[str, int | None]]) -> duckdb.DuckDBPyConnection:
    con = memory()
    con.execute("CREATE TABLE record (record_id VARCHAR, year INTEGER)")
    for row in rows:
        con.execute("INSERT INTO record VALUES (?, ?)", row)
    return con


ROWS: list[tuple[str, int | None]] = [("r1", 2019), ("r2", None), ("r3", 2020), ("r3", 2020)]


def test_the_order_of_rows_does_not_matter() -> None:
    assert hash_content(warehouse(ROWS)) == hash_content(warehouse(ROWS[::-1]))


@pytest.mark.parametrize(
    "other",
    [
        [("r1", 2018), *ROWS[1:]],
        [("r1", 2019), ("r2", 0), *ROWS[2:]],
        ROWS[:-1],
        [*ROWS, ("r3", 2020)],
        [("r1", None), ("r2", 2019), *ROWS[2:]],
        [],
    ],
    ids=["a value", "null", "a row less", "a row more", "two swapped", "none"],
)
def test_any_other_rows_are_another_hash(other) -> None:
    assert hash_content(warehouse(ROWS)) != hash_content(warehouse(other))


def test_rows_that_change_places_between_tables_are_another_hash() -> None:
    def pair(first: str, second: str) -> str:
        con = memory()
        con.execute("CREATE TABLE a AS SELECT ? AS id", [first])
        con.execute("CREATE TABLE b AS SELECT ? AS id", [second])
        return hash_content(con)

    assert pair("x", "y") != pair("y", "x")


#: A value of each type that a column can have.
VALUE = {
    "VARCHAR": "'x'", "BOOLEAN": "true", "DATE": "DATE '2020-01-06'", "VARCHAR[]": "['x']", "BIGINT[]": "[1]",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ '2020-01-06 12:00:00Z'", "STRUCT(tag VARCHAR, \"value\" VARCHAR)[]": "[]",
}  # fmt: skip
CONTENT = [name for name in sorted(tables()) if not name.startswith("main.") and name not in NOT_CONTENT]


def add_a_row(con: duckdb.DuckDBPyConnection, table: str) -> None:
    columns = con.execute(f"DESCRIBE {table}").fetchall()
    con.execute(f"INSERT INTO {table} SELECT {', '.join(VALUE.get(column[1], '1') for column in columns)}")


def test_no_table_is_left_out(made: Handmade) -> None:
    before = hash_tables(made.con)
    for name in CONTENT:
        add_a_row(made.con, name)
    after = hash_tables(made.con)
    assert {name for name in CONTENT if before[name] != after[name]} == set(CONTENT)


def test_one_table_s_row_changes_that_table_s_hash_and_the_whole(made: Handmade) -> None:
    before, digest = hash_tables(made.con), hash_content(made.con)
    add_a_row(made.con, "core.study_link")
    after = hash_tables(made.con)
    assert {name for name in CONTENT if before[name] != after[name]} == {"core.study_link"}
    assert hash_content(made.con) != digest


def test_what_the_ledger_alone_says_is_no_content(made: Handmade) -> None:
    digest = hash_content(made.con)
    for name in NOT_CONTENT:
        add_a_row(made.con, name)
    assert hash_content(made.con) == digest


NOTES = """
CREATE SCHEMA core;
CREATE TABLE core.content_part (table_name VARCHAR, part BIGINT, stamp VARCHAR, total VARCHAR);
"""


class TestParts:
    """A large table is hashed by parts, and a part that is known is not hashed again: the hash is the same as without."""

    @pytest.fixture(autouse=True)
    def small_parts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(content, "_PART", 4)

    @pytest.fixture
    def con(self) -> duckdb.DuckDBPyConnection:
        """Thirty rows, of which all parts are known."""
        con = memory()
        con.execute(NOTES)
        con.execute(
            "CREATE TABLE core.report_record AS SELECT 'r' || i AS record_id, 'rep_' || i AS report_id FROM range(30) AS t (i)"
        )
        hash_tables(con)
        return con

    def test_what_is_known_is_what_is_there(self, con) -> None:
        assert con.execute(
            "SELECT count(*), sum(total::HUGEINT) FROM core.content_part WHERE table_name = 'core.report_record'"
        ).fetchall() == [(8, int(hash_tables(con, anew=True)["core.report_record"].split(":")[1], 16))]

    @pytest.mark.parametrize(
        "change",
        [
            "INSERT INTO core.report_record VALUES ('r99', 'rep_99')",
            "DELETE FROM core.report_record WHERE record_id = 'r5'",
            "DELETE FROM core.report_record WHERE record_id IN ('r0', 'r1', 'r2', 'r3')",
            "UPDATE core.report_record SET report_id = 'rep_other' WHERE record_id = 'r5'",
            "UPDATE core.report_record SET report_id = if(record_id = 'r5', 'rep_6', 'rep_5') WHERE record_id IN ('r5', 'r6')",
        ],
        ids=["a row more", "a row less", "a part less", "a value", "two swapped"],
    )
    def test_a_change_is_seen(self, con, change: str) -> None:
        before = hash_content(con)
        con.execute(change)
        assert hash_content(con) == hash_content(con, anew=True) != before

    def test_only_parts_that_changed_are_hashed(self, con) -> None:
        """Shown by a lie: what is noted of a part is believed as long as its rows are the same, and no longer."""
        con.execute("UPDATE core.content_part SET total = '0'")
        assert hash_tables(con)["core.report_record"] == "30:0"
        con.execute("UPDATE core.report_record SET report_id = 'rep_other' WHERE record_id = 'r5'")
        one_part = int(hash_tables(con)["core.report_record"].split(":")[1], 16)
        assert 0 < one_part < int(hash_tables(con, anew=True)["core.report_record"].split(":")[1], 16)

    def test_what_is_noted_of_parts_that_are_gone_goes(self, con) -> None:
        con.execute("DELETE FROM core.report_record WHERE record_id <> 'r0'")
        con.execute("INSERT INTO core.report_record SELECT 'n' || i, 'rep_n' || i FROM range(5) AS t (i)")
        hash_tables(con)
        known = con.execute("SELECT count(*) FROM core.content_part WHERE table_name = 'core.report_record'").fetchall()
        parts = con.execute("SELECT count(DISTINCT rowid // 4) FROM core.report_record").fetchall()
        assert known == parts

    def test_a_part_that_was_forgotten_is_hashed_again(self, con) -> None:
        before = hash_content(con)
        con.execute("DELETE FROM core.content_part WHERE part = 2")
        assert hash_content(con) == before

    def test_another_order_of_rows_gives_other_parts_and_the_same_hash(self, con) -> None:
        before = hash_content(con)
        con.execute("CREATE TEMP TABLE turned AS FROM core.report_record ORDER BY record_id DESC")
        con.execute("DELETE FROM core.report_record")
        con.execute("INSERT INTO core.report_record FROM turned")
        con.execute("DROP TABLE turned")
        assert hash_content(con) == before


@settings(max_examples=20, deadline=None, derandomize=True)
@given(steps=st.lists(st.tuples(st.sampled_from(["more", "less", "change"]), st.integers(0, 99)), max_size=5))
def test_whatever_happens_to_a_table_what_is_known_gives_the_hash_of_what_is_there(steps) -> None:
    con = memory()
    con.execute(NOTES)
    con.execute("CREATE TABLE record AS SELECT i AS id, i % 3 AS value FROM range(20) AS t (i)")
    part, content._PART = content._PART, 3
    try:
        for step, seed in steps:
            pick = random.Random(seed)
            if step == "more":
                con.execute(
                    "INSERT INTO record SELECT ? + i, 0 FROM range(?) AS t (i)", [pick.randrange(50), pick.randrange(9)]
                )
            elif step == "less":
                con.execute("DELETE FROM record WHERE id % 7 = ?", [pick.randrange(7)])
            else:
                con.execute(
                    "UPDATE record SET value = value + ? WHERE id % 5 = ?", [pick.randrange(3), pick.randrange(5)]
                )
            assert hash_tables(con) == hash_tables(con, anew=True)
    finally:
        content._PART = part
