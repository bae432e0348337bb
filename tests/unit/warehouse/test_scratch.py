"""Folders for a while: nobody else looks into them, and what a death left is removed by the next of its kind, and nothing else is."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

import duckdb
import pytest

from warehouse.connect import memory, reader, writer
from warehouse.scratch import scratch_folder

HOLDER = """
import sys, time
from pathlib import Path
from warehouse.scratch import scratch_folder
with scratch_folder(Path(sys.argv[1]), ".making-") as folder:
    (folder / "half").write_text("x")
    print(folder, flush=True)
    time.sleep(600)
"""
ROOT = Path(__file__).parents[3]


@contextmanager
def held(parent: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process that is at work in a folder which looks an hour old."""
    command = [sys.executable, "-c", HOLDER, str(parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            folder = Path(process.stdout.readline().strip())
            grow_old(folder)
            yield process, folder
        finally:
            process.kill()


def grow_old(folder: Path) -> None:
    os.utime(folder, (folder.stat().st_mtime - 3600,) * 2)


def test_it_is_its_owners_alone_and_gone_with_the_block(tmp_path: Path) -> None:
    with scratch_folder(tmp_path, ".making-") as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "half").write_text("x")
    assert list(tmp_path.iterdir()) == []


def test_what_a_death_left_is_removed_and_what_somebody_works_in_stays(tmp_path: Path) -> None:
    with held(tmp_path) as (process, folder):
        with scratch_folder(tmp_path, ".making-"):
            assert (folder / "half").exists()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with scratch_folder(tmp_path, ".making-"):
            assert not folder.exists()


def test_nothing_else_is_removed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    (tmp_path / ".making-link").symlink_to(elsewhere)
    (tmp_path / ".making-file").touch()
    (tmp_path / ".other-old").mkdir()
    (tmp_path / ".making-young").mkdir()
    for name in (".other-old", "elsewhere", ".making-file"):
        grow_old(tmp_path / name)
    before = sorted(tmp_path.rglob("*"))
    with scratch_folder(tmp_path, ".making-"):
        pass
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(getattr(os, "getuid", lambda: None)() != 0, reason="only root can give a folder away")
def test_another_users_folder_is_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / ".making-theirs"
    theirs.mkdir()
    os.chown(theirs, 65534, -1)
    grow_old(theirs)
    with scratch_folder(tmp_path, ".making-"):
        assert theirs.exists()


def spill(con: duckdb.DuckDBPyConnection) -> Path:
    """Asks for more than fits into memory, and returns the folder that took it."""
    con.execute("SET memory_limit = '60MB'")
    con.execute("SET threads = 1")
    con.execute("CREATE TEMP TABLE much AS SELECT range AS n, md5(range::VARCHAR) AS text FROM range(2_000_000)")
    (where,) = con.execute("SELECT current_setting('temp_directory')").fetchall()[0]
    assert any(Path(where).iterdir())
    return Path(where)


def test_what_memory_does_not_hold_nobody_else_can_read() -> None:
    con = memory()
    where = spill(con)
    assert where.is_relative_to(gettempdir())
    assert stat.S_IMODE(where.parent.stat().st_mode) == 0o700
    con.close()


def test_a_reader_reads_though_nothing_can_be_put_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with writer(tmp_path / "w.duckdb") as con:
        con.execute("CREATE TABLE report AS SELECT 1 AS n")
    monkeypatch.setattr("warehouse.connect._spill", None)
    monkeypatch.setattr("warehouse.connect.gettempdir", lambda: str(tmp_path / "none"))
    with reader(tmp_path / "w.duckdb") as con:
        assert con.execute("FROM report").fetchall() == [(1,)]
        assert con.execute("SELECT current_setting('temp_directory')").fetchall() == [("",)]
