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
    """A reader of the published copy. Each query is asked once; what the site shows of a report stands in a table of the reader's own."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self._answers: dict[str, tuple[list[str], list[dict[str, Any]]]] = {}
        con.execute(query("shown"))

    def rows(self, name: str) -> list[dict[str, Any]]:
        """A query's rows, by column."""
        return self._ask(name)[1]

    def frame(self, name: str) -> pl.DataFrame:
        """A query's rows as a frame."""
        columns, rows = self._ask(name)
        return pl.DataFrame(
            [list(row.values()) for row in rows], schema=columns, orient="row", infer_schema_length=None
        )

    def large_frame(self, name: str) -> pl.DataFrame:
        """A query's rows as a frame, where they may be hundreds of thousands."""
        rows: pl.DataFrame = self.con.sql(query(name)).pl()
        return rows

    def find_names(self, ids: set[str]) -> dict[str, str]:
        """The labels of studies, and the titles of reports, by their ids."""
        return dict(self.con.execute(query("names"), {"ids": sorted(ids)}).fetchall()) if ids else {}

    def one(self, name: str) -> dict[str, Any]:
        """The row of a query that has one."""
        return self.rows(name)[0]

    def _ask(self, name: str) -> tuple[list[str], list[dict[str, Any]]]:
        if name not in self._answers:
            answer = self.con.execute(query(name))
            columns = [column[0] for column in answer.description or ()]
            self._answers[name] = columns, [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]
        return self._answers[name]
