"""The copies that readers open, swapped in whole: a masked one for everybody, a private one for the team's own use cases.

Each table's model declares how readers see it in the copy for everybody (schemas/base.Readers); a table that declares nothing
is never copied: `publish` refuses to go on. Readers that have an old copy open keep it; new ones see the new.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from schemas.base import Readers, readers_of
from schemas.dictionary import tables
from schemas.errors import not_written
from warehouse.connect import STORAGE
from warehouse.content import find_filled
from warehouse.renew_copy import renew_rows
from warehouse.sharing import is_shared, restrict_to_team

#: The SELECT of each masked table, as <schema>.<table>.sql.
MASKS = Path(__file__).parent / "masks"
#: Bytes from which on a copy is renewed: a smaller one is made from nothing as fast.
_WORTH_RENEWING = 32 << 20
_STANDS = "the copy that was published before still stands"
_FAILED_WRITES = (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException)


def publish(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    """The copy for everybody of the warehouse that `con` writes: each table as it declares.

    Raises ValueError for a table without a declaration, UserError where the copy cannot be written; the old copy stays.
    """
    selects = select_for_everybody(con)
    masked = {table for table, model in tables().items() if readers_of(model) is Readers.MASKED}
    with _fresh(target, 0o444) as fresh:
        if not _renew_copy(con, target, fresh, selects, masked):
            _copy_rows(con, fresh, selects)


def select_for_everybody(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The SELECT of what everybody may read of each base table. Raises ValueError where one declares nothing."""
    declared = {table: readers_of(model) for table, model in tables().items()}
    return {table: _select_as_declared(table, declared.get(table)) for table in _list_tables(con)}


def select_for_team(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The same for the private copy: all of it."""
    return {table: f"FROM {table}" for table in _list_tables(con)}


def _select_as_declared(table: str, readers: Readers | None) -> str:
    match readers:
        case Readers.WHOLE:
            return f"FROM {table}"
        case Readers.MASKED:
            return (MASKS / f"{table}.sql").read_text(encoding="utf-8")
        case Readers.NEVER:
            return f"FROM {table} LIMIT 0"
        case None:
            raise ValueError(f"{table} does not declare how readers get it (Config.metadata of its model)")


def publish_private(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    """The copy with all verdicts, for the team's own use cases: nobody else may open it or look into its folder.

    Raises UserError where it cannot be written; the old copy stays.
    """
    root = target.parent.parent
    with _fresh(target, 0o660 if is_shared(root) else 0o600) as fresh:
        with suppress(OSError):  # where a file system knows no modes, or the folder is a colleague's
            restrict_to_team(root, target.parent)
        if not _copy_warehouse(con, fresh):
            _copy_rows(con, fresh, select_for_team(con))


@contextmanager
def _fresh(target: Path, mode: int) -> Iterator[Path]:
    """A path beside `target` to write to; when the block ends, that file is flushed to the disk and takes target's place.

    Whatever goes wrong, no file is left beside the old copy.
    """
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove(fresh)
        yield fresh
        fresh.chmod(mode)
        _sync(fresh)
        fresh.replace(target)
        with suppress(OSError):  # where folders cannot be synced (Windows), the name is on the disk a little later
            _sync(target.parent)
    except OSError as error:
        raise not_written(target, error, hint=_STANDS) from None
    except _FAILED_WRITES as error:
        why = str(error).splitlines()[0].rsplit(": ", 1)[-1]
        known = next((number for number in errno.errorcode if os.strerror(number) == why), 0)
        raise not_written(target, OSError(known, why), hint=_STANDS) from None
    finally:
        with suppress(OSError):
            _remove(fresh)


def _list_tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The qualified names of the warehouse's base tables."""
    rows = con.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() "
        "WHERE database_name = current_database() AND NOT temporary AND NOT internal"
    ).fetchall()
    return [name for (name,) in rows]


def _copy_rows(con: duckdb.DuckDBPyConnection, fresh: Path, selects: Mapping[str, str]) -> None:
    """A new file with the warehouse's schema, and in each table what its SELECT gives."""
    database = con.execute("SELECT current_database()").fetchall()[0][0]
    with _attached(con, fresh) as copy:
        con.execute(f'COPY FROM DATABASE "{database}" TO {copy} (SCHEMA)')
        for table in sorted(find_filled(con, selects)):
            con.execute(f"INSERT INTO {copy}.{table} {selects[table]}")


def _renew_copy(
    con: duckdb.DuckDBPyConnection, old: Path, fresh: Path, selects: Mapping[str, str], masked: set[str]
) -> bool:
    """A file made of the old copy and the rows that are new since; False, and no file, where there is none that serves."""
    try:
        if old.stat().st_size < _WORTH_RENEWING or not _copy_file(old, fresh):
            return False
        with _attached(con, fresh) as copy:
            renewed = renew_rows(con, copy, selects, masked)
    except (duckdb.Error, OSError):  # no old copy, one that is damaged, or a full disk, which making it anew will tell
        renewed = False
    if not renewed:
        _remove(fresh)
    return renewed


@contextmanager
def _attached(con: duckdb.DuckDBPyConnection, path: Path) -> Iterator[str]:
    """The file as a database beside the warehouse, by the name that is yielded; written to the disk at the end."""
    con.execute(f"ATTACH '{_quoted(path)}' AS published (STORAGE_VERSION '{STORAGE}')")
    try:
        yield "published"
        con.execute("CHECKPOINT published")
    finally:
        con.execute("DETACH published")


def _copy_warehouse(con: duckdb.DuckDBPyConnection, fresh: Path) -> bool:
    """The warehouse's file byte for byte, which is fifty times faster than its rows; False where that cannot be done."""
    path = con.execute("SELECT path FROM duckdb_databases() WHERE database_name = current_database()").fetchall()[0][0]
    if not path:
        return False
    con.execute("CHECKPOINT")
    journal = Path(f"{path}.wal")
    if journal.exists() and journal.stat().st_size:
        return False
    return _copy_file(Path(path), fresh)


def _copy_file(path: Path, fresh: Path) -> bool:
    """Whether the bytes of a file could be copied.

    By a process of its own: were this one to open and close a file that it has open elsewhere, its lock on it would be gone.
    """
    copy = "import shutil, sys; shutil.copyfile(sys.argv[1], sys.argv[2])"
    command = [sys.executable, "-I", "-S", "-c", copy, str(path), str(fresh)]
    copied = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - our own interpreter, our own files
    if copied.returncode:
        _remove(fresh)
    return copied.returncode == 0


def _remove(path: Path) -> None:
    for file in (path, Path(f"{path}.wal")):
        file.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
