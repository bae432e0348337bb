"""Release folders: releases/<number>/, written whole, never again, and read by what their release.json says."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from schemas.errors import UserError, not_written
from schemas.event_release import ReleaseWritten
from warehouse.log import Entry
from warehouse.review import Review

SUMS = "SHA256SUMS"
ABOUT = "release.json"
REPORTING = "reporting.json"
_READ_ONLY = 0o444


@dataclass(frozen=True)
class ReleasedFile:
    """A file of a release, by its name in the folder ('parquet/record.parquet')."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class ReleaseFolder:
    """A release as its release.json says.

    `previous`: the release before it, which changes.csv compares with; None for the first. `as_of`: the log's last event that it
    covers; `program`: the basis of the program that wrote it; `withheld`: kinds of texts that stayed out; `files`: all but
    release.json itself and the checksums.
    """

    number: int
    folder: Path
    title: str
    released_at: datetime
    previous: int | None
    as_of: int
    program: str
    withheld: tuple[str, ...]
    included_reports: int
    included_studies: int
    files: tuple[ReleasedFile, ...]

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(file.bytes for file in self.files)

    def as_data(self) -> dict[str, Any]:
        """What release.json holds."""
        data = asdict(self) | {"released_at": self.released_at.isoformat()}
        del data["folder"]
        return data


def folder_of(review: Review, number: int) -> Path:
    """Where the release of this number lies, or would."""
    return review.root / "releases" / str(number)


def list_releases(review: Review) -> list[ReleaseFolder]:
    """The releases that lie there and can be read, by number."""
    found = []
    for folder in _folders(review):
        with suppress(UserError):
            found.append(read_release(folder))
    return found


def list_numbers(review: Review) -> list[int]:
    """The numbers of all releases that lie there, whatever is in them."""
    return [int(folder.name) for folder in _folders(review)]


def list_gone(review: Review) -> list[int]:
    """The numbers of the releases that were written, by the log, and lie there no longer."""
    written = {
        entry.event.number for entry in review.log.entries(ReleaseWritten) if isinstance(entry.event, ReleaseWritten)
    }
    return sorted(written.difference(list_numbers(review)))


def _folders(review: Review) -> list[Path]:
    try:
        folders = [path for path in (review.root / "releases").iterdir() if re.fullmatch(r"[1-9][0-9]*", path.name)]
    except OSError:
        return []
    return sorted(folders, key=lambda path: int(path.name))


def find_folder(review: Review, number: int) -> Path:
    """The folder of the release of this number. Raises UserError where there is none, and says whether there was one."""
    folder = folder_of(review, number)
    if folder.is_dir():
        return folder
    if written := [entry.at for entry in _list_notes(review, number)]:
        raise UserError(
            f"release {number} was written on {written[-1]:%Y-%m-%d}, and is gone", path=folder,
            hint=f"restore it from a backup; living-review release --as-of {number} writes it again",
        )  # fmt: skip
    there = ", ".join(map(str, list_numbers(review))) or "none"
    raise UserError(f"there is no release {number}", path=review.root, hint=f"releases: {there}")


def read_release(folder: Path) -> ReleaseFolder:
    """What a release says of itself. Raises UserError where it cannot be read, or lies under another release's name."""
    path = folder / ABOUT
    try:
        known = {field.name for field in fields(ReleaseFolder)}  # a newer program may have more to say
        data = {name: value for name, value in json.loads(path.read_text(encoding="utf-8")).items() if name in known}
        released = ReleaseFolder(
            folder=folder,
            files=tuple(ReleasedFile(**file) for file in data.pop("files")),
            released_at=datetime.fromisoformat(data.pop("released_at")),
            withheld=tuple(data.pop("withheld")),
            **data,
        )
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", path=path) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserError("is not what a release says of itself: it is damaged", path=path) from None
    if str(released.number) != folder.name:
        raise UserError(f"says that it is release {released.number}", path=path, hint="a release keeps its name")
    return released


def hash_files(folder: Path) -> list[ReleasedFile]:
    """All files in a folder, by name."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return [ReleasedFile(name, (folder / name).stat().st_size, _sha256(folder / name)) for name in names]


def note_release(review: Review, number: int, fresh: Path) -> None:
    """Notes in the log what was written into a folder that is about to take its name, so that a release is told from one whose checksums
    were written anew as well."""
    review.log.append(ReleaseWritten(number=number, sha256=_sha256(fresh / ABOUT)), "release")


def _list_notes(review: Review, number: int) -> list[Entry]:
    """The events about each time that a release of this number was written."""
    entries = review.log.entries(ReleaseWritten)
    return [entry for entry in entries if isinstance(entry.event, ReleaseWritten) and entry.event.number == number]


def is_noted(review: Review, folder: Path) -> bool:
    """Whether the log knows a release by its release.json; also where it knows none of that number, as of one that an older program
    wrote. Raises OSError where there is no release.json."""
    known = {
        entry.event.sha256 for entry in _list_notes(review, int(folder.name)) if isinstance(entry.event, ReleaseWritten)
    }
    return not known or _sha256(folder / ABOUT) in known


def find_damage(review: Review, number: int) -> list[str]:
    """A line for each file of a release that is missing, another, or too many, by checksums, release.json and the log; none where all is
    as it was."""
    folder = folder_of(review, number)
    try:
        return _find_damage(folder) or (
            [] if is_noted(review, folder) else [f"{ABOUT} is not the one that was written, by the log"]
        )
    except UserError as error:
        return [str(error)]


def _find_damage(folder: Path) -> list[str]:
    """The same by what lies in the folder alone."""
    try:
        about = read_release(folder)
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
        summed = {name: sha256 for sha256, name in (line.split("  ", 1) for line in lines)}
    except UserError as error:
        return [str(error)]
    except (OSError, ValueError) as error:
        return [f"{folder / SUMS}: cannot be read: {error}"]
    try:
        there = {file.name: file for file in hash_files(folder)}
    except OSError as error:
        return [f"{error.filename}: cannot be read: {error.strerror}"]
    said = {file.name: file.sha256 for file in about.files}
    expected = said | {ABOUT: summed.get(ABOUT, "")}
    found = []
    for name in sorted(expected.keys() | there.keys() - {SUMS}):
        if name not in there:
            found.append(f"{name} is missing")
        elif name not in expected:
            found.append(f"{name} was not part of it")
        elif there[name].sha256 != expected[name]:
            found.append(f"{name} is not what was released")
    if summed != expected:
        found.append(f"{SUMS} and {ABOUT} do not say the same")
    return found


@contextmanager
def new_release(review: Review, number: int) -> Iterator[Path]:
    """A folder to write a release into; when the block ends it is flushed to the disk, made read-only, and takes its name.

    Whatever goes wrong, nothing is left that looks like a release. Raises UserError where it cannot be written. The caller holds
    the review's lock.
    """
    target = folder_of(review, number)
    fresh = target.with_name(f".{number}.{os.getpid()}")
    try:
        target.parent.mkdir(exist_ok=True)
        remove_unfinished_releases(review)
        fresh.mkdir()
        yield fresh
        for path in [*fresh.rglob("*"), fresh]:
            if path.is_file():
                path.chmod(_READ_ONLY)
            _sync(path)
        fresh.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise not_written(target, error) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def remove_unfinished_releases(review: Review) -> None:
    """Removes what runs that died left half written. The caller holds the review's lock."""
    for left in (review.root / "releases").glob(".*.*"):
        shutil.rmtree(left, ignore_errors=True)


def write_sums(folder: Path) -> None:
    """Writes SHA256SUMS over all files of the folder; `sha256sum -c` reads it."""
    lines = [f"{file.sha256}  {file.name}\n" for file in hash_files(folder)]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    with suppress(OSError):  # where folders cannot be synced (Windows)
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
