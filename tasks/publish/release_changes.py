"""What changed from one release to another, row by row: by the key of each view where it has one, else by the whole row."""

from __future__ import annotations

import filecmp
import re
from collections.abc import Collection
from pathlib import Path

import duckdb
import polars as pl

from schemas.dictionary import tables
from schemas.errors import UserError
from tasks.publish.release_tables import MACROS, quoted, select_released
from warehouse.connect import memory
from warehouse.contracts import list_keys

_TABLE = Path(__file__).with_name("release_changes.sql").read_text(encoding="utf-8")
_BY_KEY = Path(__file__).with_name("release_changes_by_key.sql").read_text(encoding="utf-8")
_BY_ROW = Path(__file__).with_name("release_changes_by_row.sql").read_text(encoding="utf-8")
COLUMNS = ("view", "key", "change", "column", "before", "after")


def write_changes(before: Path | None, after: Path, target: Path, withheld: Collection[str] = ()) -> None:
    """Writes changes.csv: what the release in the folder `after` has otherwise than the one in `before`; a header where there is none.

    `withheld`: kinds of texts that stay out, though the release before may have them.
    """
    con = memory()
    try:
        find_changes(con, before, after, withheld)
        con.execute(MACROS)
        columns = ", ".join(f'harmless("{column}") AS "{column}"' for column in COLUMNS)
        con.execute(f"COPY (SELECT {columns} FROM change ORDER BY ALL) TO '{quoted(target)}' (FORMAT csv, HEADER)")  # noqa: S608
    finally:
        con.close()


def read_changes(before: Path, after: Path) -> pl.DataFrame:
    """What the release in the folder `after` has otherwise than the one in `before`. Raises UserError where a file cannot be read."""
    con = memory()
    try:
        find_changes(con, before, after)
        changes: pl.DataFrame = con.sql("FROM change ORDER BY ALL").pl()
        return changes
    except (duckdb.InvalidInputException, duckdb.IOException) as error:
        raise UserError(
            f"cannot be compared: {str(error).splitlines()[0][:160]}",
            path=after,
            hint=f"living-review release check {before.name}, and {after.name}, says what is damaged",
        ) from None
    finally:
        con.close()


def find_changes(
    con: duckdb.DuckDBPyConnection, before: Path | None, after: Path, withheld: Collection[str] = ()
) -> None:
    """Fills the temporary table `change` with what differs between the Parquet files of two releases, nothing `withheld` in it."""
    con.execute(_TABLE)
    if before is None:
        return
    views = {path.stem for folder in (before, after) for path in (folder / "parquet").glob("*.parquet")}
    for view in sorted(filter(_is_word, views)):
        old, new = (folder / "parquet" / f"{view}.parquet" for folder in (before, after))
        if not (old.is_file() and new.is_file() and filecmp.cmp(old, new, shallow=False)):
            _compare(con, view, old, new, withheld)


def _compare(con: duckdb.DuckDBPyConnection, view: str, old: Path, new: Path, withheld: Collection[str]) -> None:
    """Adds what differs in one view. What only one of the releases knows of, a column or the whole view, is compared with nothing."""
    there = [path for path in (old, new) if path.is_file()]
    sides = {path: _columns(con, path) for path in there}
    shared = [name for name in sides[there[-1]] if all(name in columns for columns in sides.values())]
    alike = {name: len({columns[name] for columns in sides.values()}) == 1 for name in shared}
    shown = ", ".join(f'"{name}"' if alike[name] else f'"{name}"::VARCHAR AS "{name}"' for name in shared)
    reads = {
        path: f"SELECT {shown} FROM read_parquet('{quoted(path if path in there else there[0])}')"  # noqa: S608
        for path in (old, new)
    }
    if old in there:  # which may have been passed on with texts that stay out today
        con.execute(f"CREATE OR REPLACE VIEW main.\"{view}\" AS FROM read_parquet('{quoted(old)}')")
        reads[old] = f"SELECT {shown} FROM ({select_released(view, withheld)})"  # noqa: S608
    reads |= {path: f"{read} LIMIT 0" for path, read in reads.items() if path not in there}
    model = tables().get(f"main.{view}")
    # Where the key is all of the row, no row can have changed.
    key = next((key for key in (list_keys(model) if model else []) if set(key) < set(shared)), ())
    names = {
        "view": view,
        "old": reads[old],
        "new": reads[new],
        "key": _object(key or shared),
        "same": " AND ".join(f'come."{name}" IS NOT DISTINCT FROM gone."{name}"' for name in key),
        "cells": ", ".join(_cell(name, sides[there[-1]][name]) for name in shared if name not in key),
    }  # fmt: skip
    con.execute((_BY_KEY if key else _BY_ROW).format(**names))


def _columns(con: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    rows = con.execute(f"DESCRIBE FROM read_parquet('{quoted(path)}')").fetchall()
    return {name: kind for name, kind, *_ in rows if _is_word(name)}


def _is_word(name: str) -> bool:
    """Whether it is such a name as views and columns have: a release may have come from elsewhere, and a name goes into the SQL."""
    return re.fullmatch(r"\w+", name) is not None


def _object(names: tuple[str, ...] | list[str]) -> str:
    """A row's values of these columns as a JSON object."""
    return "to_json({" + ", ".join(f"'{name}': \"{name}\"" for name in names) + "})::VARCHAR"


def _cell(name: str, kind: str) -> str:
    """A column's name with its value before and after, as text."""
    as_text = "to_json({})::VARCHAR" if kind.endswith(("]", ")")) else "{}::VARCHAR"
    gone, come = (as_text.format(f'{side}."{name}"') for side in ("gone", "come"))
    return f"{{'column': '{name}', 'before': {gone}, 'after': {come}}}"
