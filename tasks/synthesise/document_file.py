"""Read a report's full text (PDF, DOCX, TXT) as it is kept: one text with a newline a line end, and where each page lies in it.

The same bytes give the same text, whatever the machine: the library that reads PDFs is part of what the warehouse is derived
with. Words that a PDF breaks at a line's end are joined, ligatures are written out, characters that nobody sees are left out.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path, PurePath
from typing import Any

from schemas.errors import UserError
from schemas.problem import Problem
from schemas.words import counted
from tasks.archives import UNREADABLE
from tasks.synthesise.qda_archive import decode_text, local, parse_xml
from tasks.synthesise.qda_text import Text

MAX_BYTES = 200_000_000
MAX_PAGES = 3_000
MAX_CHARACTERS = 20_000_000
#: What a .docx may unpack to: its text is some hundred kilobytes.
MAX_DOCX = 100_000_000
_WORKER = Path(__file__).with_name("pdf_worker.py")
_TIME = 600
_BETWEEN_PAGES = "\n\n"
_KINDS = {".pdf": "pdf", ".docx": "docx", ".txt": "txt", ".text": "txt", ".md": "txt"}
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
#: PDFium writes U+FFFE, older ones U+0002, where a word is broken at a line's end; U+00AD is a hyphen that may be shown there.
_DROPPED = dict.fromkeys([0xFFFE, 0xFEFF, 0xAD, 0x7F, *(c for c in range(0x20) if chr(c) not in "\t\n")])
_CLEAN: dict[int, Any] = {**_LIGATURES, **_DROPPED, **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}
_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANKS_AT_END = re.compile(r"[ \t]+$", re.MULTILINE)


@dataclass(frozen=True)
class DocumentFile:
    """A full text. `pages`: (number from 1, start, end) in code points of `text`, of a PDF only; `text`: None where it holds none."""

    name: str
    format: str
    text: str | None
    pages: tuple[tuple[int, int, int], ...]
    problems: tuple[Problem, ...] = ()


def read_document(path: Path, *, name: str | None = None) -> DocumentFile:
    """Reads a full text; `name` is what messages call it. Raises UserError where it is none, is too large, or is damaged."""
    name = name or path.name
    kind = _KINDS.get(PurePath(name).suffix.lower())
    if kind is None:
        raise UserError("is no full text that can be read", path=name, hint="save it as PDF, DOCX or TXT")
    size = path.stat().st_size
    if size == 0:
        raise UserError("is empty", path=name)
    if size > MAX_BYTES:
        raise UserError(f"is larger than {MAX_BYTES // 1_000_000} MB; refused", path=name)
    with path.open("rb") as file:
        beginning = file.read(1024)
    _check_kind(kind, beginning, name)
    if kind == "pdf":
        return _read_pdf(path, name)
    # Plain text is kept as a project keeps it, so that the same text in both is the same document.
    text = _clean(_read_docx(path, name)) if kind == "docx" else Text.of(decode_text(path.read_bytes())).kept
    if len(text) > MAX_CHARACTERS:
        raise UserError(f"holds more than {MAX_CHARACTERS:,} characters; refused", path=name)
    empty = () if text.strip() else (Problem(name, None, "holds no text", "warning"),)
    return DocumentFile(name, kind, text if text.strip() else None, (), empty)


def is_newer_state(path: Path, name: str, old_path: Path, old_name: str) -> bool:
    """Whether a file takes the place of an old one of its name: it can be read, and the old one is a state of its text, or holds none."""
    try:
        new = read_document(path, name=name).text
    except UserError:
        return False
    try:
        old = read_document(old_path, name=old_name).text
    except UserError:
        return True
    return old is None or (new is not None and is_alike(old, new))


def is_alike(one: str, other: str) -> bool:
    """Whether two texts are states of one: half of the shorter one's runs of five words stand in the other too."""
    runs = [
        {tuple(words[at : at + 5]) for at in range(max(len(words) - 4, 1))}
        for words in (re.findall(r"\w+", text.casefold()) for text in (one, other))
    ]
    return bool(runs[0] and runs[1]) and len(runs[0] & runs[1]) >= min(map(len, runs)) / 2


def _check_kind(kind: str, beginning: bytes, name: str) -> None:
    """Raises UserError where the file's first bytes are not of what its name says."""
    found = "pdf" if b"%PDF-" in beginning else "docx" if beginning.startswith(b"PK\x03\x04") else None
    what = {"pdf": "is a PDF by its name, and none by its content", "docx": "is no Word document (.docx)"}
    if kind in what and found != kind:
        raise UserError(what[kind], path=name, hint="save it again from where it came")
    if kind == "txt" and (found or (b"\x00" in beginning and not beginning.startswith((b"\xff\xfe", b"\xfe\xff")))):
        raise UserError("is no plain text", path=name, hint="give it the ending of what it is: .pdf, .docx")


def _read_pdf(path: Path, name: str) -> DocumentFile:
    command = [sys.executable, "-I", str(_WORKER), str(path), str(MAX_PAGES), str(MAX_CHARACTERS)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_TIME, check=False)  # noqa: S603
        read = json.loads(done.stdout) if done.returncode == 0 else {"refused": "reading it takes more than it may"}
    except subprocess.TimeoutExpired:
        read = {"refused": "reading it takes too long"}
    except ValueError:
        read = {"refused": "it cannot be read"}
    if "refused" in read:
        hint = "save it without a password" if "password" in read["refused"] else "open it and print it to a new PDF"
        raise UserError(f"cannot be read: {read['refused']}", path=name, hint=hint)
    pages = [_clean(page) for page in read["pages"]]
    text = _BETWEEN_PAGES.join(pages)
    starts = accumulate((len(page) + len(_BETWEEN_PAGES) for page in pages[:-1]), initial=0)
    places = tuple((n, start, start + len(page)) for n, (start, page) in enumerate(zip(starts, pages, strict=True), 1))
    return DocumentFile(name, "pdf", text if text.strip() else None, places, tuple(_find_scanned(pages, name)))


def _find_scanned(pages: list[str], name: str) -> list[Problem]:
    """A warning where pages hold no text: they are pictures of one."""
    empty = [str(number) for number, page in enumerate(pages, 1) if not page.strip()]
    if not empty:
        return []
    shown = ", ".join(empty[:10]) + (" …" if len(empty) > 10 else "")
    what = "holds no text, and is kept without" if len(empty) == len(pages) else (
        f"{counted(len(empty), 'page')} of {len(pages)} without text ({shown})"
    )  # fmt: skip
    return [
        Problem(name, None, f"{what}: scanned pages need text recognition (OCR) before they can be coded", "warning")
    ]


def _clean(raw: str) -> str:
    return _BLANKS_AT_END.sub("", _LINE_END.sub("\n", raw).translate(_CLEAN)).rstrip()


def _read_docx(path: Path, name: str) -> str:
    """The paragraphs of a Word document, tables and all, a line each; what was deleted under change tracking is not read."""
    try:
        with zipfile.ZipFile(path) as archive:
            member = archive.getinfo("word/document.xml")
            if member.file_size > MAX_DOCX:
                raise UserError(f"unpacks to {member.file_size:,} bytes; refused", path=name)
            with archive.open(member) as stream:
                data = stream.read(MAX_DOCX + 1)
    except KeyError:
        raise UserError("is no Word document: it holds no text part", path=name) from None
    except UNREADABLE as error:
        raise UserError(f"is damaged: {' '.join(str(error).split())}", path=name, hint="save it again") from None
    lines: list[str] = []
    for event in parse_xml(data, "document", name).iter():
        kind = local(event)
        if kind == "p":
            lines.append("")
        elif lines and kind in ("tab", "br", "cr", "t"):
            lines[-1] += {"tab": "\t", "br": "\n", "cr": "\n"}.get(kind) or event.text or ""
    return "\n".join(lines)
