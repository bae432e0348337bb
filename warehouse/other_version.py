"""Whether a copy was published by another version of the program, which had other tables; asked when a query failed, since models are
slow to import."""

from __future__ import annotations

import duckdb

from schemas.base import describe
from schemas.dictionary import tables


def lacks_declared(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether a table or column that is declared (schemas/) is not there."""
    rows = con.execute(
        "SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()
    return not {(name, column) for name, model in tables().items() for column in describe(model)[1]} <= set(rows)


def is_declared(view: str) -> bool:
    """Whether there is a view of this name by today's program."""
    return f"main.{view}" in tables()
