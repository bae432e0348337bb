"""Tables that people made: CSV in its dialects, and Excel, as a header and rows of text with their lines.

Nothing is guessed about what the columns mean. Every row of the file comes out as a row or as a problem.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from schemas.errors import UserError
from schemas.problem import Problem

DELIMITERS = ",;\t|"
MAX_CELL = 10_000_000
MAX_WORKBOOK_BYTES = 500_000_000
"""Uncompressed size above which a workbook is taken for a zip bomb."""

NEVER_CALCULATED = re.compile(
    rb"""<(?:\w+:)?c\b(?![^<>]*\bt=["']str["'])[^<>]*>\s*<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"""
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""A cell of a sheet's XML with a formula and no value: a program wrote it, and no spreadsheet has calculated it yet."""

# csv refuses cells over 131,072 characters by default, and abstracts with pasted full texts are longer.
csv.field_size_limit(MAX_CELL)


@dataclass(frozen=True)
class Row:
    """One row: `line` from 1 (the line on which it starts, or the sheet's row), `cells` as many as the header has."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Tabular:
    """A table as it came. `header` as written, stripped; `problems` name the rows that could not be read."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]

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
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror or error}", path=name) from error
    if not data.strip():
        raise UserError("is empty", path=name)
    if data.startswith(b"PK\x03\x04"):
        return _read_workbook(data, name, sheet)
    if data.startswith(b"%PDF"):
        raise UserError("is a PDF, not a table", path=name, hint="export it as CSV or Excel")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UserError("is an old Excel workbook (.xls)", path=name, hint="save it as .xlsx or CSV")
    return parse_csv(decode(data, name), name)


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
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    problems: list[Problem] = []
    rows: list[Row] = []
    header: tuple[str, ...] = ()
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                raise UserError(
                    "a quotation mark is opened here and never closed: the file is cut off or damaged",
                    path=name,
                    line=line,
                    hint="export it again",
                ) from error
            if not header:
                raise UserError(f"its header is not well-formed CSV: {error}", path=name, line=line) from error
            problems.append(Problem(name, line, f"is not well-formed CSV and was not read: {error}"))
            continue
        if line <= skipped or not any(cell.strip() for cell in cells):
            continue
        if not header:
            header = tuple(cell.strip() for cell in cells)
        elif any(cell.strip() for cell in cells[len(header) :]):
            problems.append(
                Problem(name, line, f"has {len(cells)} cells where the header has {len(header)}, and was not read")
            )
        else:
            rows.append(Row(line, tuple(cells[: len(header)]) + ("",) * (len(header) - len(cells))))
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
    import openpyxl  # noqa: PLC0415 - slow to import, and most tables are CSV

    try:
        _look_inside(data, name)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except UserError:
        raise
    except Exception as error:  # openpyxl and zipfile raise a dozen kinds for a damaged workbook
        raise UserError(
            f"is not a readable .xlsx workbook: {error}", path=name, hint="save it again from Excel"
        ) from error
    try:
        if sheet is not None and sheet not in book.sheetnames:
            raise UserError(f"has no sheet {sheet!r}", path=name, hint=f"sheets: {', '.join(book.sheetnames)}")
        worksheet = book[sheet] if sheet is not None else book.worksheets[0]
        # The stored dimension is a claim of the program that wrote it; some write A1 for a full sheet.
        worksheet.reset_dimensions()
        header: tuple[str, ...] = ()
        rows: list[Row] = []
        problems: list[Problem] = []
        for line, values in enumerate(worksheet.iter_rows(values_only=True), start=1):
            cells = tuple(cell_text(value) for value in values)
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = tuple(cell.strip() for cell in cells)
                while header and not header[-1]:
                    header = header[:-1]
            elif any(cell.strip() for cell in cells[len(header) :]):
                problems.append(
                    Problem(name, line, "has a filled cell beyond the last column of the header, and was not read")
                )
            else:
                rows.append(Row(line, cells[: len(header)] + ("",) * (len(header) - len(cells))))
    finally:
        book.close()
    if not header:
        raise UserError("has no header row", path=name)
    return Tabular(name, header, tuple(rows), tuple(problems))


def _look_inside(data: bytes, name: str) -> None:
    """Raises UserError for a workbook that unpacks to too much, or whose cells hold no value."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(info.file_size for info in archive.infolist()) > MAX_WORKBOOK_BYTES:
            raise UserError("unpacks to more than 500 MB and was refused", path=name)
        sheets = [archive.read(part) for part in archive.namelist() if part.startswith("xl/worksheets/")]
        if unknown := sum(len(NEVER_CALCULATED.findall(text)) for text in sheets):
            raise never_calculated(unknown, name)


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
