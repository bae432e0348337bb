"""Bring in: files that an analyst hands over on the command line, taken in and published at once.

Each is put into its drop folder, as if the analyst had: the next update finds it there. Nothing is searched.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import UserError
from schemas.event import Content
from tasks.review.publish import write_file
from tasks.review.steps import Steps
from tasks.review.update import UpdateResult, refresh
from tasks.synthesise.coding_file import is_mapping
from tasks.synthesise.document_file import is_newer_state
from warehouse.dropfolder import FOLDERS
from warehouse.review import Review
from warehouse.snapshots import digest

_FOLDER = {content: folder for folder, content in FOLDERS.items()}


@dataclass(frozen=True)
class IncomingFile:
    """A file to bring in, what it is, who hands it over, of codings at which time their coders made them, and what it is called, where
    its path says something else."""

    path: Path
    content: Content
    who: str | None = None
    round: int | None = None
    called: str = ""

    @property
    def name(self) -> str:
        """The name under which it comes in."""
        return f"{_FOLDER[self.content]}/{self.called or self.path.name}"


def bring_in(review: Review, files: Sequence[IncomingFile], trigger: str, steps: Steps) -> UpdateResult:
    """Puts the files into their drop folders, and refreshes the review.

    Raises UserError where a file cannot be copied, or another run is writing.
    """
    for file in files:
        put_file(review, file)
    return refresh(review, trigger, steps)


def put_file(review: Review, file: IncomingFile) -> Path:
    """Puts a file into its drop folder; returns where. Raises UserError where it cannot be copied."""
    try:
        target = _choose_target(review.root / file.name, file)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or digest(target) != digest(file.path):
            write_file(target, file.path.read_bytes())  # whole: an update may be looking
        _add_to_note(target, {"who": file.who, "round": file.round})
    except OSError as error:
        raise UserError(f"cannot be brought in: {error.strerror or error}", path=file.path) from None
    return target


def _choose_target(target: Path, file: IncomingFile) -> Path:
    """Where the file goes in its drop folder. Codings go beside another one of its name, since the name says nothing; and full
    texts, unless they are a newer state of the one that lies there."""
    if file.content is Content.DOCUMENT:
        if not target.exists() or is_newer_state(file.path, target.name, target, target.name):
            return target
    elif file.content is not Content.CODING or is_mapping(file.path, file.path.name):
        return target
    number, free = 1, target
    while free.exists() and digest(free) != digest(file.path):
        number += 1
        free = target.with_name(f"{target.stem} ({number}){target.suffix}")
    return free


def _add_to_note(target: Path, said: Mapping[str, str | int | None]) -> None:
    """Adds what is said to the note beside a file, but for what the note says already."""
    note = target.with_name(f"{target.name}.toml")
    text = note.read_text(encoding="utf-8") if note.exists() else ""
    try:
        known = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # the mistake is reported when the note is read
    lines = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in said.items()
        if value is not None and key not in known
    ]
    if lines:
        start = "" if not text or text.endswith("\n") else "\n"
        write_file(note, f"{text}{start}{chr(10).join(lines)}\n".encode())
