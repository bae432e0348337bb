"""What the readers of extraction and appraisal sheets share: the tables of a file that name reports, and what they hand on.

Of a workbook every sheet counts that has a column for the report or study, whatever its name; its header may stand below a
title. A merged cell's value is each of its rows'. What cannot be read is told by its cell: Extraction!F12.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl
from openpyxl.utils import get_column_letter, range_boundaries

from schemas.errors import UserError
from schemas.problem import Problem
from tasks.tabular import fold, named_columns, parse_tabular, read_bytes
from tasks.workbooks import Sheet, read_sheets

KEY_COLUMNS = (
    "report_id", "report", "record_id", "record", "key", "id", "doi", "pmid", "accession", "document",
)  # fmt: skip
STUDY_COLUMNS = ("study", "study_name", "study_label", "study_id")
#: Columns by which people recognise a report. They say nothing that the records do not, and are not read as fields.
CONTEXT_COLUMNS = ("reference", "citation", "title", "authors", "author", "year", "journal", "doi", "pmid")
#: Who extracted or appraised.
PERSON_COLUMNS = ("extractor", "reviewer", "appraiser", "rater", "extracted_by", "appraised_by")
#: The sheets that a form carries for itself: the choices of its lists, and what was filled in when it was written.
LISTS, FILLED_IN = "Lists", "Filled in"
_HEADER_WITHIN = 40


@dataclass(frozen=True)
class SheetFile:
    """A file, read. Of its `rows`, `read` gave values or an answer, `empty` had none, and the others are problems."""

    name: str
    layout: str
    rows: int
    read: int
    empty: int
    frame: pl.DataFrame
    problems: tuple[Problem, ...]

    @property
    def answers(self) -> int:
        """How many values or answers count."""
        if "status" not in self.frame.columns:
            return self.frame.height
        return self.frame.filter(~pl.col("status").is_in(["empty", "emptied", "invalid"])).height


@dataclass(frozen=True)
class KeyTable:
    """A table with a column for the report or study. `rows` are (line, cells), as many cells as the header has."""

    file: str
    sheet: str | None
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    problems: tuple[Problem, ...]

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row as its line and its cells by heading, stripped; of columns of one heading the first filled counts."""
        for line, row in self.rows:
            cells: dict[str, str] = {}
            for heading, value in zip(self.header, row, strict=True):
                if not cells.get(heading):
                    cells[heading] = value.strip()
            yield line, cells

    def place(self, line: int, heading: str) -> str:
        """Where a cell stands: 'Extraction!F12', or 'line 12' in a file without sheets."""
        if self.sheet is None:
            return f"line {line}"
        return f"{self.sheet}!{get_column_letter(self.header.index(heading) + 1)}{line}"

    def problem(
        self, line: int, heading: str, message: str, severity: Literal["error", "warning"] = "error"
    ) -> Problem:
        """What is wrong with a cell, with its place."""
        if self.sheet is None:
            return Problem(self.file, line, message, severity)
        return Problem(self.file, None, f"{self.place(line, heading)}: {message}", severity)

    def row_problem(self, line: int, message: str) -> Problem:
        """What is wrong with a row as a whole."""
        if self.sheet is None:
            return Problem(self.file, line, message)
        return Problem(self.file, None, f"{self.sheet}!{line}:{line}: {message}")


@dataclass(frozen=True)
class KeyTables:
    """All tables of a file that name reports; `filled_in`: what stood in the form when it was written, by key and field."""

    tables: tuple[KeyTable, ...]
    filled_in: Mapping[tuple[str, str], str]
    problems: tuple[Problem, ...]


def read_key_tables(path: Path, *, name: str | None = None, known: Set[str] = frozenset()) -> KeyTables:
    """The tables of a CSV or .xlsx that name reports or studies. `known`: further headings, folded, that tell a header.

    Raises `UserError` where there is none.
    """
    name = name or path.name
    data = read_bytes(path, name)
    if not data.startswith(b"PK\x03\x04"):
        table = parse_tabular(data, name)
        if not named_columns(table.header, {"key": KEY_COLUMNS, "study": STUDY_COLUMNS}):
            raise UserError("has no column that names the report or the study", path=name, hint="call it report_id")
        rows = tuple((row.line, row.cells) for row in table.rows)
        return KeyTables((KeyTable(name, None, table.header, rows, table.problems),), {}, ())
    sheets, _ = read_sheets(io.BytesIO(data), name)
    words = {fold(word) for word in (*KEY_COLUMNS, *STUDY_COLUMNS, *CONTEXT_COLUMNS, *PERSON_COLUMNS)} | known
    found = [
        (sheet, *header)
        for sheet in sheets
        if sheet.name not in (LISTS, FILLED_IN) and (header := _find_header(sheet, words))
    ]
    # A cover sheet may say 'Study' beside its title: such a sheet is passed over where another knows more headings.
    sure = [each for each in found if each[2] > 1] or found
    if not sure:
        raise UserError(
            "has no sheet with a column that names the report or the study", path=name, hint="call it report_id"
        )
    problems = tuple(
        Problem(name, None, f"sheet '{sheet.name}' has no column that names the report, and was not read", "warning")
        for sheet in sheets
        if sheet.rows and sheet.name not in (LISTS, FILLED_IN) and all(sheet is not each[0] for each in sure)
    )
    tables = tuple(make_table(name, sheet, start) for sheet, start, _ in sure)
    return KeyTables(tables, _read_filled_in(sheets), problems)


def _find_header(sheet: Sheet, words: Set[str]) -> tuple[int, int] | None:
    """The place of the header among the sheet's rows, and how many of its headings are known: the first that knows most."""
    keys = {fold(word) for word in (*KEY_COLUMNS, *STUDY_COLUMNS)}
    counts = []
    for start, (_, cells) in enumerate(sheet.rows[:_HEADER_WITHIN]):
        folded = [fold(cell) for cell in cells if cell.strip()]
        if len(folded) > 1 and keys & set(folded):
            counts.append((len(words & set(folded)), -start))
    if not counts:
        return None
    known, start = max(counts)
    return -start, known


def make_table(name: str, sheet: Sheet, start: int) -> KeyTable:
    """The table below a sheet's header, which is the row at this place among its rows; a merged cell's value is each of its rows'."""
    line_of_header, cells = sheet.rows[start]
    header = tuple(cell.strip() for cell in cells)
    while header and not header[-1]:
        header = header[:-1]
    problems: list[Problem] = []
    below = {line: list(row) for line, row in sheet.rows[start + 1 :]}
    for area in sheet.merged:
        left, top, _, bottom = (bound or 0 for bound in range_boundaries(area))
        values = below.get(top, [])
        value = values[left - 1].strip() if len(values) >= left else ""
        if top <= line_of_header or left > len(header) or not value:
            continue
        for line in range(top, bottom + 1):
            row = below.setdefault(line, [])
            row.extend([""] * (left - len(row)))
            row[left - 1] = value
        what = f"was read for each of its {bottom - top + 1} rows" if bottom > top else "was read for its first column"
        problems.append(Problem(name, None, f"{sheet.name}!{area} is merged: {value!r} {what}", "warning"))
    rows_read = []
    for line, row in sorted(below.items()):
        problems += [
            Problem(
                name, None, f"{sheet.name}!{get_column_letter(n + 1)}{line} stands below no heading, and was not read"
            )
            for n, cell in enumerate(row)
            if cell.strip() and (n >= len(header) or not header[n])
        ]
        if any(cell.strip() for cell in row[: len(header)]):
            rows_read.append((line, tuple(row[: len(header)]) + ("",) * (len(header) - len(row))))
    return KeyTable(name, sheet.name, header, tuple(rows_read), tuple(problems))


def _read_filled_in(sheets: Sequence[Sheet]) -> dict[tuple[str, str], str]:
    """What stood in the form when it was written, by (key, field)."""
    rows = next((sheet.rows for sheet in sheets if sheet.name == FILLED_IN), [])
    return {(cells[0], cells[1]): cells[2] for _, cells in rows[1:] if len(cells) > 2}


def key_of(cells: Mapping[str, str], columns: Mapping[str, str]) -> tuple[str, str | None]:
    """A row's key and study name: the report's name in the file, or the study's where it names no report."""
    study = cells.get(columns.get("study", ""), "") or None
    return cells.get(columns.get("key", ""), "") or study or "", study
