"""The drop folders of a review: which files lie there, and what the notes beside them say.

    exports/<source>/…          exports of a source of the protocol
    decisions/<stage>/…         screening decisions (title-abstract, retrieval, full-text); decisions/… where the file says the stage
    coding/…                    REFI-QDA projects
    documents/…                 full texts of reports (PDF, DOCX, TXT)
    extraction/…                study characteristics
    appraisal/…                 answers to the checklist
    method/…                    what a method of synthesis beside themes and findings asks for (.xlsx, .csv, .toml)
    notices/…                   Retraction Watch's list (CSV)

Beside a file may lie `<file>.toml` with what its searcher knows: executed_at, window_from, window_to, hits, who,
strategy, note; and of decisions, where the file does not say them, stage and verdict; of QDA projects, positions and round. It may be
written later, and changed. Hidden files, unfinished downloads, and conflicted copies of a service that synchronises folders are left
alone.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from schemas import clock
from schemas.errors import UserError
from schemas.event import Content, Note, Positions
from schemas.problem import Problem
from schemas.protocol import STAGES
from warehouse.conflicted_copies import describe_copy, find_original
from warehouse.deliveries import end_of_day

FOLDERS = {
    "exports": Content.EXPORT,
    "decisions": Content.DECISIONS,
    "coding": Content.CODING,
    "documents": Content.DOCUMENT,
    "extraction": Content.CHARACTERISTICS,
    "appraisal": Content.APPRAISAL,
    "method": Content.METHOD,
    "notices": Content.NOTICES,
}
UNFINISHED = {".part", ".partial", ".crdownload", ".download", ".opdownload", ".tmp", ".filepart"}
_TEXTS = ("who", "strategy", "note")
#: In method/ a .toml may be a delivery itself; what is named like a file with one of these endings is the note beside it.
_ANNOTATED = {".xlsx", ".xlsm", ".csv", ".tsv", ".txt", ".toml"}
_IGNORED = ("readme.md", "readme.txt", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r")


class NoteText(BaseModel):
    """What `<file>.toml` may say of a file; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid")

    executed_at: date | datetime | None = None
    window_from: date | None = None
    window_to: date | None = None
    hits: int | None = Field(default=None, ge=0)
    who: str | None = None
    strategy: str | None = None
    note: str | None = None
    stage: Literal["title-abstract", "retrieval", "full-text"] | None = None
    verdict: Literal["include", "exclude", "maybe", "not-retrieved"] | None = None
    positions: Positions | None = None
    round: int | None = Field(default=None, ge=2, le=99)

    @model_validator(mode="after")
    def _window_runs_forward(self) -> NoteText:
        if self.window_from and self.window_to and self.window_from > self.window_to:
            raise ValueError(f"window_from {self.window_from} is after window_to {self.window_to}")
        if self.executed_at and end_of_day(self.executed_at).date() > clock.today() + timedelta(days=1):
            raise ValueError(f"executed_at {self.executed_at} has not come yet")
        return self


@dataclass(frozen=True)
class DroppedFile:
    """A file in a drop folder. `name`: its path in the review's folder, with '/'. `folder`: the first folder inside the drop
    folder, None where it lies in none: of exports the source, of decisions the stage."""

    path: Path
    name: str
    content: Content
    folder: str | None

    @property
    def stage(self) -> str | None:
        """The screening stage that the folder of a decisions file says."""
        return self.folder if self.content is Content.DECISIONS and self.folder in STAGES else None


@dataclass
class DropFolders:
    """What lies in the drop folders: `files`; `notes` by the name of the file that each is about; and what lies there and is
    none, or cannot be looked into."""

    files: list[DroppedFile] = field(default_factory=list)
    notes: dict[str, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def list_drop_folders(root: Path) -> DropFolders:
    """Every file and note in the drop folders of the review at `root`, in order; links are followed. Nothing is read."""
    found = DropFolders()
    for folder, content in FOLDERS.items():
        for path in _walk(root / folder, root, found.problems, ()):
            name, inside = path.relative_to(root).as_posix(), path.relative_to(root / folder).parts[:-1]
            if path.name.lower() in _IGNORED:
                continue
            original = find_original(path.name)
            if original is not None:
                found.problems.append(describe_copy(name, original))
            elif path.suffix == ".toml" and not (
                content is Content.METHOD and Path(path.stem).suffix.lower() not in _ANNOTATED
            ):
                found.notes[name.removesuffix(".toml")] = path
            elif path.suffix.lower() in UNFINISHED:
                found.problems.append(Problem(name, None, "looks like an unfinished download; it is left alone"))
            else:
                found.files.append(DroppedFile(path, name, content, inside[0] if inside else None))
    return found


def read_note(path: Path, about: str, sha256: str) -> Note:
    """The note in a file, about the file of that name. Raises UserError where it is no note, or says what it may not."""
    try:
        text = NoteText.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"is not valid TOML: {error}") from None
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror or error}") from None
    except ValidationError as error:
        raise _wrong_note(error.errors()) from None
    known = text.model_dump(exclude_none=True)
    if text.executed_at is not None:
        known["executed_at"] = end_of_day(text.executed_at)
    return Note(name=about, sha256=sha256, **known)


def _wrong_note(mistakes: list[ErrorDetails]) -> UserError:
    """What is wrong with a note, in one line: a key that is misspelt first, since it says most."""
    first = min(mistakes, key=lambda mistake: mistake["type"] != "extra_forbidden")
    if not first["loc"]:
        return UserError(f"cannot be so: {first['msg'].removeprefix('Value error, ')}")
    key = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key.lower(), NoteText.model_fields, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"it may hold: {', '.join(NoteText.model_fields)}"
        return UserError(f"has a key '{key}', which no note has", hint=hint)
    if first["type"] == "literal_error":
        wanted = f"one of {first['ctx']['expected']}"
    elif key == "hits":
        wanted = "a whole number, 0 or more"
    else:
        wanted = "text in quotation marks" if key in _TEXTS else "a date, as 2020-01-31"
    return UserError(f"has a wrong '{key}': {first['input']!r} is not {wanted}")


def _walk(folder: Path, root: Path, problems: list[Problem], above: tuple[Path, ...]) -> Iterator[Path]:
    """The files below a folder; `above`: the folders on the way, so that a link to one of them is not followed."""
    if not folder.exists():
        return
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        name = folder.relative_to(root).as_posix()
        problems.append(Problem(name, None, f"cannot be looked into: {error.strerror or error}"))
        return
    if not inside and above and re.fullmatch(r"\.[A-Za-z]{2,5}", folder.suffix):
        problems.append(
            Problem(folder.relative_to(root).as_posix(), None, "is an empty folder with the name of a file")
        )
    above = (*above, folder.resolve())
    for path in inside:
        if path.name.startswith((".", "~$")):
            continue
        if path.is_dir():
            if path.resolve() not in above:
                yield from _walk(path, root, problems, above)
        elif path.is_file():
            yield path
        else:
            what = "is a link to a file that is not there" if path.is_symlink() else "is no file that can be read"
            problems.append(Problem(path.relative_to(root).as_posix(), None, what))
