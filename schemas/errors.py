"""Errors that are the user's to mend: one clear line, never a traceback."""

from __future__ import annotations

from pathlib import Path


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
