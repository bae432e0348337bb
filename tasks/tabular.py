"""Tables that people made: CSV in its dialects, and Excel, as a header and rows of text with their lines.

Nothing is guessed about what the columns mean. Every row of the file comes out as a row or as a problem.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from schemas.errors import UserError
from schemas.problem import Problem
from tasks.cells import DELIMITERS, csv_rows
from tasks.workbooks import Sheet, read_sheets


@dataclass(frozen=True)
class Row:
    """One row: `line` from 1 (the line on which it starts, or the sheet's row), `cells` as many as the header has."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Tabular:
    """A table as it came. `header` as written, stripped; `problems` name the rows that could not be read; `sheet`: its name,
    where it is one of several in a workbook."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    sheet: str | None = None

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row as its line and its cells by header, stripped; of columns of one name the first filled counts."""
        for row in self.rows:
            cells: dict[str, str] = {}
            for name, value in zip(self.header, row.cells, strict=True):
                if not cells.get(name):
                    cells[name] = value.strip()
            yield row.line, cells


def read_tabular(path: Path, *, name: str | None = None, sheet: str | None = None) -> Tabular:
    """Read a CSV (comma, semicolon, tab or bar; UTF-8, UTF-16 or Windows' cp1252) or an .xlsx workbook.

    Raises `UserError` for a file that is empty, is something else, or ends inside a quoted cell.
    """
    name = name or path.name
    return parse_tabular(read_bytes(path, name), name, sheet=sheet)


def read_bytes(path: Path, name: str) -> bytes:
    """The bytes of a file. Raises `UserError` where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror or error}", path=name) from error


def parse_tabular(data: bytes, name: str, *, sheet: str | None = None) -> Tabular:
    """The bytes of a CSV or an .xlsx workbook to a table; see `read_tabular`."""
    if not data.strip():
        raise UserError("is empty", path=name)
    if data.startswith(b"PK\x03\x04"):
        return _read_workbook(data, name, sheet)
    if data.startswith(b"%PDF"):
        raise UserError("is a PDF, not a table", path=name, hint="export it as CSV or Excel")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UserError("is an old Excel workbook (.xls)", path=name, hint="save it as .xlsx or CSV")
    return parse_csv(decode(data, name), name)


def parse_sheets(data: bytes, name: str) -> list[Tabular]:
    """Every sheet of a workbook that holds a header, as a table; of other files the one table. See `parse_tabular`."""
    if not data.startswith(b"PK\x03\x04"):
        return [parse_tabular(data, name)]
    sheets = [
        sheet
        for sheet in read_sheets(io.BytesIO(data), name)[0]
        if any(any(map(str.strip, row)) for _, row in sheet.rows)
    ]
    if not sheets:
        raise UserError("has no header row", path=name)
    return [_table_of(sheet, name, several=len(sheets) > 1) for sheet in sheets]


def row_problem(
    name: str, sheet: str | None, line: int | None, message: str, severity: Literal["error", "warning"] = "error"
) -> Problem:
    """What is wrong with a row, by its line; where a workbook has several sheets as 'Sheet!5:5', as spreadsheets call it."""
    if sheet is None or line is None:
        return Problem(name, line, message if sheet is None else f"sheet '{sheet}': {message}", severity)
    return Problem(name, None, f"{sheet}!{line}:{line}: {message}", severity)


def decode(data: bytes, name: str) -> str:
    """Bytes to text: by the BOM, else UTF-8, else cp1252, which is what Excel on Windows writes."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data[:4096]:
        raise UserError("is not text (it holds zero bytes)", path=name, hint="save it as CSV in UTF-8, or as .xlsx")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise UserError("is neither UTF-8 nor Windows-1252 text", path=name, hint="save it as CSV in UTF-8") from error


def parse_csv(text: str, name: str) -> Tabular:
    """A CSV's text to a table; `name` is what messages call it."""
    delimiter, skipped = dialect(text)
    problems: list[Problem] = []
    rows: list[Row] = []
    header: tuple[str, ...] = ()
    for row in csv_rows(io.StringIO(text, newline=""), delimiter):
        if row.unclosed:
            raise UserError(
                "a quotation mark is opened here and never closed: the file is cut off or damaged",
                path=name,
                line=row.line,
                hint="export it again",
            )
        if row.reason and not header:
            raise UserError(f"its header is not well-formed CSV: {row.reason}", path=name, line=row.line)
        if row.reason:
            problems.append(Problem(name, row.line, f"is not well-formed CSV and was not read: {row.reason}"))
        elif row.blank or row.line <= skipped:
            continue
        elif not header:
            header = tuple(cell.strip() for cell in row.cells)
        elif isinstance(fitted := _fitted(name, header, row.line, row.cells), Row):
            rows.append(fitted)
        else:
            problems.append(fitted)
    if not header:
        raise UserError("has no header row", path=name)
    return Tabular(name, header, tuple(rows), tuple(problems))


def dialect(text: str) -> tuple[str, int]:
    """The delimiter that splits the header into most cells, and how many lines stand before the header ('sep=;')."""
    first = re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0].strip()
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], text[: text.lower().index("sep=")].count("\n") + 1
    counts = {d: len(next(csv.reader([first], delimiter=d), [])) for d in DELIMITERS}
    return max(DELIMITERS, key=lambda d: counts[d]), 0


def _read_workbook(data: bytes, name: str, sheet: str | None) -> Tabular:
    sheets, _ = read_sheets(io.BytesIO(data), name)
    chosen = next((one for one in sheets if sheet in (None, one.name)), None)
    if chosen is None:
        names = ", ".join(one.name for one in sheets)
        raise UserError(f"has no sheet {sheet!r}", path=name, hint=f"sheets: {names}")
    return _table_of(chosen, name, several=sum(bool(one.rows) for one in sheets) > 1)


def _table_of(sheet: Sheet, name: str, *, several: bool) -> Tabular:
    title = sheet.name if several else None
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, cells in sheet.rows:
        if not any(cell.strip() for cell in cells):
            continue
        if not header:
            header = tuple(cell.strip() for cell in cells)
            while header and not header[-1]:
                header = header[:-1]
        elif isinstance(fitted := _fitted(name, header, line, cells, title), Row):
            rows.append(fitted)
        else:
            problems.append(fitted)
    if not header:
        raise UserError("has no header row", path=name)
    return Tabular(name, header, tuple(rows), tuple(problems), title)


def _fitted(name: str, header: tuple[str, ...], line: int, cells: list[str], sheet: str | None = None) -> Row | Problem:
    """A row as wide as the header, or what is wrong with one that is wider, or that was never split into cells."""
    if any(cell.strip() for cell in cells[len(header) :]):
        message = f"has {len(cells)} cells where the header has {len(header)}, and was not read"
        return row_problem(name, sheet, line, message)
    if len(header) > 2 and _is_unsplit(cells, len(header)):
        message = (
            f"is one cell where the header has {len(header)}, and was not read: separate its cells as the header's are"
        )
        return row_problem(name, sheet, line, message)
    return Row(line, tuple(cells[: len(header)]) + ("",) * (len(header) - len(cells)))


def _is_unsplit(cells: list[str], width: int) -> bool:
    """Whether all of a row stands in its first cell, with about as many delimiters of another kind as the header has."""
    text = cells[0] if cells and not any(map(str.strip, cells[1:])) else ""
    return any(text.count(delimiter) >= width // 2 for delimiter in DELIMITERS)


def named_columns(header: Sequence[str], names: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Which of the header's columns means what: `names` maps each meaning to its spellings, best first.

    Case, spaces, hyphens and underscores do not count. A column serves one meaning only: the first that claims it.
    """
    folded: dict[str, str] = {}
    for column in header:
        folded.setdefault(fold(column), column)
    found: dict[str, str] = {}
    for meaning, spellings in names.items():
        for spelling in spellings:
            spelt = folded.get(fold(spelling))
            if spelt is not None and spelt not in found.values():
                found[meaning] = spelt
                break
    return found


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """A header or a fixed word without case, spaces and punctuation: 'Report-ID ' and 'report_id' are one."""
    return "".join(character for character in text.casefold() if character.isalnum() or character in "?#")
