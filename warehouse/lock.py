"""One writer at a time: a lock on the review that says who holds it, and that a crash releases."""

from __future__ import annotations

import errno
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from schemas.errors import IN_THE_WAY, UserError
from warehouse.sharing import SHARE

_READ_ONLY = (
    "nothing can be written there: run it where the folder is not read-only; status, sql, prisma and verify only read"
)


@contextmanager
def lock(root: Path, doing: str, *, reading: bool = False) -> Iterator[None]:
    """Holds the review's lock while the block runs. Raises UserError, naming the holder, where another process has it.

    `reading`: the block only reads; then a folder in which nothing can be written needs no lock.
    """
    path, holder = root / ".lock", root / ".lock-holder.json"
    held = FileLock(path)
    try:
        held.acquire(timeout=0)
    except Timeout:
        raise UserError(
            f"another run is writing this review: {_holder(holder)}", path=root, hint="try again when it has ended"
        ) from None
    except OSError as error:
        if reading and error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            yield
            return
        hint = SHARE if error.errno in (errno.EACCES, errno.EPERM) else ""
        hint = _READ_ONLY if error.errno == errno.EROFS else hint
        hint = "move that away, then run again" if error.errno in IN_THE_WAY else hint
        raise UserError(f"cannot be locked: {error.strerror or error}", path=path, hint=hint) from None
    try:
        about = {
            "doing": doing,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        with suppress(OSError):  # who holds it is a courtesy; the lock holds all the same
            holder.write_text(json.dumps(about), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        held.release()


def _holder(path: Path) -> str:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return f"{held['doing']}, process {held['pid']} on {held['host']}, since {held['since']}"
    except (ValueError, KeyError, OSError):
        return "it has not said who it is yet"
