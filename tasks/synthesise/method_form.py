"""The workbook of a method of synthesis: a sheet for each kind of rows that it asks for, with what stands filled in.

`read_method_file` reads it back equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from schemas.protocol_synthesis import Method
from tasks.output import whole_file
from tasks.synthesise.form import clean
from tasks.synthesise.method_kinds import ASKED_FOR, CELL, KINDS, Kind
from tasks.synthesise.sheets import CONTEXT_COLUMNS, LISTS
from tasks.tabular import fold

_STUDIES = """
SELECT i.label, s.report_ids
FROM study_inclusion AS i JOIN study AS s USING (study_id)
ORDER BY i.position
"""
_THEMES = "SELECT theme_id, name FROM theme ORDER BY position"
_CELLS = "SELECT study, theme_id, analyst, summary FROM framework_cell WHERE summary IS NOT NULL ORDER BY study_position, theme_position"
_ITEMS = """
SELECT kind, coalesce(report_id, key) AS key, id, name, text, quote, page, choice, others, who
FROM method_item WHERE kind <> 'cell' ORDER BY received_at, arrival_id, id, others
"""
_EMPTY_ROWS = 300
"""How far below the header the lists of choices reach."""


@dataclass(frozen=True)
class FormContent:
    """What a form is filled with. `studies`: label → its reports' ids; `themes`: id → name; `cells`: (study, analyst) → theme → text."""

    studies: Mapping[str, Sequence[str]]
    themes: Mapping[str, str]
    cells: Mapping[tuple[str, str | None], Mapping[str, str]]
    items: Sequence[Mapping[str, Any]]


def read_content(con: duckdb.DuckDBPyConnection) -> FormContent:
    """What stands, by the published copy."""
    cells: dict[tuple[str, str | None], dict[str, str]] = {}
    for study, theme, analyst, text in con.execute(_CELLS).fetchall():
        cells.setdefault((study, analyst), {})[theme] = text
    return FormContent(
        dict(con.execute(_STUDIES).fetchall()), dict(con.execute(_THEMES).fetchall()), cells,
        con.sql(_ITEMS).pl().to_dicts(),
    )  # fmt: skip


def write_method_form(path: Path, method: Method, content: FormContent) -> dict[str, int]:
    """Writes the form; returns how many rows each sheet holds. An existing file is replaced whole, or not at all."""
    from openpyxl import Workbook  # noqa: PLC0415  slow to import

    book = Workbook()
    book.remove(book.worksheets[0])
    counts = {}
    for name in ASKED_FOR[method]:
        kind = KINDS[name]
        headings, rows = _lay_out_cells(content) if kind is CELL else _lay_out(kind, content)
        _write_sheet(book, kind, headings, rows)
        counts[kind.sheet] = len(rows)
    lists = book.create_sheet(LISTS)
    for number, (label, reports) in enumerate(content.studies.items(), start=1):
        _write(lists.cell(number, 1), reports[0])
        _write(lists.cell(number, 2), label)
    with whole_file(path) as part:
        book.save(part)
    return counts


def name_themes(themes: Mapping[str, str]) -> dict[str, str]:
    """Theme → its column's heading: its name, or its id where the name is another theme's, or another column's."""
    fixed = {fold(word) for word in (*CONTEXT_COLUMNS, *(word for column in CELL.columns for word in column.words))}
    names = [fold(name) for name in themes.values()]
    return {
        id: name if names.count(fold(name)) == 1 and fold(name) not in fixed and fold(name) else id
        for id, name in themes.items()
    }


def _lay_out_cells(content: FormContent) -> tuple[list[str], list[list[str]]]:
    """A row a study (and analyst who wrote), a column a theme."""
    heading_of = name_themes(content.themes)
    rows = []
    for study, reports in content.studies.items():
        written = {analyst: texts for (of, analyst), texts in content.cells.items() if of == study} or {None: {}}
        rows += [
            [reports[0], study, analyst or "", *(texts.get(theme, "") for theme in heading_of)]
            for analyst, texts in written.items()
        ]
    return ["report_id", "study", "analyst", *heading_of.values()], rows


def _lay_out(kind: Kind, content: FormContent) -> tuple[list[str], list[list[str]]]:
    """The kind's columns, a row an item."""
    rows = [list(_list_cells(kind, item)) for item in content.items if item["kind"] == kind.name]
    return [column.name for column in kind.columns], rows


def _list_cells(kind: Kind, item: Mapping[str, Any]) -> Iterator[str]:
    others = list(item["others"])
    for column in kind.columns:
        if column.into != "others":
            yield item[column.into] or ""
        elif column.several:
            yield "; ".join(others)
        else:
            yield others.pop(0) if others else ""


def _write_sheet(book: Any, kind: Kind, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from openpyxl.styles import Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    sheet = book.create_sheet(kind.sheet)
    for column, heading in enumerate(headings, start=1):
        cell = sheet.cell(1, column)
        _write(cell, heading)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6EE")
        sheet.column_dimensions[get_column_letter(column)].width = 28
        choices = next((c.choices for c in kind.columns if c.choices and c.name == heading), ())
        if choices:
            rule = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True)
            rule.add(f"{get_column_letter(column)}2:{get_column_letter(column)}{len(rows) + _EMPTY_ROWS}")
            sheet.add_data_validation(rule)
    for number, row in enumerate(rows, start=2):
        for column, text in enumerate(row, start=1):
            _write(sheet.cell(number, column), text)
    sheet.freeze_panes = "D2" if kind is CELL else "B2"


def _write(cell: Any, text: str) -> None:
    """Text as text: what starts like a formula is never one, neither now nor when somebody edits the cell."""
    from openpyxl.styles import Alignment  # noqa: PLC0415

    cell.value = clean(text) or None
    if cell.value is not None:
        cell.data_type = "s"
        cell.quotePrefix = cell.value[0] in "=+-@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
