"""An analyst's query: one statement that reads, its rows as a frame, its mistakes as one line."""

from __future__ import annotations

import duckdb
import polars as pl

from schemas.errors import UserError


def ask(con: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    """The rows of one query. Raises UserError for a mistake in it, or where it is not allowed."""
    try:
        statements = con.extract_statements(query)
        if len(statements) != 1:
            raise UserError(f"holds {len(statements)} statements; give one", path="query")
        answer = con.sql(query)
        if answer is None:
            raise UserError("gives no rows; the published warehouse is for reading", path="query")
        frame: pl.DataFrame = answer.pl()
    except duckdb.Error as error:
        raise UserError(_one_line(error), path="query") from None
    return frame


def _one_line(error: duckdb.Error) -> str:
    """DuckDB's message without its picture of the query."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    kept = [line for line in lines if not line.startswith(("LINE ", "^"))]
    return " ".join(kept[:3])
