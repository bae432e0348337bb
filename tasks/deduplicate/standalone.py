"""Deduplication of files, without a review folder: files in, clusters and pairs out."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from schemas.errors import UserError
from tasks.deduplicate.tables import ABSTRACT, FIELDS
from tasks.deduplicate.weights import HERE
from tasks.output import put
from warehouse.connect import memory

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

_TABLES = HERE.parents[1] / "warehouse" / "tables" / "0002_dedupe.sql"


def connect() -> duckdb.DuckDBPyConnection:
    """A warehouse in memory with the tables of deduplication and nothing else."""
    con = memory()
    con.execute("SET preserve_insertion_order = false")
    con.execute(_TABLES.read_text(encoding="utf-8"))
    con.execute(f"CREATE TABLE dedupe_input ({', '.join(f'{name} VARCHAR' for name in FIELDS)})")
    return con


def load_frames(con: duckdb.DuckDBPyConnection, frames: Iterable[pl.DataFrame]) -> None:
    """Adds frames of ParsedRecord to `dedupe_input`; a record that was read twice counts once."""
    con.execute("CREATE TEMP TABLE parsed AS FROM dedupe_input LIMIT 0")
    for frame in frames:
        con.register("frame", frame.to_arrow())
        con.execute(
            "INSERT INTO parsed BY NAME SELECT record_id AS id, source, array_to_string(authors, '; ') AS author, title,"
            " year::VARCHAR AS year, journal, volume, issue AS number, pages, left(abstract, ?) AS abstract, doi,"
            " concat_ws(' ', issn, isbn) AS isbn, pmid, accession, type, language FROM frame",
            [ABSTRACT],
        )
        con.unregister("frame")
    con.execute("INSERT INTO dedupe_input SELECT DISTINCT ON (id) * FROM parsed ORDER BY ALL")
    con.execute("DROP TABLE parsed")


def write_clusters(con: duckdb.DuckDBPyConnection, path: Path | None) -> None:
    """Writes id, cluster as CSV, in the order of the ids; to standard output without a path."""
    _write(con, "SELECT id, cluster FROM dedupe.cluster ORDER BY id", path)


def write_pairs(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Writes id1, id2, outcome, score, why as CSV: the pairs that are the same, for review, or linked or vetoed."""
    _write(
        con,
        "SELECT id_a AS id1, id_b AS id2, outcome, round(score, 2) AS score, why FROM dedupe.verdict ORDER BY ALL",
        path,
    )


def _write(con: duckdb.DuckDBPyConnection, query: str, path: Path | None) -> None:
    if path is None:
        result = con.execute(query)
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow([column[0] for column in result.description or ()])
        writer.writerows(result.fetchall())
        return
    part = path.with_name(f".{path.name}.part")
    name = str(part).replace("'", "''")
    try:
        con.execute(f"COPY ({query}) TO '{name}' (HEADER, DELIMITER ',')")
    except duckdb.Error as error:
        raise UserError(f"cannot be written: {str(error).splitlines()[0]}", path=path) from None
    put(part, path)
