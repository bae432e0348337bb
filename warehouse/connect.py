"""Connections to DuckDB: a short-lived writer, and readers that can touch nothing else."""

from __future__ import annotations

import atexit
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from shlex import quote
from tempfile import gettempdir

import duckdb

from schemas.errors import UserError
from warehouse.scratch import scratch_folder
from warehouse.sharing import SHARE

#: Readable by DuckDB 1.5 and the tools built on it (facts of the stack, November 2026).
STORAGE = "v1.5.0"
_AGAIN = "the next living-review update makes it again"
_NO_ROOM = ("No space left", "Disk quota exceeded", "File too large")
#: The folders of a review that hold copies, which each publication makes again.
_COPIES = ("published", "private")
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_spill: Path | None = None
_kept = ExitStack()
atexit.register(_kept.close)


class DamagedError(UserError):
    """A warehouse's file cannot be read as one; what was derived can be derived again."""


@contextmanager
def writer(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A writer of the warehouse; while it is open no other process can open the file.

    Raises DamagedError where the file is no warehouse, or a part of it cannot be read; UserError where it cannot be opened
    or the disk is full.
    """
    con = _open(path, {**_OFFLINE, "storage_compatibility_version": STORAGE})
    try:
        _set_up(con)
        with _explain_damage(path):
            yield con
    finally:
        con.close()


@contextmanager
def held_open(path: Path) -> Iterator[None]:
    """Holds a warehouse open, where there is one that can be opened, so that each writer within finds it open."""
    with ExitStack() as stack:
        if path.exists():
            with suppress(UserError):  # whoever opens it within says so
                stack.enter_context(writer(path))
        yield


@contextmanager
def reader(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A reader of a published warehouse: it cannot write, read any other file, load anything, or lift these bounds.

    Raises DamagedError where the file is no warehouse, or a part of it cannot be read; UserError where there is none, or the block
    asks for what a copy of another version of the program does not have.
    """
    try:
        there = path.exists()
    except PermissionError:  # its folder may not be looked into
        raise _denied(path) from None
    if not there:
        raise UserError(
            "nothing is published yet", path=path, hint=f"run: living-review update {quote(str(path.parent.parent))}"
        )
    con = _open(path, _OFFLINE, read_only=True)
    try:
        _set_up(con)
        # What a query has no memory for goes elsewhere than beside the file: its folder may be for reading only.
        _set_spill(con, f"{os.getpid()}")
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        with _explain_damage(path), _explain_other_version(con, path):
            yield con
    finally:
        con.close()


@contextmanager
def _explain_damage(path: Path) -> Iterator[None]:
    """Turns DuckDB's errors on a file that it opened and cannot read or write into one line for the user."""
    try:
        yield
    except (
        duckdb.IOException,
        duckdb.InternalException,
        duckdb.FatalException,
        duckdb.SerializationException,
        duckdb.TransactionException,  # what could not be committed
    ) as error:
        _raise_if_disk(error, path)
        raise DamagedError(f"is damaged: {str(error).splitlines()[0][:160]}", path=path, hint=_AGAIN) from None


@contextmanager
def _explain_other_version(con: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    """Turns a missing table or column into one line where the file lacks some that are declared: another version published it."""
    try:
        yield
    except (duckdb.CatalogException, duckdb.BinderException):
        from warehouse.other_version import lacks_declared  # noqa: PLC0415  slow to import, and hardly ever needed

        if not lacks_declared(con):
            raise
        again = f"run: living-review refresh {quote(str(path.parent.parent))}" if path.parent.name in _COPIES else ""
        raise UserError(
            "was made by another version of living-review and lacks what this one asks for", path=path, hint=again
        ) from None


def _raise_if_disk(error: duckdb.Error, path: Path) -> None:
    """Raises what there is to say where it is the disk that failed, and not the file: full, or broken."""
    text = str(error)
    if any(words in text for words in _NO_ROOM):
        named = re.search(r'file "([^"]+)"', text)  # it may be one for what memory does not hold, and elsewhere
        where = Path(named[1]) if named else path
        raise UserError("cannot be written: the disk is full", path=where, hint="free some space, then run again")
    if "Input/output error" in text:
        raise DamagedError("cannot be read or written: the disk reports an error", path=path, hint=_AGAIN)


def _denied(path: Path) -> UserError:
    return UserError("cannot be opened: permission denied", path=path, hint=SHARE)


def memory() -> duckdb.DuckDBPyConnection:
    """A warehouse in memory: for stand-alone commands, past versions and tests."""
    con = duckdb.connect(":memory:", config=_OFFLINE)
    _set_up(con)
    # What it has no memory for would go into the folder that somebody happens to be in. A name for each: they share no files.
    _set_spill(con, f"{os.getpid()}-{id(con)}")
    return con


def _set_up(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET enable_progress_bar = false")  # it would go to standard output, between the rows


def _set_spill(con: duckdb.DuckDBPyConnection, name: str) -> None:
    folder = _spill_folder()
    where = str(folder / name).replace("'", "''") if folder else ""  # nowhere: then a query that needs it says so
    con.execute(f"SET temp_directory = '{where}'")


def _spill_folder() -> Path | None:
    """A folder of this process's own, gone when it ends: DuckDB would make one that everybody on the machine can read, and open votes
    are among what is put there. None where none can be made."""
    global _spill  # noqa: PLW0603 - one a process; a long one's may be swept away meanwhile
    if _spill is None or not _spill.is_dir():
        try:
            _spill = _kept.enter_context(scratch_folder(Path(gettempdir()), "living-review-spill-"))
        except OSError:
            return None
    return _spill


def _open(
    path: Path, config: dict[str, str | bool | int | float | list[str]], *, read_only: bool = False
) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), read_only=read_only, config=config)
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise UserError("is in use by another process", path=path, hint="try again when it has finished") from None
        if "Permission denied" in str(error):
            raise _denied(path) from None
        _raise_if_disk(error, path)
        raise DamagedError(f"cannot be opened: {str(error).splitlines()[0]}", path=path, hint=_AGAIN) from None
    except duckdb.Error as error:
        raise DamagedError(f"is damaged: {str(error).splitlines()[0]}", path=path, hint=_AGAIN) from None
