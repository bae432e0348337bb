"""Files that are written for people: whole, or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path


def is_special(out: Path) -> bool:
    """Whether something is there that is no file, such as /dev/null or a pipe: it is written to and never replaced."""
    return out.exists() and not out.is_file()


def put(part: Path, out: Path) -> None:
    """Moves a finished file to where it was asked for, or its bytes where that is no file."""
    if is_special(out):
        with part.open("rb") as source, out.open("wb") as target:
            shutil.copyfileobj(source, target)
        part.unlink()
    else:
        part.replace(out)
