"""The content hash: of what the rows are, not of where they stand."""

from __future__ import annotations

import duckdb
import pytest

from warehouse.connect import memory
from warehouse.content import NOT_CONTENT, content_hash, table_hashes
from warehouse.schema import create_schema


def warehouse(rows: list[tuple[str, int | None]]) -> duckdb.DuckDBPyConnection:
    con = memory()
    con.execute("CREATE TABLE record (record_id VARCHAR, year INTEGER)")
    for row in rows:
        con.execute("INSERT INTO record VALUES (?, ?)", row)
    return con


ROWS: list[tuple[str, int | None]] = [("r1", 2019), ("r2", None), ("r3", 2020), ("r3", 2020)]


def test_the_order_of_rows_does_not_matter() -> None:
    assert content_hash(warehouse(ROWS)) == content_hash(warehouse(ROWS[::-1]))


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
    assert content_hash(warehouse(ROWS)) != content_hash(warehouse(other))


def test_it_names_the_table_that_differs() -> None:
    one, other = memory(), memory()
    for con in (one, other):
        create_schema(con)
    other.execute("INSERT INTO core.report_record VALUES ('r1', 'rep_1')")
    a, b = table_hashes(one), table_hashes(other)
    assert {name for name in a if a[name] != b[name]} == {"core.report_record"}


def test_every_derived_table_is_covered_and_the_runs_are_not() -> None:
    con = memory()
    create_schema(con)
    before = content_hash(con)
    con.execute("INSERT INTO core.run VALUES ('x', now(), now(), 'demo', 'completed', 0, 0, 0)")
    assert content_hash(con) == before
    tables = {
        f"{s}.{t}"
        for s, t in con.execute("SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
    }
    assert set(table_hashes(con)) == tables - NOT_CONTENT
