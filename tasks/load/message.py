"""A message (.eml) as a file of exports: which of its attachments and bodies may hold records, taken apart within limits.

Alerts of databases send records as attachments, or in the body; the body is looked at only where no attachment holds
records, since it repeats them. What a message holds depends on its bytes alone.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

from lxml import etree, html

from schemas.errors import UserError
from tasks.archives import UNREADABLE

MOST_PARTS = 200
MOST_BYTES = 256 << 20
"""That a message may hold, unpacked."""
MOST_DEPTH = 4
"""Of messages and archives within each other."""

_HEADERS = re.compile(rb"\A(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?(?:\n|\Z)")
_OF_A_MESSAGE = (rb"^from:", rb"^(?:message-id|mime-version|received|date|delivered-to):")
_NO_RECORDS = (
    "image/",
    "video/",
    "audio/",
    "text/calendar",
    "application/pgp-signature",
    "application/pkcs7-signature",
)
_BLOCKS = {"p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "pre", "blockquote"}
_NOTHING_NEW = re.compile(
    r"\b(?:no|zero|0)\s+(?:new\s+|matching\s+)*(?:results?|records?|documents?|articles?|citations?|items?|matches|hits)\b"
    r"|\bnothing new\b|\bno updates?\b|\b(?:did|has|have|were) not (?:find|found|retrieve|return)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Part:
    """Something in a message that may hold records: its name for messages, and its bytes."""

    name: str
    content: bytes


@dataclass
class Message:
    """A message taken apart. `nothing_new`: whether its text says that the search found nothing."""

    attachments: list[Part] = field(default_factory=list)
    bodies: list[Part] = field(default_factory=list)
    nothing_new: bool = False
    parts: int = 0
    size: int = 0

    def count(self, size: int) -> None:
        """Counts a part. Raises UserError beyond the limits."""
        self.parts, self.size = self.parts + 1, self.size + size
        if self.parts > MOST_PARTS or self.size > MOST_BYTES:
            limit = (
                f"more than {MOST_PARTS} parts"
                if self.parts > MOST_PARTS
                else f"more than {MOST_BYTES >> 20} MB, unpacked"
            )
            raise UserError(f"holds {limit}, as no alert does; it is refused whole")


def is_message(path: Path) -> bool:
    """Whether a file is a message: headers first, those of a message among them."""
    try:
        with path.open("rb") as file:
            head = file.read(1 << 16).removeprefix(b"\xef\xbb\xbf")
    except OSError:
        return False
    found = _HEADERS.match(head)
    return found is not None and all(re.search(one, found[0], re.IGNORECASE | re.MULTILINE) for one in _OF_A_MESSAGE)


def take_apart(content: bytes) -> Message:
    """What a message holds. Raises UserError where it holds more than any alert does."""
    taken = Message()
    _collect(_parse(content), taken, 0)
    text = "\n".join(part.content.decode() for part in taken.bodies)
    taken.nothing_new = _NOTHING_NEW.search(text) is not None
    return taken


def _parse(content: bytes) -> EmailMessage:
    try:
        message = message_from_bytes(content, policy=policy.default)
    except (ValueError, RecursionError) as error:
        raise UserError(f"is a message that cannot be taken apart: {type(error).__name__}") from None
    assert isinstance(message, EmailMessage)
    return message


def _collect(message: EmailMessage, taken: Message, depth: int) -> None:
    if depth > MOST_DEPTH:
        raise UserError(
            f"holds messages or archives within each other, {MOST_DEPTH} deep and more; it is refused whole"
        )
    for part in _walk(message, 0):
        kind, name = part.get_content_type(), _name_of(part)
        if kind == "message/rfc822":
            for inner in part.iter_parts():
                if isinstance(inner, EmailMessage):
                    taken.count(0)
                    _collect(inner, taken, depth + 1)
            continue
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        taken.count(len(content))
        if kind.startswith(_NO_RECORDS) or not content.strip():
            continue
        if name is None and kind in ("text/plain", "text/html"):
            text = _text_of(part, content)
            taken.bodies.append(Part("its text", (text if kind == "text/plain" else _plain_text(text)).encode()))
        else:
            _add_attachment(Part(name or f"attachment {taken.parts}", content), taken, depth)


def _walk(message: EmailMessage, depth: int) -> Iterator[EmailMessage]:
    """The leaves of a message, and the messages that are attached to it."""
    if depth > 50:
        raise UserError("holds parts within each other, 50 deep and more; it is refused whole")
    if not message.is_multipart() or message.get_content_type() == "message/rfc822":
        yield message
        return
    for part in message.iter_parts():
        if isinstance(part, EmailMessage):
            yield from _walk(part, depth + 1)


def _name_of(part: EmailMessage) -> str | None:
    try:
        name = part.get_filename()
    except (ValueError, LookupError, AttributeError, TypeError):  # a name in an encoding that is none
        name = "attachment"
    attached = part.get_content_disposition() == "attachment"
    return " ".join(name.split())[:100] if name else "attachment" if attached else None


def _add_attachment(part: Part, taken: Message, depth: int) -> None:
    """An attachment; of an archive the files in it. An Office file is an archive too, and is read as it is."""
    try:
        archive = zipfile.ZipFile(BytesIO(part.content)) if part.content.startswith(b"PK\x03\x04") else None
        files = [one for one in archive.infolist() if not one.is_dir()] if archive else []
    except UNREADABLE:
        archive, files = None, []  # it only begins like one: kept and read, or refused, as the attachment that it is
    if archive is None or any(one.filename == "[Content_Types].xml" for one in files):
        taken.attachments.append(part)
        return
    if depth >= MOST_DEPTH:
        raise UserError(
            f"holds messages or archives within each other, {MOST_DEPTH} deep and more; it is refused whole"
        )
    for one in files:
        taken.count(0)
        try:
            with archive.open(one) as file:
                content = file.read(
                    MOST_BYTES - taken.size + 1
                )  # by what comes out, whatever the archive says of its size
        except UNREADABLE as error:
            raise UserError(f"holds an archive '{part.name}' that cannot be unpacked: {error}") from None
        taken.count(len(content))
        _add_attachment(Part(f"{part.name}/{one.filename}"[:200], content), taken, depth + 1)


def _text_of(part: EmailMessage, content: bytes) -> str:
    """A body's text; lines that were broken for the way ('format=flowed') are joined again."""
    try:
        text = content.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        text = content.decode("utf-8", "replace")
    text = text.replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        text = re.sub(r"(?<=\S) \n(?=\S)", "" if str(part.get_param("delsp", "")).lower() == "yes" else " ", text)
    return text


def _plain_text(page: str) -> str:
    """The text of an HTML body, blocks on lines of their own."""
    try:
        tree = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8", remove_comments=True))
    except (etree.ParserError, ValueError):
        return ""
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "head"):
            element.text = None
        elif element.tag == "br":
            element.tail = "\n" + (element.tail or "").lstrip("\n")
        elif element.tag in _BLOCKS:
            element.tail = "\n" + (element.tail or "")
    return re.sub(r"[ \t\u00a0]+\n", "\n", "".join(str(text) for text in tree.itertext()))
