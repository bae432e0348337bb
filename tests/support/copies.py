"""Copies of warehouses: what is in one, and small warehouses to make them of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.dictionary import tables
from tests.support.handmade import Handmade
from warehouse.connect import reader, writer
from warehouse.schema import empty_warehouse


def contents(path: Path) -> dict[str, list[str]]:
    """The rows of every table and view of a copy, as texts, whatever their order."""
    with reader(path) as con:
        return {name: sorted(str(row) for row in con.execute(f"FROM {name}").fetchall()) for name in tables()}


@contextmanager
def handmade(folder: Path) -> Iterator[Handmade]:
    """A warehouse in that folder, whose rows are written by hand."""
    folder.mkdir(parents=True)
    (folder / "w.duckdb").write_bytes(empty_warehouse())
    with writer(folder / "w.duckdb") as con:
        yield Handmade(con)
