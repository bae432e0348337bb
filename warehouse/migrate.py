"""Migrations and views: numbered SQL files, applied once each, in order, and checked against a ledger of what was applied.

A migration file never changes after it was released: its hash is kept, and a difference refuses the warehouse (it is
derived: `rebuild` makes it again). Views are replaced whenever one of them changes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from schemas.dictionary import comments
from schemas.errors import UserError
from warehouse.connect import writer

_HERE = Path(__file__).parent
_LEDGER = """
CREATE SCHEMA IF NOT EXISTS core;
CREATE TABLE IF NOT EXISTS core.migration (
    number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
)
"""


@dataclass(frozen=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """The hash of the file's text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations(folder: Path = _HERE / "migrations") -> list[Migration]:
    """The numbered files in order. Raises ValueError where two share a number or one is missing."""
    found = [
        Migration(int(path.stem.split("_")[0]), path.stem, path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("[0-9]*.sql"))
    ]
    if [m.number for m in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"the migrations in {folder} are not numbered 1 to {len(found)}: {[m.name for m in found]}")
    return found


def views(folder: Path = _HERE / "views") -> list[tuple[str, str]]:
    """Name and SQL of each view, in the order of their numbered files (a view may use those before it)."""
    return [(path.stem.split("_", 1)[1], path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.sql"))]


def migrate(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Brings a warehouse up to date; returns the names of the migrations that were applied.

    Raises UserError where a migration that was applied has since changed.
    """
    con.execute(_LEDGER)
    applied = dict(con.execute("SELECT number, sha256 FROM core.migration").fetchall())
    done = []
    for migration in migrations():
        if migration.number in applied:
            if applied[migration.number] != migration.sha256:
                raise UserError(
                    f"the warehouse was made with another {migration.name}.sql",
                    hint="make it again with: living-review rebuild",
                )
            continue
        con.execute("BEGIN")
        con.execute(migration.sql)
        con.execute(
            "INSERT INTO core.migration (number, name, sha256) VALUES (?, ?, ?)",
            [migration.number, migration.name, migration.sha256],
        )
        con.execute("COMMIT")
        done.append(migration.name)
    _replace_views(con)
    return done


def _replace_views(con: duckdb.DuckDBPyConnection) -> None:
    statements = [*(sql for _, sql in views()), *comments()]
    wanted = hashlib.sha256("\n".join(statements).encode()).hexdigest()
    row = con.execute("SELECT value FROM core.meta WHERE key = 'views'").fetchone()
    if row and row[0] == wanted:
        return
    wanted_names = {name for name, _ in views()}
    there = con.execute(
        "SELECT view_name FROM duckdb_views() WHERE NOT internal AND NOT temporary AND schema_name = 'main'"
    )
    gone = [name for (name,) in there.fetchall() if name not in wanted_names]
    con.execute("BEGIN")
    for statement in [*(f'DROP VIEW main."{name}"' for name in gone), *statements]:
        con.execute(statement)
    con.execute("INSERT OR REPLACE INTO core.meta VALUES ('views', ?)", [wanted])
    con.execute("COMMIT")


@cache
def empty_warehouse() -> bytes:
    """The file of a warehouse without rows. Making its tables and comments takes a second: once in a process is enough."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.duckdb"
        with writer(path) as con:
            migrate(con)
        return path.read_bytes()
