"""Errors that are the user's to mend: one clear line, never a traceback."""

from __future__ import annotations

import errno
from pathlib import Path

#: What a disk without room says, or one whose quota is used up.
NO_ROOM = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))

#: What is said where a folder is in a file's place, or a file in a folder's.
IN_THE_WAY = (errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY)


class UserError(Exception):
    """What went wrong, where, and the way out. The command line prints `str(error)` and exits with `exit_code`.

    `path` and `line` (1-based) say where; `hint` says what to do next.
    """

    exit_code = 2

    def __init__(
        self, message: str, *, path: Path | str | None = None, line: int | None = None, hint: str = ""
    ) -> None:
        self.message, self.path, self.line, self.hint = message, path, line, hint
        where = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
        super().__init__(f"{where}{message}" + (f" ({hint})" if hint else ""))


def not_written(path: Path | str, error: OSError, *, hint: str = "") -> UserError:
    """What to say of a file that could not be written: that the disk, or a quota on it, is full; that something is in its way."""
    if error.errno in NO_ROOM:
        way_out = "; ".join(filter(None, ("free some space, then run again", hint)))
        return UserError("cannot be written: the disk is full", path=path, hint=way_out)
    if error.errno in IN_THE_WAY:
        text = "cannot be written: a folder or file of another kind lies where it, or its folder, belongs"
        return UserError(text, path=path, hint="move that away, then run again")
    return UserError(f"cannot be written: {error.strerror or error}", path=path, hint=hint)
