"""Excel workbooks (.xlsx): every sheet whose header names records' fields is a table of records; else the first that has
a header. Formulas are never evaluated.

A workbook is a zip of XML: what it unpacks to is bounded before anything is unpacked, and XML entities are refused.
"""

from __future__ import annotations

import csv
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from typing import Any

import openpyxl
import polars as pl
from lxml.etree import XMLSyntaxError
from openpyxl.utils.exceptions import InvalidFileException

from schemas.errors import UserError
from tasks.load.registry import formats
from tasks.load.source import Source
from tasks.load.table import Row, header
from tasks.load.table import tokens as tokens_of
from tasks.load.tokens import OUTSIDE_SCHEMA, TOKEN_SCHEMA, Tokens
from tasks.tabular import NEVER_CALCULATED, never_calculated

_UNPACKED = 1 << 29
_RATIO = 300  # XML of sheets packs to about a twentieth
_PARTS = 2_000
_HEAD = 50
_FILLED = re.compile(
    rb"<(?:\w+:)?row\b(?:[^<>]*[^/<>])?>(?:(?!</?(?:\w+:)?row\b).)*?<(?:\w+:)?(?:v[^<>]*>[^<]|is\b)", re.DOTALL
)
_DAMAGE = (
    InvalidFileException, XMLSyntaxError, zipfile.BadZipFile, zipfile.LargeZipFile, SyntaxError, KeyError, IndexError,
    ValueError, OSError, EOFError, TypeError, AttributeError, NotImplementedError, RuntimeError, ArithmeticError, zlib.error,
    lzma.LZMAError,
)  # fmt: skip
"""What openpyxl, zipfile and the XML parser below them raise on damaged files."""


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py; a tag is a column's name, a line the row's number.

    The text of other sheets is reported as outside of any record. Raises `UserError` where the file is no workbook, is
    too large, or has no table in it.
    """
    filled, sheets = _sheets(source)
    missing = filled - sum(len(rows) for rows in sheets)
    tables = _tables(sheets, source.name)
    records = 0
    for at in tables:
        for piece in tokens_of(iter(sheets[at]), source.name, records):
            yield piece
            records += piece.frame.get_column("record").n_unique() + piece.failed.height
    left = [(row.line, row.raw) for at, rows in enumerate(sheets) if at not in tables for row in rows if not row.blank]
    outside = pl.DataFrame(left, schema=OUTSIDE_SCHEMA, orient="row")
    yield Tokens(pl.DataFrame(schema=TOKEN_SCHEMA), missing, outside)


def head(source: Source) -> str:
    """The first rows of all sheets as CSV, for sniffing. Raises `UserError` as `tokenise` does."""
    text = io.StringIO()
    csv.writer(text).writerows(row.cells for rows in _sheets(source)[1] for row in rows[:_HEAD])
    return text.getvalue()


def _sheets(source: Source) -> tuple[int, list[list[Row]]]:
    """Rows that hold something by the XML's own account, and the rows of every sheet."""
    try:
        filled = _filled(source)
        # By its bytes: openpyxl judges a path by its ending, and a snapshot has none.
        with (
            source.open() as file,
            closing(openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)) as book,
        ):
            return filled, [_rows(sheet) for sheet in book.worksheets]
    except _DAMAGE as error:
        hint = "open it in a spreadsheet and save it again"
        raise UserError(f"is a damaged workbook ({error})", path=source.name, hint=hint) from error


def _tables(sheets: list[list[Row]], name: str) -> list[int]:
    """The sheets that hold records: those with a header like that of an export, else the first with any header."""
    headers = [header(rows) for rows in sheets]
    clue = re.compile(formats()["csv"].clue)
    named = [at for at, row in enumerate(headers) if row is not None and clue.match(",".join(row.cells))]
    tables = named or [at for at, row in enumerate(headers) if row is not None][:1]
    if not tables:
        raise UserError(
            "has no row of column names in any sheet", path=name, hint="export it again with column headings"
        )
    return tables


def _filled(source: Source) -> int:
    """Rows that hold something, counted in the sheets' XML; raises `UserError` for what unpacks to too much."""
    with zipfile.ZipFile(source.path) as archive:
        parts = archive.infolist()
        size, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
        if len(parts) > _PARTS or size > _UNPACKED or size > max(packed, 1 << 14) * _RATIO:
            raise UserError(
                f"unpacks to {size >> 20} MB in {len(parts)} parts, too much for an export", path=source.name
            )
        if not any(part.filename.startswith("xl/") for part in parts):
            raise UserError("is a zip archive, not an export", path=source.name, hint="unpack it first")
        filled = unknown = 0
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                text = archive.read(part)
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                    raise UserError("declares XML entities, which no workbook does", path=source.name)
                if part.filename.startswith("xl/worksheets/"):
                    filled += sum(1 for _ in _FILLED.finditer(text))
                    unknown += len(NEVER_CALCULATED.findall(text))
        if unknown:
            raise never_calculated(unknown, source.name)
        return filled


def _rows(sheet: Any) -> list[Row]:
    """The sheet's rows, all of one width; ones without any cell filled are left out."""
    if not hasattr(sheet, "reset_dimensions"):  # a chart
        return []
    sheet.reset_dimensions()  # exporters write wrong ones, and cells beyond them would be lost
    cells = [(line, list(row)) for line, row in enumerate(sheet.iter_rows(values_only=True), 1)]
    kept = [(line, [_text(cell) for cell in row]) for line, row in cells if any(cell is not None for cell in row)]
    width = max((len(row) for _, row in kept), default=0)
    return [Row(line, row + [""] * (width - len(row)), "\t".join(row)) for line, row in kept]


def _text(cell: object) -> str:
    """A cell's value as its spreadsheet would show it: 2020 and not 2020.0, dates as 2020-01-31."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
