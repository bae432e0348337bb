"""One writer at a time, who says who it is; a crash leaves no lock behind."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from schemas.errors import UserError
from warehouse.lock import lock

HOLDER = """
import sys, time
from pathlib import Path
from warehouse.lock import lock
with lock(Path(sys.argv[1]), "update (schedule)"):
    print("held", flush=True)
    time.sleep(600)
"""
ROOT = Path(__file__).parents[3]


@contextmanager
def held(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_the_second_is_told_who_the_first_is(tmp_path: Path) -> None:
    with (
        held(tmp_path) as process,
        pytest.raises(UserError, match=rf"update \(schedule\), process {process.pid} on .*, since 20") as error,
        lock(tmp_path, "rebuild"),
    ):
        pass
    assert "\n" not in str(error.value)


def test_a_crash_releases_it(tmp_path: Path) -> None:
    with held(tmp_path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with lock(tmp_path, "update"):
            pass


def test_a_mistake_inside_releases_it_too(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), lock(tmp_path, "update"):
        _ = 1 / 0
    with lock(tmp_path, "update"):
        pass
    assert (tmp_path / ".lock").read_text() == ""


def test_it_is_the_review_that_is_locked(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with lock(tmp_path / "one", "update"), lock(tmp_path / "two", "update"):
        pass


def test_where_nothing_can_be_written_reading_needs_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("warehouse.lock.FileLock.acquire", refuse)
    with lock(tmp_path, "verify", reading=True):
        pass
    refused = r"cannot be locked: Read-only file system \(nothing can be written there: run it where"
    with pytest.raises(UserError, match=refused), lock(tmp_path, "update"):
        pass


def test_a_folder_in_the_locks_place_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / ".lock").mkdir()
    with pytest.raises(UserError, match=r"\.lock: cannot be locked: .*move that away"), lock(tmp_path, "test"):
        pass
