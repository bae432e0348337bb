"""Snapshots: every byte that came from outside, under its SHA-256, never changed. What they are is in the log.

A snapshot is one file, `<aa>/<sha256>`, written beside its place and moved there whole: a crash leaves it or nothing.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from schemas.errors import NO_ROOM, UserError, not_written

_CHUNK = 1 << 20


class Snapshots:
    """The store of one review."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the bytes of this hash lie."""
        return self.root / sha256[:2] / sha256

    def add(self, content: Path | bytes, *, name: str) -> tuple[str, int]:
        """Keeps a file's bytes; returns their SHA-256 and how many they are. The same bytes are kept once.

        `name` is what messages call the file. Raises UserError where it cannot be read or the store cannot be written.
        """
        temporary: Path | None = None
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.root, prefix=".incoming-", delete=False) as file:
                temporary = Path(file.name)
                sha256, size = _copy(content, file)
                file.flush()
                os.fsync(file.fileno())
            kept = self.path(sha256)
            kept.parent.mkdir(exist_ok=True)
            if not kept.exists():
                temporary.chmod(0o444)
                temporary.replace(kept)
                _sync_folder(kept.parent)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise not_written(self.root, error) from None
            raise UserError(f"cannot be kept: {error.strerror or error}", path=name) from None
        finally:
            if temporary is not None:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
        return sha256, size

    def check(self, sha256: str, *, name: str) -> None:
        """Raises UserError where the bytes are gone or no longer those that came in. `name`: what messages call the file."""
        path = self.path(sha256)
        if not path.is_file():
            raise UserError(f"the bytes of '{name}' are missing", path=path, hint="restore snapshots/ from a backup")
        try:
            found = digest(path)
        except OSError as error:
            raise UserError(f"the bytes of '{name}' cannot be read: {error.strerror or error}", path=path) from None
        if found != sha256:
            raise UserError(f"the bytes of '{name}' were changed", path=path, hint="restore it from a backup")

    def list_hashes(self) -> Iterator[str]:
        """The SHA-256 of every snapshot."""
        return (path.name for path in self.root.glob("??/*") if len(path.name) == 64)

    def remove_unfinished(self) -> None:
        """Deletes the unfinished files of runs that died."""
        for path in self.root.glob(".incoming-*"):
            path.unlink(missing_ok=True)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(content: Path | bytes, to: IO[bytes]) -> tuple[str, int]:
    found, size = hashlib.sha256(), 0
    if isinstance(content, bytes):
        to.write(content)
        return hashlib.sha256(content).hexdigest(), len(content)
    with content.open("rb") as source:
        while chunk := source.read(_CHUNK):
            found.update(chunk)
            size += len(chunk)
            to.write(chunk)
    return found.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    with suppress(OSError, AttributeError):  # Windows cannot open a folder
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
