"""The published copy as the site reads it: queries by name, and what several pages need read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

_QUERIES = Path(__file__).parent / "queries"


@cache
def query(name: str) -> str:
    """The words of queries/<name>.sql."""
    return (_QUERIES / f"{name}.sql").read_text(encoding="utf-8")


class Copy:
    """A reader of the published copy. What the site shows of a report is read once, into tables that live as long as the reader."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        con.execute(query("shown"))

    def rows(self, name: str, **values: object) -> list[dict[str, Any]]:
        """A query's rows, by column."""
        return self.frame(name, **values).to_dicts()

    def frame(self, name: str, **values: object) -> pl.DataFrame:
        """A query's rows as a frame."""
        return self.con.sql(query(name), params=values or None).pl()

    def one(self, name: str) -> dict[str, Any]:
        """The row of a query that has one."""
        return self.rows(name)[0]
