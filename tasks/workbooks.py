"""Cells of Excel workbooks (.xlsx). Who reads a workbook reads it here. Formulas are never evaluated.

A workbook is a zip of XML: what it unpacks to is bounded before anything is unpacked, and XML entities are refused.
"""

from __future__ import annotations

import re
import zipfile
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from schemas.errors import UserError
from tasks.archives import UNREADABLE

_UNPACKED = 1 << 29
_RATIO = 300  # XML of sheets packs to about a twentieth
_PARTS = 2_000
_FILLED = re.compile(
    rb"<(?:\w+:)?row\b(?:[^<>]*[^/<>])?>(?:(?!</?(?:\w+:)?row\b).)*?<(?:\w+:)?(?:v[^<>]*>[^<]|is\b)", re.DOTALL
)
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\b[^<>]*?\bref=["']([A-Z]+[0-9]+:[A-Z]+[0-9]+)["']""")
_DAMAGE = (
    *UNREADABLE, zipfile.LargeZipFile, SyntaxError, KeyError, IndexError, TypeError, AttributeError, ArithmeticError,
)  # fmt: skip
"""What openpyxl (whose own exceptions come on top), zipfile and the XML parser below them raise on damaged files."""

NEVER_CALCULATED = re.compile(
    rb"""<(?:\w+:)?c\b(?![^<>]*\bt=["']str["'])[^<>]*>\s*<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"""
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""A cell of a sheet's XML with a formula and no value: a program wrote it, and no spreadsheet has calculated it yet."""


@dataclass(frozen=True)
class Sheet:
    """A sheet: its rows that hold anything, each with its number from 1 and as many cells as it has; `merged`: 'A1:A3'."""

    name: str
    rows: list[tuple[int, list[str]]]
    merged: tuple[str, ...] = ()


def read_sheets(file: IO[bytes], name: str) -> tuple[list[Sheet], int]:
    """All sheets of an open workbook, and how many rows hold something by the XML's own account.

    Raises `UserError` for what is no workbook, unpacks to too much, or has formulas that were never calculated.
    """
    import openpyxl  # noqa: PLC0415  slow to import, and most tables are CSV
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        filled = _filled(file, name)
        file.seek(0)
        # By its bytes: openpyxl judges a path by its ending, and a snapshot has none.
        with closing(openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)) as book:
            return [Sheet(sheet.title, _rows(sheet), _merged(file, sheet)) for sheet in book.worksheets], filled
    except (InvalidFileException, *_DAMAGE) as error:
        hint = "open it in a spreadsheet and save it again"
        raise UserError(f"is a damaged workbook ({error})", path=name, hint=hint) from error


def _filled(file: IO[bytes], name: str) -> int:
    """Rows that hold something, counted in the sheets' XML; raises `UserError` for what unpacks to too much."""
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        size, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
        if len(parts) > _PARTS or size > _UNPACKED or size > max(packed, 1 << 14) * _RATIO:
            raise UserError(f"unpacks to {size >> 20} MB in {len(parts)} parts, too much for an export", path=name)
        if not any(part.filename.startswith("xl/") for part in parts):
            raise UserError("is a zip archive, not an export", path=name, hint="unpack it first")
        filled = unknown = 0
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                text = archive.read(part)
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                    raise UserError("declares XML entities, which no workbook does", path=name)
                if part.filename.startswith("xl/worksheets/"):
                    filled += sum(1 for _ in _FILLED.finditer(text))
                    unknown += len(NEVER_CALCULATED.findall(text))
        if unknown:
            raise never_calculated(unknown, name)
        return filled


def _rows(sheet: Any) -> list[tuple[int, list[str]]]:
    """The sheet's rows; ones without any cell filled are left out."""
    if not hasattr(sheet, "reset_dimensions"):  # a chart
        return []
    sheet.reset_dimensions()  # exporters write wrong ones, and cells beyond them would be lost
    rows = enumerate(sheet.iter_rows(values_only=True), 1)
    return [(line, [cell_text(cell) for cell in row]) for line, row in rows if any(cell is not None for cell in row)]


def _merged(file: IO[bytes], sheet: Any) -> tuple[str, ...]:
    """The sheet's merged cells, by its XML: openpyxl does not tell them when it only reads."""
    part = getattr(sheet, "_worksheet_path", None)
    if part is None:
        return ()
    with zipfile.ZipFile(file) as archive:
        return tuple(area.decode() for area in _MERGED.findall(archive.read(part)))


def never_calculated(cells: int, name: str) -> UserError:
    """What to say of a workbook with formulas that hold no value: read as they are, these cells would be lost."""
    what = "a formula that was" if cells == 1 else f"{cells:,} formulas that were"
    return UserError(f"holds {what} never calculated", path=name, hint="open it in a spreadsheet and save it again")


def cell_text(value: Any) -> str:
    """A cell's value as text: whole numbers without .0, dates as ISO, booleans as TRUE and FALSE."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
