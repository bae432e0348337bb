"""The warehouse's schema: tables, views and their comments, made once in an empty database.

A derived store needs no migrations: where this text changes, the warehouse is derived anew (`schema_sql` is part of what
the derivation depends on).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from schemas.dictionary import comments
from warehouse.connect import writer
from warehouse.write import transaction

_HERE = Path(__file__).parent


def table_files(folder: Path = _HERE / "tables") -> list[str]:
    """The SQL of the base tables, in the order of their numbered files. Raises ValueError for a gap or a number used twice."""
    paths = sorted(folder.glob("[0-9]*.sql"))
    if [int(path.stem.split("_")[0]) for path in paths] != list(range(1, len(paths) + 1)):
        raise ValueError(f"the files in {folder} are not numbered 1 to {len(paths)}: {[path.name for path in paths]}")
    return [path.read_text(encoding="utf-8") for path in paths]


def view_files(folder: Path = _HERE / "views") -> list[tuple[str, str]]:
    """Name and SQL of each view, in the order of their numbered files (a view may use those before it)."""
    return [(path.stem.split("_", 1)[1], path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.sql"))]


def schema_sql() -> str:
    """All that makes the schema, as one text of statements: the same text, the same schema."""
    return "\n".join([*table_files(), *(sql for _, sql in view_files()), *(f"{line};" for line in comments()), ""])


def create_schema(con: duckdb.DuckDBPyConnection) -> None:
    """Makes tables, views and comments in one transaction, or leaves a database that has them as it is."""
    if con.execute("SELECT 1 FROM duckdb_tables() WHERE schema_name = 'core' AND table_name = 'meta'").fetchall():
        return
    with transaction(con):
        con.execute(schema_sql())


@cache
def empty_warehouse() -> bytes:
    """The file of a warehouse without rows. Making its tables and comments takes a while: once in a process is enough."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.duckdb"
        with writer(path) as con:
            create_schema(con)
            con.execute("CHECKPOINT")  # closing says nothing where the disk is full
        return path.read_bytes()
