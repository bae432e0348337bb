"""Tables of records as people have them: which files are one, and how their rows come into `dedupe_input`."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import duckdb

from schemas.errors import UserError
from schemas.problem import Problem
from tasks.cells import csv_rows
from tasks.tabular import Tabular, decode, dialect, fold, read_tabular

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
#: What other tools call the columns; of those that are there, the first that is not empty counts.
OTHER_NAMES = {
    "id": ("record_id",),
    "author": ("authors", "author(s)"),
    "title": ("primary_title", "article title"),
    "year": ("publication year", "published year", "year published"),
    "journal": ("booktitle", "journal title", "source title", "publication title", "secondary_title", "publication"),
    "volume": ("volume number", "vol"),
    "number": ("issue", "issue number"),
    "pages": ("page", "page range"),
    "isbn": ("issn",),
    "pmid": ("pubmed_id",),
    "type": ("entrytype", "item type"),
}
#: How much of an abstract is kept, in characters: no more of it is compared (macros.sql), and a million of them would fill the memory.
ABSTRACT = 600

_NAMES = {fold(name): field for field in FIELDS for name in (field, *OTHER_NAMES.get(field, ()))}
_HEAD = 1 << 16
"""Bytes in which a header ends."""


def is_table(path: Path) -> bool:
    """Whether the file is a table of records and not an export of a platform.

    It is one if it has titles and ids of its own, or no column that we do not know: an export has others, and `parse` knows them better.
    """
    if path.suffix.lower() == ".parquet":
        return True
    try:
        header = _workbook(path).header if _is_workbook(path) else _header(path)[0]
    except (OSError, UserError):
        return False
    fields = [_NAMES.get(fold(name)) for name in header]
    return bool(fields) and ({"id", "title"} <= set(fields) or None not in fields)


def load_table(con: duckdb.DuckDBPyConnection, path: Path) -> list[Problem]:
    """Adds a CSV, Excel or Parquet file to `dedupe_input`; without a column of ids, records bear the number of their row.

    Returns the rows that could not be read. Raises UserError where the file cannot be, or an id is missing or repeated.
    """
    if not path.is_file():
        raise UserError("is a folder" if path.is_dir() else "there is no such file", path=path)
    problems: list[Problem] = []
    if path.suffix.lower() == ".parquet":
        _load_parquet(con, path)
    elif _is_workbook(path):
        problems = _load_rows(con, _workbook(path), path)
    elif not _load_csv(con, path):
        problems = _load_rows(con, read_tabular(path, name=str(path)), path)
    _check_ids(con, path)
    return problems


def _load_parquet(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    scan = f"read_parquet({_quoted(path)})"
    try:
        columns = [row[0] for row in con.execute(f"DESCRIBE FROM {scan}").fetchall()]
        con.execute(f"INSERT INTO dedupe_input SELECT {_selection(columns, columns, path)} FROM {scan}")  # noqa: S608
    except duckdb.Error as error:
        raise UserError(f"cannot be read: {str(error).splitlines()[0]}", path=path) from None


def _load_csv(con: duckdb.DuckDBPyConnection, path: Path) -> bool:
    """The way for large files, which are mostly clean: UTF-8, every row as wide as the header. False, and nothing done, for any other."""
    header, delimiter, skipped = _header(path)
    columns = [f"c{n}" for n in range(len(header))]
    types = ", ".join(f"{column}: 'VARCHAR'" for column in columns)
    scan = (
        f"read_csv({_quoted(path)}, auto_detect = false, header = true, columns = {{{types}}}, delim = '{delimiter}',"
        """ quote = '"', escape = '"')"""
    )
    filled = f"coalesce({', '.join(columns)}) IS NOT NULL"
    if skipped:
        return False
    try:
        con.execute(f"INSERT INTO dedupe_input SELECT {_selection(header, columns, path)} FROM {scan} WHERE {filled}")  # noqa: S608
    except duckdb.Error:
        return False
    return True


def _load_rows(con: duckdb.DuckDBPyConnection, table: Tabular, path: Path) -> list[Problem]:
    import polars as pl  # noqa: PLC0415 - slow to import, and large files go without

    columns = [f"c{n}" for n in range(len(table.header))]
    frame = pl.DataFrame([row.cells for row in table.rows], schema=dict.fromkeys(columns, pl.String), orient="row")
    con.register("rows_read", frame.to_arrow())
    con.execute(f"INSERT INTO dedupe_input SELECT {_selection(table.header, columns, path)} FROM rows_read")  # noqa: S608
    con.unregister("rows_read")
    return list(table.problems)


def _header(path: Path) -> tuple[tuple[str, ...], str, int]:
    """The names of a CSV's columns, its delimiter, and how many lines stand before its header."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    text = decode(head[: head.rfind(b"\n") + 1] or head, str(path))
    delimiter, skipped = dialect(text)
    rows = (row for row in csv_rows(io.StringIO(text, newline=""), delimiter) if row.line > skipped and not row.blank)
    header = next(rows, None)
    return tuple(name.strip() for name in header.cells) if header else (), delimiter, skipped


def _is_workbook(path: Path) -> bool:
    return path.suffix.lower() == ".xlsx"


def _workbook(path: Path) -> Tabular:
    return read_tabular(path, name=str(path))


def _selection(names: list[str] | tuple[str, ...], columns: list[str], path: Path) -> str:
    """The SQL that picks our fields out of the file's columns, by their names; a missing one is null."""
    present: dict[str, list[str]] = {}
    for name, column in zip(names, columns, strict=True):
        present.setdefault(fold(name), []).append(column)
    picked = []
    for field in FIELDS:
        found = [column for name in (field, *OTHER_NAMES.get(field, ())) for column in present.get(fold(name), [])]
        if field == "title" and not found:
            raise UserError("has no column 'title'", path=path, hint=f"its columns: {', '.join(names)}")
        texts = ['"{}"::VARCHAR'.format(column.replace('"', '""')) for column in found]
        blank = "trim({0}) = ''" if field == "id" else "{0} = ''"
        said = ", ".join(f"CASE WHEN NOT {blank.format(text)} THEN {text} END" for text in texts)
        default = "(row_number() OVER ())::VARCHAR" if field == "id" else "NULL::VARCHAR"
        value = f"coalesce({said})" if said else default
        picked.append(f"left({value}, {ABSTRACT}) AS {field}" if field == "abstract" else f"{value} AS {field}")
    return ", ".join(picked)


def _check_ids(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Raises UserError for records without an id, and for two of one id; what stands twice, equal in every field, counts once."""
    count = "SELECT count(*) FILTER (id IS NULL), count(*), count(DISTINCT id) FROM dedupe_input"
    nulls, total, distinct = con.execute(count).fetchall()[0]
    if distinct < total and not nulls:
        con.execute("CREATE OR REPLACE TABLE dedupe_input AS SELECT DISTINCT * FROM dedupe_input")
        nulls, total, distinct = con.execute(count).fetchall()[0]
    if nulls:
        raise UserError(
            f"{_counted(nulls, 'record has', 'records have')} no id",
            path=path,
            line=_line(path, {""}, 1),
            hint="give each an id, or leave the column out: records are then numbered",
        )
    if distinct < total:
        (example,) = con.execute(
            "SELECT id FROM dedupe_input GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT 1"
        ).fetchall()[0]
        raise UserError(
            f"{_counted(total - distinct, 'id is', 'ids are')} repeated ({example} is one)",
            path=path,
            line=_line(path, {example}, 2),
            hint="each record needs an id of its own, over all the files",
        )


def _line(path: Path, ids: set[str], nth: int) -> int | None:
    """On which line of a CSV or row of a sheet an id stands for the nth time; only asked when something is wrong."""
    if path.suffix.lower() == ".parquet":
        return None
    seen: Counter[bool] = Counter()
    for line, cells in read_tabular(path, name=str(path)).records():
        own = next((cells[name] for name in cells if _NAMES.get(fold(name)) == "id" and cells[name]), "")
        seen[own in ids] += 1
        if own in ids and seen[True] == nth:
            return line
    return None


def _counted(n: int, one: str, more: str) -> str:
    return f"{n:,} {one if n == 1 else more}"


def _quoted(path: Path) -> str:
    name = str(path).replace("'", "''")
    return f"'{name}'"
