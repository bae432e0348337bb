"""The codebook of a REFI-QDA project or .qdc file: a tree of codes, as rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from schemas.coding import Code
from schemas.errors import UserError
from schemas.frames import frame_of
from tasks.synthesise.qda_archive import MAX_XML, Element, child, children, guid, parse_xml, text_of
from tasks.synthesise.qda_ids import Ids

SEPARATOR = " / "


@dataclass(frozen=True)
class Codebook:
    """A .qdc file, read: the codes, and the names of its sets, which are not carried over. It is named by its file."""

    name: str
    origin: str | None
    code: pl.DataFrame
    sets: tuple[str, ...]


def read_codebook(path: Path, *, name: str | None = None) -> Codebook:
    """Read a .qdc. Raises `UserError` where it is no codebook."""
    name = name or path.name
    data = path.read_bytes()
    if not data.strip():
        raise UserError("is empty", path=name)
    if len(data) > MAX_XML or not looks_like_xml(path):
        raise UserError("is no REFI-QDA codebook", path=name, hint="export the codebook as .qdc")
    root = parse_xml(data, "CodeBook", name)
    rows = code_rows(root, Ids(hashlib.sha256(data).hexdigest()))
    return Codebook(
        name,
        root.get("origin"),
        frame_of(Code, [row for row, _ in rows]),
        tuple(group.get("name") or "(without a name)" for group in children(child(root, "Sets"), "Set")),
    )


def looks_like_xml(path: Path) -> bool:
    """Whether a file starts as XML does, after a BOM and blanks."""
    with path.open("rb") as file:
        return file.read(200).lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")


def code_rows(codebook: Element | None, ids: Ids) -> list[tuple[dict[str, Any], Element]]:
    """The codes under a CodeBook element, from the top down, each with its element. Deep trees need no recursion."""
    rows: list[tuple[dict[str, Any], Element]] = []
    waiting: list[tuple[Element, str | None, str]] = [
        (code, None, "") for code in reversed(children(child(codebook, "Codes"), "Code"))
    ]
    while waiting:
        element, parent_id, above = waiting.pop()
        name = (element.get("name") or "").strip() or "(without a name)"
        path = f"{above}{SEPARATOR}{name}" if above else name
        code_id = ids.code(guid(element.get("guid")), path)
        row = {
            "code_id": code_id,
            "guid": guid(element.get("guid")),
            "name": name,
            "parent_id": parent_id,
            "path": path,
            "position": len(rows) + 1,
            "color": _color(element.get("color")),
            # Some software writes the description as an attribute, outside the standard.
            "description": text_of(element, "Description") or element.get("description") or None,
            "is_codable": (element.get("isCodable") or "true").strip().lower() in ("true", "1"),
        }
        rows.append((row, element))
        waiting.extend((below, code_id, path) for below in reversed(children(element, "Code")))
    return rows


def _color(value: str | None) -> str | None:
    digits = (value or "").strip().lstrip("#").lower()
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits}" if len(digits) == 6 else None
