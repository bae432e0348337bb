"""Open a REFI-QDA file without trusting it: bounded reads, nothing unpacked to disk, XML without a DTD."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any

from lxml import etree

from schemas.errors import UserError
from tasks.archives import UNREADABLE

MAX_XML = 500_000_000
MAX_TEXT = 100_000_000
MAX_TOTAL_TEXT = 1_000_000_000
MAX_MEMBERS = 100_000
#: Deflate does not go beyond about 1,032 to 1; text packs 2 to 20 to 1. Only large members are judged by it.
MAX_RATIO = 200
_JUDGED_FROM = 10_000_000

Element = Any


@dataclass
class QdaArchive:
    """An opened .qdpx. `xml` is the project file's bytes; texts are read by the paths that the project gives."""

    name: str
    xml: bytes
    _zip: zipfile.ZipFile
    _by_name: dict[str, list[zipfile.ZipInfo]]
    _budget: int = MAX_TOTAL_TEXT

    def __enter__(self) -> QdaArchive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def text(self, path: str) -> str | None:
        """The text file that a plainTextPath names, decoded, without a BOM; None where the project does not carry it.

        `internal://x.txt` and a bare `x.txt` mean sources/x.txt, in whatever case; other schemes lie outside the file.
        """
        scheme, separator, rest = path.partition("://")
        if separator and scheme.lower() != "internal":
            return None
        members = self._by_name.get(PurePosixPath(rest if separator else path).name.casefold(), [])
        if len(members) != 1:
            return None
        data = _read(self._zip, members[0], MAX_TEXT, self.name)
        self._budget -= len(data)
        if self._budget < 0:
            raise UserError("its texts unpack to more than 1 GB; refused", path=self.name)
        return decode_text(data)


def open_archive(path: Path, name: str) -> QdaArchive:
    """Open a .qdpx. Raises `UserError` where it is no zip, is cut off, hides a bomb or a path trick, has no project."""
    try:
        archive = zipfile.ZipFile(path)
    except UNREADABLE as error:
        raise UserError(f"is no REFI-QDA project: {_describe_other_file(path, error)}", path=name) from error
    try:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise UserError(f"holds {len(members):,} files; refused", path=name)
        for member in members:
            parts = PurePosixPath(member.filename.replace("\\", "/")).parts
            if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in member.filename.split("/")[0]:
                raise UserError(
                    f"holds a file with a path that leads elsewhere ({member.filename!r}); refused", path=name
                )
        by_name: dict[str, list[zipfile.ZipInfo]] = defaultdict(list)
        for member in members:
            if not member.is_dir() and not member.filename.startswith("__MACOSX/"):
                by_name[PurePosixPath(member.filename).name.casefold()].append(member)
        projects = [infos for key, infos in by_name.items() if key == "project.qde"] or [
            infos for key, infos in by_name.items() if key.endswith(".qde")
        ]
        if len(projects) != 1 or len(projects[0]) != 1:
            raise UserError(
                "holds no project.qde"
                if not projects
                else "holds more than one project file; which one counts is unclear",
                path=name,
            )
        return QdaArchive(name, _read(archive, projects[0][0], MAX_XML, name), archive, by_name)
    except BaseException:
        archive.close()
        raise


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int, name: str) -> bytes:
    ratio = member.file_size / max(member.compress_size, 1)
    if member.file_size > limit or (member.file_size > _JUDGED_FROM and ratio > MAX_RATIO):
        raise UserError(f"{member.filename!r} unpacks to {member.file_size:,} bytes; refused", path=name)
    try:
        with archive.open(member) as stream:
            # The size in the directory is the writer's claim; zipfile stops there, and its CRC check finds the rest.
            return stream.read(limit + 1)
    except UNREADABLE as error:
        raise UserError(f"{member.filename!r} cannot be read: {error}", path=name, hint="export it again") from error


def _describe_other_file(path: Path, error: Exception) -> str:
    try:
        with path.open("rb") as stream:
            beginning = stream.read(8)
    except OSError:
        return str(error)
    if not beginning:
        return "it is empty"
    if beginning.startswith(b"%PDF"):
        return "it is a PDF"
    if beginning.startswith(b"PK"):
        return "the archive is cut off or damaged; export it again"
    return "it is no zip archive"


def decode_text(data: bytes) -> str:
    """A project's plain text: UTF-8 by the standard; UTF-16 by its BOM; cp1252 where neither fits."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def parse_xml(data: bytes, root_name: str, name: str) -> Element:
    """The root element, in whichever namespace. Raises `UserError` for a DTD, broken XML, or another root."""
    for encoding in ("ascii", "utf-16-le", "utf-16-be"):
        if "<!DOCTYPE".encode(encoding) in data or "<!ENTITY".encode(encoding) in data:
            raise UserError("its XML declares a document type or entities; refused", path=name)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.position[0] or None
        message = " ".join(str(error.msg).split()).split(" , line ")[0]
        raise UserError(f"its XML is broken: {message}", path=name, line=line, hint="export it again") from None
    except ValueError as error:
        raise UserError(f"its XML cannot be read: {' '.join(str(error).split())}", path=name) from None
    if local(root) != root_name:
        raise UserError(f"its root element is {local(root)}, not {root_name}", path=name)
    return root


def local(element: Element) -> str:
    """An element's name without its namespace; '' for a processing instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Element | None, *names: str) -> list[Element]:
    """The children of these names, in order; all elements where no name is given."""
    if element is None:
        return []
    return [child for child in element if local(child) and (not names or local(child) in names)]


def child(element: Element | None, name: str) -> Element | None:
    """The first child of this name."""
    return next(iter(children(element, name)), None)


def text_of(element: Element | None, name: str) -> str | None:
    """The text of the first child of this name, or None where there is none or it is blank."""
    element_found = child(element, name)
    text = None if element_found is None else "".join(element_found.itertext())
    return text if text and text.strip() else None


def guid(value: str | None) -> str:
    """A GUID in one spelling: lower case, without braces."""
    return (value or "").strip().strip("{}").lower()


def integer(text: str | None) -> int | None:
    """An attribute as a whole number, or None."""
    try:
        return int(text or "")
    except ValueError:
        return None


def parse_datetime(text: str | None) -> datetime | None:
    """An xsd:dateTime as UTC; one without an offset is taken as UTC."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
