"""Files that are written for people: whole, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from schemas.errors import not_written


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


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """A path to write to in place of `out`, which is replaced when all was written, and stays as it was when not.

    Raises UserError where nothing can be written there.
    """
    try:
        with TemporaryDirectory(dir=None if is_special(out) else out.parent, prefix=".writing-") as folder:
            part = Path(folder) / out.name
            yield part
            put(part, out)
    except OSError as error:
        raise not_written(out, error) from None
