"""A frame as an Excel sheet, for people who ask for one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from schemas.errors import UserError
from tasks.publish.tables import cell

ROWS, CHARACTERS = 1_048_576, 32_767
"""What an Excel sheet holds at most: rows with the header, and characters in a cell."""
_EXACT = 2**53


def write_xlsx(frame: pl.DataFrame, target: Path | BinaryIO) -> None:
    """One sheet; see `write_sheets`."""
    write_sheets({"rows": frame}, target)


def write_sheets(frames: Mapping[str, pl.DataFrame], target: Path | BinaryIO) -> None:
    """A sheet for each name, its header fixed. Text is text: what begins like a formula never becomes one, now or when it is edited.

    Times with a zone are ISO 8601 text, lists are joined with '; ', and integers that Excel would round are text. Raises
    UserError for more rows or longer cells than a sheet holds; nothing is cut.
    """
    from openpyxl import Workbook  # noqa: PLC0415  slow to import
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook(write_only=True)

    def written(sheet: Any, value: Any) -> Any:
        if _is_native(value):
            return WriteOnlyCell(sheet, value)
        text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", cell(value))
        written_cell = WriteOnlyCell(sheet, text)
        written_cell.data_type = "s"
        written_cell.quotePrefix = text[:1] in ("=", "+", "-", "@")
        return written_cell

    for name, frame in frames.items():
        _check_limits(frame)
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        header = [written(sheet, column) for column in frame.columns]
        for new in header:
            new.font = Font(bold=True)
        sheet.append(header)
        for row in frame.iter_rows():
            sheet.append([written(sheet, value) for value in row])
    book.save(target)


def _check_limits(frame: pl.DataFrame) -> None:
    """Raises UserError where a sheet does not hold it."""
    if frame.height >= ROWS:
        raise UserError(f"{frame.height + 1:,} rows with the header; Excel holds {ROWS:,}", hint=_HINT)
    for column in frame:
        for line, value in enumerate(column, start=2):
            if not _is_native(value) and len(text := cell(value)) > CHARACTERS:
                message = f"row {line}, {column.name}: {len(text):,} characters; Excel holds {CHARACTERS:,} in a cell"
                raise UserError(message, hint=_HINT)


def _is_native(value: object) -> bool:
    """Whether Excel has it, and keeps it as it is."""
    match value:
        case None | bool():
            return True
        case int():
            return abs(value) < _EXACT
        case float():
            return isfinite(value)
        case datetime() | time():
            return value.tzinfo is None
    return isinstance(value, date)


_HINT = "ask for csv or parquet"
