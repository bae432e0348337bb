"""Whether views have no rows where the base tables that they declare (`rows_from`) have none."""

from __future__ import annotations

import shutil
from pathlib import Path

from schemas.base import tables_with_its_rows
from schemas.dictionary import tables
from warehouse.connect import writer


def try_declared_rows(warehouse: Path, folder: Path) -> tuple[set[str], set[str]]:
    """The declaring views that have rows in this warehouse, and those of them that still have some without their tables'."""
    copy = Path(shutil.copy(warehouse, folder / "declared.duckdb"))
    filled, wrong = set(), set()
    with writer(copy) as con:
        for view, made_of in ((name, tables_with_its_rows(model)) for name, model in tables().items()):
            if not made_of or not con.execute(f"FROM {view} LIMIT 1").fetchall():
                continue
            filled.add(view)
            con.execute("BEGIN")
            for table in made_of:
                con.execute(f"DELETE FROM {table}")
            if con.execute(f"FROM {view} LIMIT 1").fetchall():
                wrong.add(view)
            con.execute("ROLLBACK")
    return filled, wrong
