"""Deduplication for people: why records are one report, what waits for a ruling, and the best value of each field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from tasks.deduplicate.weights import HERE

SHOWN = ("title", "author", "year", "journal", "volume", "number", "pages", "doi", "source", "abstract")
"""The fields that are shown side by side."""


@dataclass(frozen=True)
class Pair:
    """Two records and what became of them; `inside`: both are among the records asked for."""

    id_a: str
    id_b: str
    outcome: str
    score: float
    relation: str | None
    why: str
    inside: bool


@dataclass(frozen=True)
class Waiting:
    """A pair for review: each shown field with both values, and whether they differ by more than case, marks and spaces."""

    id_a: str
    id_b: str
    score: float
    why: str
    fields: list[tuple[str, str, str, bool]]


@dataclass(frozen=True)
class Best:
    """The best value of a field among a report's records, where it comes from, and how many of those that say anything agree."""

    field: str
    value: str
    record_id: str
    source: str | None
    agreeing: int
    saying: int


def explain(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> list[Pair]:
    """Each pair that these records are in: among themselves first, then with others; strongest first."""
    con.execute("CREATE OR REPLACE TEMP TABLE dedupe_asked (id VARCHAR)")
    con.executemany("INSERT INTO dedupe_asked VALUES (?)", [[record] for record in sorted(set(ids))] or [[None]])
    return [Pair(*row) for row in con.execute(_sql("explain")).fetchall()]


def review_queue(con: duckdb.DuckDBPyConnection) -> list[Waiting]:
    """The pairs that wait for a ruling, most likely the same first. Needs `dedupe_input`."""
    fields = ", ".join(f"coalesce({side}.{field}, '')" for field in SHOWN for side in "ab")
    rows = con.execute(_sql("queue").replace("{fields}", fields)).fetchall()
    return [
        Waiting(
            row[0],
            row[1],
            row[2],
            row[3],
            [(name, x, y, _bare(x) != _bare(y)) for name, x, y in zip(SHOWN, row[4::2], row[5::2], strict=True)],
        )
        for row in rows
    ]


def best(con: duckdb.DuckDBPyConnection, cluster: str) -> list[Best]:
    """The best value of each field of one cluster, with its provenance. Needs `dedupe_input`."""
    query = f"SELECT * EXCLUDE (cluster) FROM ({_sql('best').rstrip().rstrip(';')}) WHERE cluster = ?"  # noqa: S608
    return [Best(*row) for row in con.execute(query, [cluster]).fetchall()]


def _bare(value: str) -> str:
    return re.sub(r"[\W_]+", "", value.casefold())


def _sql(name: str) -> str:
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")
