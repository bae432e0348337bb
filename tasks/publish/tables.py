"""Frames as people read them: Markdown for artifacts and pages, text for the terminal, CSV and JSON for other programs.

In all of them dates are ISO 8601, lists are joined with '; ' (JSON keeps them lists), and nulls are blank (JSON: null).
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time

import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

# A cell that starts so is run as a formula by spreadsheets, also behind blanks or a control character (CWE-1236).
_FORMULA = re.compile(r"^[\s\x00-\x1f]*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")


def cell(value: object) -> str:
    """One value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, list | tuple | pl.Series):
        return "; ".join(cell(part) for part in value)
    if isinstance(value, dict):
        return json.dumps(plain(value), ensure_ascii=False)
    return value.hex() if isinstance(value, bytes) else str(value)


def plain(value: object) -> object:
    """One value as JSON can carry it: numbers and lists stay what they are, infinities and NaN become null."""
    match value:
        case float():
            return value if abs(value) < float("inf") else None
        case None | bool() | int() | str():
            return value
        case dict():
            return {str(key): plain(part) for key, part in value.items()}
        case list() | tuple() | pl.Series():
            return [plain(part) for part in value]
    return cell(value)


def to_markdown(frame: pl.DataFrame) -> str:
    """A GitHub-flavoured table; numbers stand right. Text cannot leave its cell nor become markup."""
    if not frame.columns:
        return ""
    numeric = [dtype.is_numeric() for dtype in frame.schema.values()]
    lines = [
        [_markdown(name) for name in frame.columns],
        ["---:" if right else "---" for right in numeric],
        *([_markdown(text) for text in row] for row in _texts(frame)),
    ]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def to_text_table(frame: pl.DataFrame, *, width: int | None = None) -> str:
    """A table `width` characters wide, or as wide as its widest row: long cells are wrapped, none is cut."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name, dtype in frame.schema.items():
        table.add_column(Text(name), justify="right" if dtype.is_numeric() else "left", overflow="fold")
    for row in _texts(frame):
        table.add_row(*(Text(_printable(text)) for text in row))
    console = Console(width=1_000_000, file=io.StringIO(), color_system=None)
    console.width = width or max(console.measure(table).maximum, 1)
    with console.capture() as capture:
        console.print(table)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()).strip("\n") + "\n"


def to_csv(frame: pl.DataFrame) -> str:
    """CSV (RFC 4180, but lines end in LF) that a spreadsheet opens without running it.

    Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers, negative ones too, stay as
    they are. An empty text is written "", a null is blank.
    """
    columns = []
    for column in frame.rename(_harmless):
        if column.dtype.is_numeric() or column.dtype == pl.Boolean:
            columns.append(column)
        else:
            texts = (None if value is None else _harmless(cell(value)) for value in column)
            columns.append(pl.Series(column.name, texts, dtype=pl.String))
    return pl.DataFrame(columns).write_csv() if columns else ""


def to_json(frame: pl.DataFrame) -> str:
    """An array of one object a row, a row a line."""
    rows = (
        json.dumps({name: plain(value) for name, value in row.items()}, ensure_ascii=False)
        for row in frame.iter_rows(named=True)
    )
    return "[" + ",".join(f"\n  {row}" for row in rows) + "\n]\n"


def _texts(frame: pl.DataFrame) -> Iterator[list[str]]:
    for row in frame.iter_rows():
        yield [cell(value) for value in row]


def _markdown(text: str) -> str:
    escaped = re.sub(r"([\\`*_\[\]<>|~#&])", r"\\\1", _printable(text))
    return re.sub(r"\s*[\r\n]+\s*", "<br>", escaped).strip()


def _printable(text: str) -> str:
    """Text without control characters, which could steer a terminal."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\ufffd", text.replace("\r\n", "\n"))


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text
