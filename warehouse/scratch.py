"""Folders for a while: for their owner's eyes alone, gone with the block, and removed by the next of their kind where a death left them."""

from __future__ import annotations

import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from filelock import FileLock, Timeout

#: Held as long as the folder is in use; the system lets go of it when its process dies.
_LOCK = ".lock"
#: So young a folder may not be locked yet.
_SECONDS = 60.0


@contextmanager
def scratch_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A new folder in `parent`, its name beginning with `prefix`; those that a death left there are removed.

    Raises OSError where it cannot be made.
    """
    folder = Path(mkdtemp(dir=parent, prefix=prefix))
    held = FileLock(folder / _LOCK)
    try:
        with suppress(OSError, NotImplementedError):  # a disk that knows no locks
            held.acquire(timeout=0)
        _remove_abandoned(folder, prefix)
        yield folder
    finally:
        held.release()
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(own: Path, prefix: str) -> None:
    """Removes the owner's folders of this kind that nobody holds; others' are never touched, nor is what a link leads to."""
    user = own.lstat().st_uid
    for left in own.parent.glob(f"{prefix}*"):
        # Gone meanwhile, in use, or on a disk that knows no locks, where nothing tells that it is not: it is left.
        with suppress(OSError, NotImplementedError, Timeout):
            found = left.lstat()
            if left == own or found.st_uid != user or not stat.S_ISDIR(found.st_mode):
                continue
            if time.time() - found.st_mtime < _SECONDS:
                continue
            with FileLock(left / _LOCK, timeout=0):
                pass
            shutil.rmtree(left)
