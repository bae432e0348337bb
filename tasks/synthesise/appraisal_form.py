"""The appraisal form: an Excel workbook with a sheet a checklist, a row a report, and for each item its answers as a list and room for
the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from tasks.synthesise.checklist import Checklist, Item
from tasks.synthesise.form import write_text
from tasks.synthesise.sheets import LISTS

_ROWS = Path(__file__).with_name("appraisal_form.sql").read_text(encoding="utf-8")
_FIXED = ("report_id", "study", "reference", "reviewer", "checklist")


@dataclass
class AppraisalFormRow:
    """One included report. `answers`: (checklist, item) → answer and reason; `told`: what others answered, where it may be seen."""

    report_id: str
    study: str
    reference: str
    answers: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    told: dict[tuple[str, int], str] = field(default_factory=dict)


def read_appraisal_rows(con: duckdb.DuckDBPyConnection, reviewer: str) -> list[AppraisalFormRow]:
    """A row for each included report in the order of inclusion, with the reviewer's own answers.

    What others answered about a report is told where she and one of them have answered all of the checklist. 'consensus': what is
    known of the reports that two are done with, and as its answers those on which they agree.
    """
    rows: dict[str, AppraisalFormRow] = {}
    for report_id, study, reference, checklist, item, answer, reason, told in con.execute(
        _ROWS, {"reviewer": reviewer}
    ).fetchall():
        row = rows.setdefault(report_id, AppraisalFormRow(report_id, study or "", reference or ""))
        if answer is not None:
            row.answers[checklist, item] = (answer, reason or "")
        if told:
            row.told[checklist, item] = told
    return list(rows.values())


def write_appraisal_form(
    path: Path, checklists: Sequence[Checklist], rows: Sequence[AppraisalFormRow], reviewer: str
) -> None:
    """Write the form; an existing file is replaced whole, or not at all. `read_appraisal` reads it back equal."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    for number, checklist in enumerate(checklists, start=1):
        options = list(dict.fromkeys(checklist.answers.values()))
        for line, option in enumerate(options, start=1):
            write_text(lists.cell(line, number), option)
        at = get_column_letter(number)
        sheet = book.create_sheet(_name_sheet(checklist, book.sheetnames), number - 1)
        _write_sheet(sheet, checklist, rows, reviewer, f"{LISTS}!${at}$1:${at}${len(options)}")
    book.active = 0
    partial = path.with_name(path.name + ".partial")
    try:
        book.save(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _write_sheet(
    sheet: Any, checklist: Checklist, rows: Sequence[AppraisalFormRow], reviewer: str, options: str
) -> None:
    headings = [*_FIXED, *(h for item in checklist.items for h in (_head(item), f"{_head(item)} reason"))]
    for column, heading in enumerate(headings, start=1):
        top = sheet.cell(1, column)
        write_text(top, heading)
        top.font, top.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6EE")
        sheet.column_dimensions[get_column_letter(column)].width = 26
    for number, row in enumerate(rows, start=2):
        for column, text in enumerate((row.report_id, row.study, row.reference, reviewer, checklist.name), start=1):
            write_text(sheet.cell(number, column), text)
    last = max(len(rows) + 1, 2)
    rule = DataValidation("list", formula1=options, allow_blank=True)
    rule.error = "choose from the list"
    # A warning, not a refusal: what does not fit is written all the same, and reported at import.
    rule.errorStyle, rule.showErrorMessage = "warning", True
    if any(not item.open for item in checklist.items):
        sheet.add_data_validation(rule)
    for place, item in enumerate(checklist.items):
        column = len(_FIXED) + 1 + 2 * place
        sheet.cell(1, column).comment = Comment(_describe(item, checklist.answers), "living-review")
        if not item.open:
            letter = get_column_letter(column)
            rule.add(f"{letter}2:{letter}{last}")
        for number, row in enumerate(rows, start=2):
            answer, reason = row.answers.get((checklist.name, item.number), ("", ""))
            write_text(sheet.cell(number, column), answer)
            write_text(sheet.cell(number, column + 1), reason)
            if told := row.told.get((checklist.name, item.number)):
                sheet.cell(number, column).comment = Comment(told, "living-review")
    sheet.freeze_panes = f"{get_column_letter(len(_FIXED) + 1)}2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{len(rows) + 1}"


def _head(item: Item) -> str:
    """A column's heading, which `Checklist.item` understands by its number."""
    return f"{item.number}. {item.short}"


def _describe(item: Item, answers: Mapping[str, str]) -> str:
    kinds = "In words." if item.open else "One of: " + "; ".join(dict.fromkeys(answers.values()))
    return f"{item.question}\n{kinds}"


def _name_sheet(checklist: Checklist, taken: Sequence[str]) -> str:
    """The checklist's name, as a sheet can bear it, and told from others."""
    name = checklist.name[:31]
    return next(
        n for n in (name, *(f"{name[:27]} {k}" for k in range(2, 1000))) if n.lower() not in map(str.lower, taken)
    )
