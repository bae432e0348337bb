"""Critical appraisal: answers to checklists from a sheet (a row an answer, or a row a report)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.characteristic import AppraisalRow
from schemas.errors import UserError
from schemas.frames import frame_of
from schemas.problem import Problem
from tasks.synthesise.answers import ERRORS
from tasks.synthesise.checklist import Checklist
from tasks.synthesise.sheets import (
    CONTEXT_COLUMNS,
    KEY_COLUMNS,
    PERSON_COLUMNS,
    STUDY_COLUMNS,
    KeyTable,
    SheetFile,
    key_of,
    read_key_tables,
)
from tasks.tabular import fold, named_columns

_LONG = {
    "item": ("item", "question", "criterion", "number"),
    "answer": ("answer", "judgement", "judgment", "verdict", "value"),
    "reason": ("reason", "justification", "comment", "comments", "note", "notes", "support"),
}
_COMMON = {"reviewer": PERSON_COLUMNS, "checklist": ("checklist", "tool")}
_STUDY_ID = re.compile(r"^stu_(?=.)")
_REASON_OF = re.compile(r"(?:reason|justification|comment|note|why)s?$", re.IGNORECASE)


def read_appraisal(path: Path, *, checklists: Sequence[Checklist], name: str | None = None) -> SheetFile:
    """Read a CSV or .xlsx of answers into AppraisalRow. A row that names no checklist is about the first.

    An answer that its checklist does not know is told with its cell and not taken. Raises `UserError` where nothing names
    the report, or no column holds answers.
    """
    items = {
        fold(word) for c in checklists for item in c.items for word in (str(item.number), f"Q{item.number}", item.short)
    }
    words = {fold(word) for spellings in (*_LONG.values(), *_COMMON.values()) for word in spellings}
    file = read_key_tables(path, name=name, known=items | words)
    problems = list(file.problems)
    rows: list[dict[str, Any]] = []
    layouts: list[str] = []
    total = read = empty = 0
    for table in file.tables:
        layout = _read_layout(table, checklists)
        layouts.append("long" if layout.long else "wide")
        problems += [*table.problems, *layout.problems]
        total += len(table.rows) + (len(table.problems) if table.sheet is None else 0)
        for line, cells in table.records():
            answered = [each for each in layout.list_answers(cells) if each[1]]
            if not answered:
                empty += 1
                continue
            key, _ = key_of(cells, layout.columns)
            other = cells.get(layout.columns.get("checklist", ""), "")
            checklist = next((c for c in checklists if not other or fold(other) in (fold(c.name), fold(c.title))), None)
            if not key or checklist is None:
                message = f"is about another checklist ({other})" if key else "does not say which report it is about"
                problems.append(table.row_problem(line, f"{message}, and was not read"))
                continue
            reviewer = cells.get(layout.columns.get("reviewer", ""), "") or None
            if reviewer is None and "reviewer" in layout.columns:
                message = "names no reviewer: the answers count as those of whoever hands the file over"
                problems.append(table.problem(line, layout.columns["reviewer"], message, "warning"))
            accepted = []
            for item, answer, reason, heading in answered:
                row = _parse_answer(table, line, heading, checklist, (item, answer, reason))
                if isinstance(row, Problem):
                    problems.append(row)
                else:
                    about = {
                        "row": line,
                        "key": _STUDY_ID.sub("rep_", key),
                        "checklist": checklist.name,
                        "reviewer": reviewer,
                    }
                    accepted.append({**about, **row})
            read += bool(accepted)
            rows += accepted
    problems += _answered_twice(file.tables[0].file, rows)
    return SheetFile(
        file.tables[0].file,
        " and ".join(dict.fromkeys(layouts)),
        total,
        read,
        empty,
        frame_of(AppraisalRow, rows),
        tuple(sorted(problems, key=lambda problem: problem.line or 0)),
    )


def is_appraisal(path: Path) -> bool:
    """Whether a sheet says of its rows which checklist they answer, as the appraisal form does."""
    try:
        tables = read_key_tables(path).tables
    except UserError:  # said by who reads it
        return False
    return any("checklist" in map(fold, table.header) for table in tables)


@dataclass(frozen=True)
class _Layout:
    """What the columns mean: whose answers, and either item and answer, or a column for each item and one for its reason."""

    columns: Mapping[str, str]
    long: Mapping[str, str]
    answers: Mapping[int, str]
    reasons: Mapping[int, str]
    problems: Sequence[Problem]

    def list_answers(self, cells: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
        """A row's (item, answer, reason, heading under which the answer stands)."""
        if self.long:
            reason = cells.get(self.long.get("reason", ""), "")
            return [(cells[self.long["item"]], cells[self.long["answer"]], reason, self.long["answer"])]
        return [
            (str(n), cells[column], cells.get(self.reasons.get(n, ""), ""), column)
            for n, column in self.answers.items()
        ]


def _read_layout(table: KeyTable, checklists: Sequence[Checklist]) -> _Layout:
    columns = named_columns(table.header, {"key": KEY_COLUMNS, "study": STUDY_COLUMNS, **_COMMON})
    rest = [column for column in table.header if column and column not in columns.values()]
    long = named_columns(rest, _LONG)
    is_long = {"item", "answer"} <= long.keys()
    answers, reasons = ({}, {}) if is_long else _item_columns(rest, checklists)
    if not is_long and not answers:
        raise UserError(
            "has neither columns item and answer, nor a column for each item",
            path=table.file,
            hint=f"items of {checklists[0].title}: 1 to {len(checklists[0].items)}",
        )
    read_columns = {*long.values(), *answers.values(), *reasons.values()}
    ignored = [
        column for column in rest if column not in read_columns and fold(column) not in map(fold, CONTEXT_COLUMNS)
    ]
    where = f"{table.sheet}: " if table.sheet else ""
    message = f"{where}columns that were not read: {', '.join(ignored)}"
    problems = [Problem(table.file, None, message, "warning")] if ignored else []
    return _Layout(columns, long if is_long else {}, answers, reasons, problems)


def _item_columns(columns: list[str], checklists: Sequence[Checklist]) -> tuple[dict[int, str], dict[int, str]]:
    """Which column holds each item's answer, and which its reason ('Q4', 'Q4 reason')."""
    answers: dict[int, str] = {}
    reasons: dict[int, str] = {}
    for column in columns:
        stem = _REASON_OF.sub("", column).strip(" _-:")
        item = next((item for c in checklists if (item := c.item(stem)) is not None), None)
        if item is not None:
            (answers if stem == column.strip() else reasons).setdefault(item.number, column)
    return answers, reasons


def _parse_answer(
    table: KeyTable, line: int, heading: str, checklist: Checklist, cells: tuple[str, str, str]
) -> dict[str, Any] | Problem:
    """Item, answer and reason, or what is wrong with the cell."""
    text, answer, reason = cells
    item = checklist.item(text)
    if item is None:
        return table.problem(line, heading, f"{text!r} is no item of {checklist.title}; its answer was not read")
    meant = answer if item.open else checklist.answers.get(fold(answer))
    if answer in ERRORS:
        return table.problem(line, heading, f"item {item.number}: holds Excel's error {answer}, and was not read")
    if meant is None:
        allowed = ", ".join(dict.fromkeys(checklist.answers.values()))
        return table.problem(line, heading, f"item {item.number}: {answer!r} is none of {allowed}; not read")
    return {"item": item.number, "answer": meant, "reason": reason or None}


def _answered_twice(name: str, rows: list[dict[str, Any]]) -> list[Problem]:
    seen: dict[tuple[str, str, int, str | None], list[dict[str, Any]]] = {}
    for row in rows:
        seen.setdefault((row["key"], row["checklist"], row["item"], row["reviewer"]), []).append(row)
    return [
        Problem(
            name,
            same[-1]["row"],
            f"{key}, item {item}: {len(same)} answers of {reviewer or 'nobody named'}; the last counts",
            "warning",
        )
        for (key, _, item, reviewer), same in seen.items()
        if len(same) > 1
    ]
