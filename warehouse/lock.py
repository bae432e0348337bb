"""One writer at a time: a lock on the review that says who holds it, and that a crash releases."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from schemas.errors import UserError


@contextmanager
def lock(root: Path, doing: str) -> Iterator[None]:
    """Holds the review's lock while the block runs. Raises UserError, naming the holder, where another process has it."""
    path = root / ".lock"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"another run is writing this review: {_holder(path)}", path=root, hint="try again when it has ended"
            ) from None
        file.seek(0)
        file.truncate()
        json.dump(
            {
                "doing": doing,
                "pid": os.getpid(),
                "host": socket.gethostname(),
                "since": datetime.now(UTC).isoformat(timespec="seconds"),
            },
            file,
        )
        file.flush()
        try:
            yield
        finally:
            file.seek(0)
            file.truncate()
            fcntl.flock(file, fcntl.LOCK_UN)


def _holder(path: Path) -> str:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return f"{held['doing']}, process {held['pid']} on {held['host']}, since {held['since']}"
    except (ValueError, KeyError, OSError):
        return "it has not said who it is yet"
