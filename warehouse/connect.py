"""Connections to DuckDB: a short-lived writer, and readers that can touch nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from schemas.errors import UserError

#: Readable by DuckDB 1.5 and the tools built on it (facts of the stack, November 2026).
STORAGE = "v1.5.0"
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}

#: DuckDB draws a progress bar on standard output, in the midst of a table or CSV, once a query takes two seconds.
_SESSION = "SET TimeZone = 'UTC'; SET enable_progress_bar = false"


@contextmanager
def writer(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A writer of the warehouse; while it is open no other process can open the file. Raises UserError if it cannot be opened."""
    con = _open(path, {**_OFFLINE, "storage_compatibility_version": STORAGE})
    try:
        con.execute(_SESSION)
        yield con
    finally:
        con.close()


@contextmanager
def reader(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A reader of a published warehouse: it cannot write, read any other file, load anything, or lift these bounds."""
    if not path.exists():
        raise UserError("nothing is published yet", path=path, hint=f"run: living-review update {path.parent.parent}")
    con = _open(path, _OFFLINE, read_only=True)
    try:
        con.execute(_SESSION)
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        yield con
    finally:
        con.close()


def memory() -> duckdb.DuckDBPyConnection:
    """A warehouse in memory: for stand-alone commands, past versions and tests."""
    con = duckdb.connect(":memory:", config=_OFFLINE)
    con.execute(_SESSION)
    return con


def _open(
    path: Path, config: dict[str, str | bool | int | float | list[str]], *, read_only: bool = False
) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), read_only=read_only, config=config)
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise UserError("is in use by another process", path=path, hint="try again when it has finished") from None
        if "Permission denied" in str(error):
            raise UserError("cannot be opened: permission denied", path=path) from None
        raise UserError(
            f"cannot be opened: {str(error).splitlines()[0]}", path=path, hint="living-review rebuild makes it again"
        ) from None
    except duckdb.Error as error:
        raise UserError(
            f"is damaged: {str(error).splitlines()[0]}", path=path, hint="living-review rebuild makes it again"
        ) from None
