"""Where reports stand, as tables: computed once a run, so that one report's status, a queue and PRISMA's numbers are look-ups."""

from __future__ import annotations

from pathlib import Path

import duckdb

_QUERIES = Path(__file__).with_name("materialised")


#: What themes and findings rest on: filled when the synthesis is, after the tables of the folder above.
SYNTHESIS = _QUERIES / "synthesis"


def read_queries(folder: Path = _QUERIES) -> dict[str, str]:
    """Each table ('core.screening_status') with the query that says what it holds; a query may read the tables before it."""
    return {
        f"core.{path.stem.split('_', 1)[1]}": path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))
    }


def materialise(con: duckdb.DuckDBPyConnection, folder: Path = _QUERIES) -> None:
    """Fills the folder's tables anew from what they rest on. To be called whenever any of that has changed.

    Without a transaction around it, a run that stops here leaves a table empty; the next run fills it.
    """
    for table, query in read_queries(folder).items():
        con.execute(f"DELETE FROM {table}")  # noqa: S608 - a name from our own folder
        con.execute(f"INSERT INTO {table} BY NAME {query}")
