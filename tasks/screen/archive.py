"""Zip archives from outside, looked into in memory: nothing is unpacked to disk, and what is built to harm is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from schemas.errors import UserError
from tasks.archives import UNREADABLE

MEMBERS = 2_000
UNPACKED = 1 << 29
"""Bytes that the members of an archive may come to, all together."""
RATIO = 200
"""How many times its packed size a member may come to; databases of text pack to about a fifth."""
SMALL = 1 << 16
"""Members below this size may pack as they like: zeros pack to almost nothing."""


class Archive:
    """An archive in memory. Raises `UserError` for one that is damaged, too big, or has members with unsafe paths."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            members = self._zip.infolist()
        except UNREADABLE as error:
            raise UserError(f"is a damaged archive ({error})", path=name, hint="export it again") from None
        size = sum(member.file_size for member in members)
        if len(members) > MEMBERS or size > UNPACKED:
            raise UserError(f"unpacks to {size >> 20} MB in {len(members)} parts, too much for a project", path=name)
        for member in members:
            parts = PurePosixPath(member.filename.replace("\\", "/")).parts
            if ".." in parts or parts[:1] == ("/",) or ":" in member.filename[:2]:
                raise UserError("holds a part whose path leads out of it, as no project does", path=name)
            if member.file_size > max(member.compress_size * RATIO, SMALL):
                raise UserError("holds a part that unpacks to far more than a project's, and was not opened", path=name)
        self.members = [member.filename for member in members if not member.is_dir()]
        if len(self.members) != len(set(self.members)):
            raise UserError("holds two parts of one name, as no project does", path=name)

    def read(self, member: str) -> bytes:
        """The bytes of a member. Raises `UserError` where they are damaged, or more than the archive says."""
        limit = self._zip.getinfo(member).file_size
        try:
            with self._zip.open(member) as file:
                data = file.read(limit + 1)
        except UNREADABLE as error:
            raise UserError(
                f"is a damaged archive ({member}: {error})", path=self.name, hint="export it again"
            ) from None
        if len(data) != limit:
            raise UserError(f"is a damaged archive ({member} is not of the size that it states)", path=self.name)
        return data
