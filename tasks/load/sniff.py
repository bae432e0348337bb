"""What a file is, from its content alone: encoding, format, platform. Its name and extension are never trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import UserError
from tasks.load.mapping import Mapping
from tasks.load.registry import FORMATS, Format, mappings
from tasks.load.source import Source

OTHER_FILES = (
    (rb"%PDF-", "is a PDF, not an export", "export the records as RIS instead"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8", "is a picture, not an export", ""),
    (rb"\xd0\xcf\x11\xe0", "is an old Office file (.xls, .doc)", "save it as .xlsx or CSV"),
    (rb"\x1f\x8b|BZh|7z\xbc\xaf|Rar!|\xfd7zXZ", "is a compressed archive", "unpack it first"),
    (rb"PK\x03\x04|PK\x05\x06", "is a zip archive, not an export", "unpack it first"),
    (rb"SQLite format 3", "is a SQLite database, not an export", ""),
    (rb"\{\\rtf", "is a Rich Text document, not an export", "export the records as RIS instead"),
)
WEB_PAGE = re.compile(r"\A\s*(?:<\?xml[^<>]*>\s*)?(?:<!--(?>[\s\S]*?-->)\s*)*+<(?:!doctype html|html)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Sniffed:
    """What a file turned out to be."""

    source: Source
    format: Format
    mapping: Mapping

    @property
    def platform(self) -> str:
        """The platform whose way of writing the format this is."""
        return self.mapping.platform


def sniff(path: Path, name: str | None = None) -> Sniffed:
    """Encoding, format and platform of the file at `path`; raises `UserError` where it is no export that can be read."""
    name = name or str(path)
    try:
        with path.open("rb") as file:
            head = file.read(1 << 12)
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror or error}", path=name) from error
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise UserError("is empty", path=name, hint="the download may have failed; export it again")
    for form in FORMATS:
        if form.matches(head):
            source = Source(path, name, "binary")
            return Sniffed(source, form, platform(form, form.first_text(source)))
    for pattern, message, hint in OTHER_FILES:
        if re.match(pattern, head):
            raise UserError(message, path=name, hint=hint)
    source = Source.of(path, name)
    if source.encoding.startswith("utf-8") and head.rstrip(b"\0").count(b"\0") * 100 > len(head):
        raise UserError("is binary, not an export", path=name)
    text = source.first_text()
    if page := WEB_PAGE.match(text):
        title = re.search(r"<title[^>]*>\s*([^<]{0,80})", text[page.start() :], re.IGNORECASE)
        says = f" that says “{' '.join(title[1].split())}”" if title and title[1].strip() else ""
        raise UserError(f"is a web page{says}, not an export", path=name, hint="the download failed; export it again")
    chosen, earliest = None, len(text)
    for form in FORMATS:
        match = form.find(text, earliest)
        if match and (chosen is None or match.start() < earliest):
            chosen, earliest = form, match.start()
    if chosen is None and "<!ENTITY" in text:
        raise UserError("declares XML entities, which no export does", path=name)
    if chosen is None:
        raise UserError(
            "is of no format that is known", path=name, hint=f"known are {', '.join(form.title for form in FORMATS)}"
        )
    return Sniffed(source, chosen, platform(chosen, text))


def platform(chosen: Format, text: str) -> Mapping:
    """The mapping of the platform that wrote `text` in this format: the first whose clue is in it, else the format's own."""
    known = mappings(chosen.mapped or chosen.name)
    if not known:
        raise UserError(f"the format {chosen.name} has no mapping: mappings/{chosen.name}.toml is missing")
    records = chosen.records(text)
    return next((mapping for mapping in known if mapping.wrote(text, records)), known[-1])
