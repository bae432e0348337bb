"""Writing into the warehouse: transactions, frames into tables, and rows in place of all others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

import duckdb
import polars as pl

from schemas.base import Table
from schemas.frames import dtypes, frame_of


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All that is written inside is kept, or, where anything raises, none of it."""
    con.execute("BEGIN")
    try:
        yield
        con.execute("COMMIT")
    except BaseException:
        with suppress(duckdb.Error):  # what failed has ended the transaction itself; the first error counts
            con.execute("ROLLBACK")
        raise


def insert_frame(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Appends a frame to a table, column by column name. `table`: a name from our own code."""
    if frame.is_empty():
        return
    con.register("incoming", frame.to_arrow())
    try:
        con.execute(f"INSERT INTO {table} BY NAME FROM incoming")
    finally:
        con.unregister("incoming")


def replace_rows(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Replaces all rows of a table by these, in the order of its columns. `table`: a name from our own code."""
    con.execute(f"DELETE FROM {table}")  # noqa: S608
    if rows:
        con.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608


def fill_table(con: duckdb.DuckDBPyConnection, model: type[Table], rows: Iterable[Sequence[object]]) -> None:
    """Replaces all rows of a model's table by these, in the order of its columns; validated."""
    columns, table = list(dtypes(model)), model.Config.__dict__["name"]
    con.execute(f"DELETE FROM {table}")  # noqa: S608 - a name from our own code
    if filled := [dict(zip(columns, row, strict=True)) for row in rows]:
        insert_frame(con, table, frame_of(model, filled))
