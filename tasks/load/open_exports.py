"""The exports in a file: the file itself; of a message, those of its attachments or bodies that hold records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from schemas.errors import UserError
from tasks.load.message import Part, is_message, take_apart
from tasks.load.read import ExportReader, read

_FIRST_COUNTER = re.compile(r"^1[.:] ", re.MULTILINE)
_ONLY_LINKS = "holds no records that can be read"
_SWITCH = (
    "have the alert send RIS, or another export format, as an attachment; what it links to can be exported by hand"
)


@dataclass
class OpenedFile:
    """The exports of a file, each to be iterated once; `warnings`: what is to be said of the file as a whole."""

    readings: list[ExportReader] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        """The records of all of them, once they were read."""
        return sum(reading.found for reading in self.readings)


@contextmanager
def open_exports(path: Path, name: str | None = None) -> Iterator[OpenedFile]:
    """Opens the exports in the file at `path`; `name` is what messages call it.

    Raises UserError where the file is none that can be read, here or while one of them is iterated.
    """
    if not is_message(path):
        yield OpenedFile([read(path, name=name)])
        return
    name = name or str(path)
    with TemporaryDirectory(prefix="living-review-message-") as folder:
        yield _open_message(path, name, Path(folder))


def _open_message(path: Path, name: str, folder: Path) -> OpenedFile:
    try:
        message = take_apart(path.read_bytes())
    except UserError as error:
        raise UserError(error.message, path=name) from None
    opened = OpenedFile()
    for number, part in enumerate(message.attachments):
        try:
            opened.readings.append(_open_part(part, name, folder / str(number)))
        except UserError as error:
            opened.warnings.append(f"its attachment '{part.name}' is not read: {error.message}")
    if not opened.readings:
        opened.readings += _open_bodies(message.bodies, name, folder)
    if opened.readings:
        return opened
    if message.nothing_new and not message.attachments:
        opened.warnings.append("says that the search found nothing new")
        return opened
    why = f"; {'; '.join(opened.warnings)}" if opened.warnings else ""
    raise UserError(f"{_ONLY_LINKS}{why}", path=name, hint=_SWITCH)


def _open_bodies(bodies: list[Part], name: str, folder: Path) -> list[ExportReader]:
    """The first body that holds records, as a whole or from its first counted record on (PubMed's have an introduction)."""
    for number, body in enumerate(bodies):
        text = body.content.decode()
        counter = _FIRST_COUNTER.search(text)
        for place, tried in enumerate([text] + ([text[counter.start() :]] if counter else [])):
            part = Part(body.name, tried.encode())
            at = folder / f"body-{number}-{place}"
            try:
                if sum(batch.records.height for batch in _open_part(part, name, at)):
                    return [_open_part(part, name, at)]
            except UserError:
                continue
    return []


def _open_part(part: Part, name: str, at: Path) -> ExportReader:
    at.write_bytes(part.content)
    return read(at, name=f"{name}: {part.name}")
