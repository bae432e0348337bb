"""The extraction form: an Excel workbook with a row a report, a column a field, and the protocol's choices as lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from schemas.errors import UserError
from schemas.protocol import ExtractionField
from tasks.tabular import fold
from tasks.workbooks import cell_text

SHEET = "Extraction"
_LISTS = "Lists"
_FIXED = ("report_id", "study", "reference")
MAX_CELL = 32_767
"""What a cell of Excel can hold."""


@dataclass(frozen=True)
class FormRow:
    """One included report: its id, its study's name, a reference to recognise it by, and values by field name."""

    report_id: str
    study: str = ""
    reference: str = ""
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)


def column_headings(fields: Sequence[ExtractionField]) -> dict[str, str]:
    """Each field's column heading: its label, or its name where the label is another field's or a fixed column's.

    Raises `UserError` for a field whose name is a fixed column's too.
    """
    fixed = {fold(word) for word in _FIXED}
    spelt: dict[str, set[str]] = {}
    for form_field in fields:
        for word in (form_field.label, form_field.name):
            spelt.setdefault(fold(word), set()).add(form_field.name)
    heading_of: dict[str, str] = {}
    for form_field in fields:
        free = [
            word
            for word in (form_field.label, form_field.name)
            if fold(word) not in fixed and len(spelt[fold(word)]) == 1
        ]
        # A label of punctuation alone would fold to nothing.
        free = [word for word in free if fold(word)]
        if not free:
            raise UserError(f"extraction field '{form_field.name}' cannot be told from another column: rename it")
        heading_of[form_field.name] = free[0]
    return heading_of


def write_form(path: Path, fields: Sequence[ExtractionField], rows: Sequence[FormRow]) -> None:
    """Write the form; an existing file is replaced whole, or not at all. `read_characteristics` reads it back equal."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    heading_of = column_headings(fields)
    for column, heading in enumerate((*_FIXED, *heading_of.values()), start=1):
        top = sheet.cell(1, column)
        _write_text(top, heading)
        top.font = Font(bold=True)
        top.fill = PatternFill("solid", fgColor="DDE6EE")
        sheet.column_dimensions[get_column_letter(column)].width = 28 if column > 1 else 24
    for column, form_field in enumerate(fields, start=len(_FIXED) + 1):
        cell: Any = sheet.cell(1, column)
        cell.comment = Comment(_describe_field(form_field), "living-review")
    for number, row in enumerate(rows, start=2):
        for column, text in enumerate((row.report_id, row.study, row.reference), start=1):
            _write_text(sheet.cell(number, column), text)
        for column, form_field in enumerate(fields, start=len(_FIXED) + 1):
            _write_value(sheet.cell(number, column), form_field, row.values.get(form_field.name, ()))
    sheet.freeze_panes = f"{get_column_letter(len(_FIXED) + 1)}2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(_FIXED) + len(fields))}{len(rows) + 1}"
    _add_choice_lists(book, fields, last=max(len(rows) + 1, 2))
    partial = path.with_name(path.name + ".partial")
    try:
        book.save(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _write_text(cell: Any, text: str) -> None:
    """Write text as text: what starts like a formula is never one, neither now nor when somebody edits the cell."""
    cell.value = clean(text) or None
    if cell.value is not None:
        cell.data_type = "s"
        cell.quotePrefix = cell.value[0] in "=+-@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def clean(text: str) -> str:
    """What a cell can hold: no control characters, single newlines, at most 32,767 characters."""
    return ILLEGAL_CHARACTERS_RE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:MAX_CELL]


def _write_value(cell: Any, form_field: ExtractionField, values: Sequence[str]) -> None:
    text = "; ".join(values)
    _write_text(cell, text)
    if form_field.type == "number" and len(values) == 1:
        try:
            number = float(text)
        except ValueError:
            return
        # As a number only where it reads back as it was written: 12.50 stays text.
        if cell_text(number) == text:
            cell.value = int(number) if number.is_integer() else number


def _describe_field(form_field: ExtractionField) -> str:
    kinds = {
        "text": "Free text.",
        "number": "A number.",
        "choice": "One of: " + "; ".join(form_field.options),
        "choices": "Any of, separated by semicolons: " + "; ".join(form_field.options),
        "yes-no": "yes or no.",
    }
    return f"{form_field.label}\n{kinds[form_field.type]}"


def _add_choice_lists(book: Workbook, fields: Sequence[ExtractionField], *, last: int) -> None:
    """Lists for choices. They stand on a sheet of their own: a list within the rule is limited to 255 characters."""
    sheet = book[SHEET]
    lists = book.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    used = 0
    for column, form_field in enumerate(fields, start=len(_FIXED) + 1):
        options = (
            list(form_field.options)
            if form_field.type == "choice"
            else ["yes", "no"]
            if form_field.type == "yes-no"
            else []
        )
        letter = get_column_letter(column)
        if options:
            used += 1
            for number, option in enumerate(options, start=1):
                _write_text(lists.cell(number, used), option)
            at = get_column_letter(used)
            rule = DataValidation("list", formula1=f"{_LISTS}!${at}$1:${at}${len(options)}", allow_blank=True)
            rule.error = f"{form_field.label}: choose from the list"[:255]
        elif form_field.type == "number":
            rule = DataValidation(
                "decimal", operator="between", formula1="-1E+300", formula2="1E+300", allow_blank=True
            )
            rule.error = f"{form_field.label}: a number"[:255]
        else:
            continue
        # A warning, not a refusal: what does not fit is written all the same, and reported at import.
        rule.errorStyle = "warning"
        rule.showErrorMessage = True
        sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{last}")
    if not used:
        book.remove(lists)
