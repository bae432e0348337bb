"""The extraction form: an Excel workbook with a row a study, a column a field, and the protocol's choices as lists."""

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
from schemas.protocol_forms import ExtractionField
from tasks.synthesise.answers import NOT_APPLICABLE, NOT_REPORTED
from tasks.synthesise.sheets import FILLED_IN, LISTS
from tasks.tabular import fold
from tasks.workbooks import cell_text

SHEET = "Extraction"
_FIXED = ("report_id", "study", "reference", "extractor")
MAX_CELL = 32_767
"""What a cell of Excel can hold."""


@dataclass(frozen=True)
class FormRow:
    """One included study: its reports' ids ('rep_1; rep_2'), its name, references to recognise it by, values and notes by
    field name, and who extracts it."""

    report_ids: str
    study: str = ""
    reference: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    extractor: str = ""


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
        write_text(top, heading)
        top.font = Font(bold=True)
        top.fill = PatternFill("solid", fgColor="DDE6EE")
        sheet.column_dimensions[get_column_letter(column)].width = 28 if column > 1 else 24
    for column, form_field in enumerate(fields, start=len(_FIXED) + 1):
        cell: Any = sheet.cell(1, column)
        cell.comment = Comment(_describe_field(form_field), "living-review")
    for number, row in enumerate(rows, start=2):
        for column, text in enumerate((row.report_ids, row.study, row.reference, row.extractor), start=1):
            write_text(sheet.cell(number, column), text)
        for column, form_field in enumerate(fields, start=len(_FIXED) + 1):
            cell = sheet.cell(number, column)
            _write_value(cell, form_field, row.values.get(form_field.name, ""))
            if form_field.name in row.notes:
                cell.comment = Comment(row.notes[form_field.name], "living-review")
    sheet.freeze_panes = f"{get_column_letter(len(_FIXED) + 1)}2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(_FIXED) + len(fields))}{len(rows) + 1}"
    _add_choice_lists(book, fields, last=max(len(rows) + 1, 2))
    _add_filled_in(book, fields, rows)
    partial = path.with_name(path.name + ".partial")
    try:
        book.save(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_text(cell: Any, text: str) -> None:
    """Write text as text: what starts like a formula is never one, neither now nor when somebody edits the cell."""
    cell.value = clean(text) or None
    if cell.value is not None:
        cell.data_type = "s"
        cell.quotePrefix = cell.value[0] in "=+-@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def clean(text: str) -> str:
    """What a cell can hold: no control characters, single newlines, at most 32,767 characters."""
    return ILLEGAL_CHARACTERS_RE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:MAX_CELL]


def _write_value(cell: Any, form_field: ExtractionField, text: str) -> None:
    write_text(cell, text)
    if form_field.type == "number":
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
        "number": f"A number{f' of {form_field.unit}' if form_field.unit else ''}, as 18 or 'at least 550'.",
        "choice": "One of: " + "; ".join(form_field.options),
        "choices": "Any of, separated by semicolons: " + "; ".join(form_field.options),
        "yes-no": "yes or no.",
    }
    required = "\nRequired." if form_field.required else ""
    return f"{form_field.label}\n{kinds[form_field.type]}\nOr: {NOT_REPORTED}; {NOT_APPLICABLE}.{required}"


def _add_filled_in(book: Workbook, fields: Sequence[ExtractionField], rows: Sequence[FormRow]) -> None:
    """What stands in the form now, on a hidden sheet: a cell that is found empty again was emptied, which is an answer."""
    sheet = book.create_sheet(FILLED_IN)
    sheet.sheet_state = "hidden"
    sheet.append(("report_id", "field", "value"))
    for row in rows:
        for form_field in fields:
            if row.values.get(form_field.name):
                line = sheet.max_row + 1
                key = row.report_ids.split(";")[0].strip()
                for column, text in enumerate((key, form_field.name, row.values[form_field.name]), start=1):
                    write_text(sheet.cell(line, column), text)


def _add_choice_lists(book: Workbook, fields: Sequence[ExtractionField], *, last: int) -> None:
    """Lists for choices. They stand on a sheet of their own: a list within the rule is limited to 255 characters."""
    sheet = book[SHEET]
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    used = 0
    for column, form_field in enumerate(fields, start=len(_FIXED) + 1):
        options = (
            [*form_field.options, NOT_REPORTED, NOT_APPLICABLE]
            if form_field.type == "choice"
            else ["yes", "no", NOT_REPORTED, NOT_APPLICABLE]
            if form_field.type == "yes-no"
            else []
        )
        if not options:
            continue
        letter = get_column_letter(column)
        used += 1
        for number, option in enumerate(options, start=1):
            write_text(lists.cell(number, used), option)
        at = get_column_letter(used)
        rule = DataValidation("list", formula1=f"{LISTS}!${at}$1:${at}${len(options)}", allow_blank=True)
        rule.error = f"{form_field.label}: choose from the list"[:255]
        # A warning, not a refusal: what does not fit is written all the same, and reported at import.
        rule.errorStyle = "warning"
        rule.showErrorMessage = True
        sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{last}")
    if not used:
        book.remove(lists)
