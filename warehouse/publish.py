"""The copies that readers open, swapped in whole: a masked one for everybody, a private one for the team's own use cases.

Each table's model declares how readers see it in the copy for everybody (schemas/base.Readers); a table that declares nothing
is never copied: `publish` refuses to go on. Readers that have an old copy open keep it; new ones see the new.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from schemas.base import Readers, readers_of
from schemas.dictionary import tables
from schemas.errors import not_written
from warehouse.connect import STORAGE
from warehouse.sharing import is_shared, restrict_to_team

#: The SELECT of each masked table, as <schema>.<table>.sql.
MASKS = Path(__file__).parent / "masks"
_STANDS = "the copy that was published before still stands"
_FAILED_WRITES = (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException)


def publish(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    """The copy for everybody of the warehouse that `con` writes: each table as it declares.

    Raises ValueError for a table without a declaration, UserError where the copy cannot be written; the old copy stays.
    """
    declared = {name: readers_of(model) for name, model in tables().items()}

    def select_of(table: str) -> str | None:
        match declared.get(table):
            case Readers.WHOLE:
                return f"FROM {table}"
            case Readers.MASKED:
                return (MASKS / f"{table}.sql").read_text(encoding="utf-8")
            case Readers.NEVER:
                return None
            case None:
                raise ValueError(f"{table} does not declare how readers get it (Config.metadata of its model)")

    with _fresh(target, 0o444) as fresh:
        _copy_rows(con, fresh, select_of)


def publish_private(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    """The copy with all verdicts, for the team's own use cases: nobody else may open it or look into its folder.

    Raises UserError where it cannot be written; the old copy stays.
    """
    root = target.parent.parent
    with _fresh(target, 0o660 if is_shared(root) else 0o600) as fresh:
        with suppress(OSError):  # where a file system knows no modes, or the folder is a colleague's
            restrict_to_team(root, target.parent)
        if not _copy_file(con, fresh):
            _copy_rows(con, fresh, lambda table: f"FROM {table}")


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


def _copy_rows(con: duckdb.DuckDBPyConnection, fresh: Path, select_of: Callable[[str], str | None]) -> None:
    """The schema, and of each table the rows of the SELECT that `shown` gives for it (None: no rows)."""
    database = con.execute("SELECT current_database()").fetchall()[0][0]
    names = con.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() "
        "WHERE database_name = current_database() AND NOT temporary AND NOT internal"
    ).fetchall()
    selects = {table: select_of(table) for (table,) in names}
    con.execute(f"ATTACH '{_quoted(fresh)}' AS published (STORAGE_VERSION '{STORAGE}')")
    try:
        con.execute(f'COPY FROM DATABASE "{database}" TO published (SCHEMA)')
        for table, select in selects.items():
            if select is not None:
                con.execute(f"INSERT INTO published.{table} {select}")
        con.execute("CHECKPOINT published")
    finally:
        con.execute("DETACH published")


def _copy_file(con: duckdb.DuckDBPyConnection, fresh: Path) -> bool:
    """The warehouse's file byte for byte, which is a fifty times faster than its rows; False where that cannot be done.

    By a process of its own: were this one to open and close the file, its lock on it would be gone.
    """
    path = con.execute("SELECT path FROM duckdb_databases() WHERE database_name = current_database()").fetchall()[0][0]
    if not path:
        return False
    con.execute("CHECKPOINT")
    journal = Path(f"{path}.wal")
    if journal.exists() and journal.stat().st_size:
        return False
    copy = "import shutil, sys; shutil.copyfile(sys.argv[1], sys.argv[2])"
    command = [sys.executable, "-I", "-S", "-c", copy, path, str(fresh)]
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
