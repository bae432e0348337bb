"""What the places that feed sources share: files taken from outside are put into a source's drop folder, whole or not at all,
and collected there like those that people put there."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeVar

from schemas.errors import not_written
from schemas.problem import Problem

Result = TypeVar("Result")
MOST_BYTES = 512 << 20
"""Of one file or message."""


class FeedError(Exception):
    """A place could not be looked into; the text is one line, without passwords."""


@dataclass
class FeedAnswer:
    """What looking into a place came to. `reason`: why not all of it could be looked into; empty where all could."""

    taken: list[str] = field(default_factory=list)
    reason: str = ""
    problems: list[Problem] = field(default_factory=list)
    version: int | None = None


def put_file(root: Path, name: str, content: bytes, *, modified: float | None = None) -> None:
    """Puts a file under its name into the review at `root`. Raises UserError where it cannot be written."""
    target = root / name
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        if modified is not None:
            os.utime(part, (modified, modified))
        part.replace(target)
    except OSError as error:
        raise not_written(target, error) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def safe_name(path: str) -> str | None:
    """A path inside a place, as it may be inside a drop folder; None for one that leads out of it or is hidden."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    if not parts or any(part in ("..", "/") or part.startswith((".", "~$")) for part in parts):
        return None
    return "/".join(re.sub(r'[<>:"|?*\x00-\x1f]', "_", part) for part in parts)


def within(seconds: float, work: Callable[[], Result], place: str) -> Result:
    """The result of work that may hang: it is waited for so long, then left alone. Raises FeedError then, and what `work` raises."""
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True, name=f"feed {place}")
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise FeedError(f"did not answer within {seconds:g} s")
    return results[0]


def one_line(error: BaseException, *secrets: str) -> str:
    """An error in one line, free of secrets."""
    text = " ".join(str(error).split()) or type(error).__name__
    for secret in secrets:
        text = text.replace(secret, "***") if secret else text
    return text[:200]
