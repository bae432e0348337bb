"""What was wrong with a row that somebody handed in: said in one line, beside the rows that were read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.errors import UserError


@dataclass(frozen=True)
class Problem:
    """One line for the user. `name` is the file's name, `line` counts from 1 (None: the file as a whole).

    An `error` needs the user: what it speaks of does not count as it stands. A `warning` says how something was read.
    """

    name: str
    line: int | None
    message: str
    severity: Literal["error", "warning"] = "error"

    @property
    def is_about_judgements(self) -> bool:
        """Whether it is about what people decided or coded: what it says, and how many such lines there are, is not for everybody."""
        return self.name.startswith(("decisions/", "coding/")) or self.name == "ledger"

    def __str__(self) -> str:
        where = self.name if self.line is None else f"{self.name}:{self.line}"
        return f"{where}: {self.message}"


def problem_of(name: str, error: UserError) -> Problem:
    """The line for a file that was refused with this error, with the way out in brackets."""
    return Problem(name, error.line, error.message + (f" ({error.hint})" if error.hint else ""))
