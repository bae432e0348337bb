"""Frames as people read them: Markdown for artifacts and pages, text for the terminal, CSV and JSON for other programs.

In all of them dates are ISO 8601, lists are joined with '; ' (JSON keeps them lists), and nulls are blank (JSON: null).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import zip_longest

import polars as pl
from rich.cells import cell_len, chop_cells

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
        *([_markdown(text) for text in row] for row in _rows_of_text(frame)),
    ]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def to_text_table(frame: pl.DataFrame, *, width: int | None = None, coloured: bool = False) -> str:
    """A table at most `width` columns of a terminal wide, or as wide as its widest row: cells are wrapped, none is cut."""
    grid = _grid(frame)
    wanted = _widths(grid)
    if width is None:
        return _draw(grid, wanted, coloured=coloured)
    return _draw(grid, _share_width(wanted, [2] * len(wanted), width) or [2] * len(wanted), coloured=coloured)


def to_fitting_text(frame: pl.DataFrame, *, width: int | None, coloured: bool = False) -> str:
    """A table where it fits `width` columns of a terminal (None: any fits), else a paragraph a row: the first column's
    value, and below it each other column's name and value. Nothing is cut."""
    grid = _grid(frame)
    widths = _widths(grid)
    if width is None or _table_width(widths) <= width:
        return _draw(grid, widths, coloured=coloured)
    return "".join(_paragraph(grid.names, row, width, coloured=coloured) for row in grid.rows)


def to_cut_text(frame: pl.DataFrame, *, width: int, coloured: bool = False) -> str:
    """A table at most `width` columns of a terminal wide, a line a row: what a cell has no room for becomes '…+' and the
    number of its characters; a number stays whole. A block a row where the columns are too many to show much of each."""
    grid = _grid(frame)
    for row in grid.rows:
        row[:] = [re.sub(r"\s*\n\s*", " ↵ ", text) for text in row]
    wanted = _widths(grid)
    least = [
        want if right else min(want, max(_LEAST, min(cell_len(name), _LONG_NAME)))
        for want, name, right in zip(wanted, grid.names, grid.right, strict=True)
    ]
    room = _share_width(wanted, least, width)
    if room is not None:
        return _draw(_cut_grid(grid, room), room, coloured=coloured)
    return _blocks(_cut_grid(grid, [width - _label_width(grid, width) - _GAP] * len(wanted)), width, coloured=coloured)


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


def _rows_of_text(frame: pl.DataFrame) -> Iterator[list[str]]:
    for row in frame.iter_rows():
        yield [cell(value) for value in row]


def _markdown(text: str) -> str:
    escaped = re.sub(r"([\\`*_\[\]<>|~#&])", r"\\\1", _printable(text))
    return re.sub(r"\s*[\r\n]+\s*", "<br>", escaped).strip()


_GAP = 2
_LEAST = 8
_LONG_NAME = 20


@dataclass(frozen=True)
class _Grid:
    """A frame as text that a terminal can show. Widths of it are counted in a terminal's columns."""

    names: list[str]
    rows: list[list[str]]
    right: list[bool]


def _grid(frame: pl.DataFrame) -> _Grid:
    rows = [[_printable(text) for text in row] for row in _rows_of_text(frame)]
    return _Grid([_printable(name) for name in frame.columns], rows, [t.is_numeric() for t in frame.schema.values()])


def _widths(grid: _Grid) -> list[int]:
    """What each column needs to be shown whole."""
    cells = [grid.names, *grid.rows]
    return [max(cell_len(line) for row in cells for line in row[n].split("\n")) for n in range(len(grid.names))]


def _table_width(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _share_width(wanted: Sequence[int], least: Sequence[int], width: int) -> list[int] | None:
    """The columns' widths within `width`: narrow columns are whole, wide ones share what is left. None if not even `least` fits."""
    left = width - _table_width(least)
    if left < 0:
        return None
    shares = list(least)
    modest = sorted(range(len(wanted)), key=lambda n: wanted[n] - least[n])
    for position, n in enumerate(modest):
        more = min(max(wanted[n] - least[n], 0), left // (len(modest) - position))
        shares[n] += more
        left -= more
    return shares


def _draw(grid: _Grid, widths: Sequence[int], *, coloured: bool) -> str:
    if not grid.names:
        return "\n"
    header_lines = _lines(grid.names, widths, grid.right)
    lines = [f"\x1b[1m{line}\x1b[0m" for line in header_lines] if coloured else header_lines
    lines = [*lines, "─" * _table_width(widths)]
    for row in grid.rows:
        lines += _lines(row, widths, grid.right)
    return "\n".join(lines) + "\n"


def _lines(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    """One row, of as many lines as its longest cell has."""
    cells = [wrap_text(text, width) for text, width in zip(row, widths, strict=True)]
    lines = []
    for parts in zip_longest(*cells, fillvalue=""):
        padded = []
        for part, width, to_right in zip(parts, widths, right, strict=True):
            blank = " " * (width - cell_len(part))
            padded.append(blank + part if to_right else part + blank)
        lines.append((" " * _GAP).join(padded).rstrip())
    return lines


def wrap_text(text: str, width: int) -> list[str]:
    """Lines of at most `width`, broken between words, and within a word that is longer."""
    lines = []
    for line in text.split("\n"):
        current = ""
        for word in re.findall(r"\s*\S+|\s+$", line) if cell_len(line) > width else [line]:
            if current and cell_len(current + word) > width:
                lines.append(current)
                current, word = "", word.lstrip()  # noqa: PLW2901
            *whole, current = chop_cells(current + word, width) or [""]
            lines += whole
        lines.append(current)
    return lines


def _label_width(grid: _Grid, width: int) -> int:
    """The width of a block's labels."""
    return min(max(map(cell_len, grid.names)), width // 2)


def _blocks(grid: _Grid, width: int, *, coloured: bool) -> str:
    """A block a row: a line a column, its name and its value."""
    label = _label_width(grid, width)
    blocks = []
    for row in grid.rows:
        lines: list[str] = []
        for n, (name, value) in enumerate(zip(grid.names, row, strict=True)):
            block_lines = _lines([name, value], [label, max(width - label - _GAP, 2)], [False, False])
            lines += [f"\x1b[1m{line}\x1b[0m" for line in block_lines] if coloured and n == 0 else block_lines
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _paragraph(names: Sequence[str], row: Sequence[str], width: int, *, coloured: bool) -> str:
    """A row as lines of at most `width`: pairs of a name and a value, of which each stays on one line if it can."""
    first_value = wrap_text(row[0], width)
    lines = [""]
    for name, value in zip(names[1:], row[1:], strict=True):
        pair = f"{name} {value or '–'}"
        joined = f"{lines[-1]} · {pair}" if lines[-1] else pair
        if cell_len(joined) <= width - _GAP:
            lines[-1] = joined
        else:
            lines += wrap_text(pair, width - _GAP)
    first = [f"\x1b[1m{line}\x1b[0m" for line in first_value] if coloured else first_value
    return "\n".join([*first, *(f"{' ' * _GAP}{line}" for line in lines if line)]) + "\n"


def _cut_grid(grid: _Grid, room: Sequence[int]) -> _Grid:
    names, *rows = ([cut_text(text, n) for text, n in zip(row, room, strict=True)] for row in (grid.names, *grid.rows))
    return _Grid(names, rows, grid.right)


def cut_text(text: str, width: int) -> str:
    """The text, or as much of it as there is room for before '…+' and the number of characters that are hidden."""
    if cell_len(text) <= width:
        return text
    for digits in range(1, len(text)):
        kept = next(iter(chop_cells(text[: 4 * width], max(width - 2 - digits, 1))), "")
        hidden = str(len(text) - len(kept))
        if len(hidden) <= digits:
            return f"{kept}…+{hidden}"
    return text


def _printable(text: str) -> str:
    """Text without control characters, which could steer a terminal."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\ufffd", text.replace("\r\n", "\n"))


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text
