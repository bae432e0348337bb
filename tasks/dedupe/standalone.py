"""Deduplication of files, without a review folder: files in, clusters and pairs out."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from schemas.errors import UserError
from tasks.dedupe.weights import HERE
from tasks.output import put
from warehouse.connect import memory

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

FIELDS = [
    "id",
    "source",
    "author",
    "title",
    "year",
    "journal",
    "volume",
    "number",
    "pages",
    "abstract",
    "doi",
    "isbn",
    "pmid",
    "accession",
    "type",
    "language",
]
#: What other tools call the columns; the first that is there and not empty counts.
OTHER_NAMES = {
    "id": ("record_id", "key"),
    "author": ("authors",),
    "journal": ("booktitle", "publication"),
    "number": ("issue",),
    "isbn": ("issn",),
    "type": ("entrytype",),
}
#: How much of an abstract is kept, in characters: no more of it is compared (macros.sql), and a million of them would fill the memory.
ABSTRACT = 600
_TABLES = HERE.parents[1] / "warehouse" / "migrations" / "0002_dedupe.sql"


def connect() -> duckdb.DuckDBPyConnection:
    """A warehouse in memory with the tables of deduplication and nothing else."""
    con = memory()
    con.execute("SET preserve_insertion_order = false")
    # Row groups are what threads share out: smaller ones than DuckDB's 122,880 let both cores work on a small review.
    con.execute("ATTACH ':memory:' AS work (ROW_GROUP_SIZE 4096)")
    con.execute("USE work")
    con.execute(_TABLES.read_text(encoding="utf-8"))
    return con


def is_table(path: Path) -> bool:
    """Whether the file is a table of ours (CSV or Parquet with `id` and `title`), and not an export of a platform."""
    if path.suffix.lower() == ".parquet":
        return True
    if path.suffix.lower() != ".csv" or not path.is_file():
        return False
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        names = {name.strip().strip('"').lower() for name in file.readline().split(",")}
    return {"id", "title"} <= names


def load_table(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Adds a CSV or Parquet file to `dedupe_input`. Raises UserError where it cannot be read, or an id is missing or repeated."""
    if not path.is_file():
        raise UserError("there is no such file", path=path)
    name = str(path).replace("'", "''")
    parquet = path.suffix.lower() == ".parquet"
    scan = f"read_parquet('{name}')" if parquet else f"read_csv('{name}', all_varchar = true, header = true)"
    try:
        columns = [row[0] for row in con.execute(f"DESCRIBE FROM {scan}").fetchall()]
        con.execute(f"CREATE TABLE dedupe_input AS SELECT {_selection(columns)} FROM {scan}")  # noqa: S608
    except duckdb.Error as error:
        raise UserError(f"cannot be read: {str(error).splitlines()[0]}", path=path) from None
    _check_ids(con, path)


def load_frames(con: duckdb.DuckDBPyConnection, frames: Iterable[pl.DataFrame]) -> None:
    """Makes `dedupe_input` of frames of ParsedRecord; a record that was read twice counts once."""
    con.execute(f"CREATE TABLE parsed ({', '.join(f'{name} VARCHAR' for name in FIELDS)})")
    for frame in frames:
        con.register("frame", frame.to_arrow())
        con.execute(
            "INSERT INTO parsed BY NAME SELECT record_id AS id, source, array_to_string(authors, '; ') AS author, title,"
            " year::VARCHAR AS year, journal, volume, issue AS number, pages, left(abstract, ?) AS abstract, doi,"
            " concat_ws(' ', issn, isbn) AS isbn, pmid, accession, type, language FROM frame",
            [ABSTRACT],
        )
        con.unregister("frame")
    con.execute("CREATE TABLE dedupe_input AS SELECT DISTINCT ON (id) * FROM parsed ORDER BY ALL")


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


def _selection(columns: list[str]) -> str:
    """The SQL that picks our fields out of the file's columns, whatever their case; a missing one is null."""
    present = {column.lower(): column for column in columns}
    if "title" not in present:
        raise UserError("has no column 'title'", hint=f"columns: {', '.join(columns)}")
    picked = []
    for field in FIELDS:
        names = [present[name] for name in (field, *OTHER_NAMES.get(field, ())) if name in present]
        quoted = ", ".join("nullif(\"{}\"::VARCHAR, '')".format(name.replace('"', '""')) for name in names)
        default = "(row_number() OVER ())::VARCHAR" if field == "id" else "NULL::VARCHAR"
        value = f"coalesce({quoted})" if len(names) > 1 else quoted or default
        picked.append(f"left({value}, {ABSTRACT}) AS {field}" if field == "abstract" else f"{value} AS {field}")
    return ", ".join(picked)


def _check_ids(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    nulls, total, distinct = con.execute(
        "SELECT count(*) FILTER (id IS NULL), count(*), count(DISTINCT id) FROM dedupe_input"
    ).fetchall()[0]
    if nulls:
        raise UserError(f"{nulls:,} records have no id", path=path)
    if distinct < total:
        (example,) = con.execute(
            "SELECT id FROM dedupe_input GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT 1"
        ).fetchall()[0]
        raise UserError(
            f"{total - distinct:,} ids are repeated ({example} is one)",
            path=path,
            hint="each record needs an id of its own",
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
