"""Excel workbooks (.xlsx) as exports: every sheet whose header names records' fields is a table of records; else the first
that has a header.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from schemas.errors import UserError
from tasks.cells import Row
from tasks.load.registry import formats
from tasks.load.source import Source
from tasks.load.table import header
from tasks.load.table import tokens as tokens_of
from tasks.load.tokens import OUTSIDE_SCHEMA, TOKEN_SCHEMA, Tokens
from tasks.workbooks import read_sheets

_HEAD = 50


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py; a tag is a column's name, a line the row's number.

    The text of other sheets is reported as outside of any record. Raises `UserError` where the file is no workbook, is
    too large, or has no table in it.
    """
    filled, sheets, names = _sheets(source)
    several = sum(map(bool, sheets)) > 1
    missing = filled - sum(len(rows) for rows in sheets)
    tables = _tables(sheets, source.name)
    records = 0
    for at in tables:
        for piece in tokens_of(iter(sheets[at]), source.name, records):
            reason = pl.format("{} (sheet '{}')", "reason", pl.lit(names[at])) if several else pl.col("reason")
            yield replace(piece, failed=piece.failed.with_columns(reason=reason))
            records += piece.frame.get_column("record").n_unique() + piece.failed.height
    left = [(row.line, row.raw) for at, rows in enumerate(sheets) if at not in tables for row in rows if not row.blank]
    outside = pl.DataFrame(left, schema=OUTSIDE_SCHEMA, orient="row")
    yield Tokens(pl.DataFrame(schema=TOKEN_SCHEMA), missing, outside)


def first_text(source: Source) -> str:
    """The first rows of all sheets as CSV, for sniffing. Raises `UserError` as `tokenise` does."""
    text = io.StringIO()
    csv.writer(text).writerows(row.cells for rows in _sheets(source)[1] for row in rows[:_HEAD])
    return text.getvalue()


def _sheets(source: Source) -> tuple[int, list[list[Row]], list[str]]:
    """Rows that hold something by the XML's own account, the rows of every sheet, all of one width in each, and its name."""
    with source.open() as file:
        sheets, filled = read_sheets(file, source.name)
    widths = [max((len(cells) for _, cells in sheet.rows), default=0) for sheet in sheets]
    rows = [
        [Row(line, cells + [""] * (width - len(cells)), "\t".join(cells)) for line, cells in sheet.rows]
        for sheet, width in zip(sheets, widths, strict=True)
    ]
    return filled, rows, [sheet.name for sheet in sheets]


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
