"""What is written into the warehouse is written whole or not at all."""

from __future__ import annotations

import duckdb
import pytest

from warehouse.connect import memory
from warehouse.meta import read_meta, write_meta
from warehouse.schema import create_schema
from warehouse.write import replace_rows, transaction


@pytest.fixture
def con():
    con = memory()
    con.execute("CREATE TABLE basket (fruit VARCHAR, n INTEGER)")
    con.execute("INSERT INTO basket VALUES ('apple', 1)")
    return con


def basket(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    return con.execute("FROM basket ORDER BY ALL").fetchall()


def test_a_transaction_keeps_what_was_written(con):
    with transaction(con):
        replace_rows(con, "basket", [("pear", 2), ("quince", 3)])
    assert basket(con) == [("pear", 2), ("quince", 3)]


def test_where_anything_raises_nothing_is_kept_and_the_next_one_can_begin(con):
    with pytest.raises(KeyboardInterrupt), transaction(con):
        replace_rows(con, "basket", [])
        raise KeyboardInterrupt
    assert basket(con) == [("apple", 1)]
    with transaction(con):
        replace_rows(con, "basket", [])
    assert basket(con) == []


def test_the_first_error_is_the_one_that_is_raised_where_the_transaction_is_gone_already(con):
    with pytest.raises(ValueError, match="the cause"), transaction(con):
        con.execute("ROLLBACK")
        raise ValueError("the cause")


def test_meta_sets_the_values_given_and_leaves_the_others(con):
    create_schema(con)
    write_meta(con, review_id="orchard", seq="1")
    write_meta(con, seq="2")
    assert read_meta(con) == {"review_id": "orchard", "seq": "2"}
