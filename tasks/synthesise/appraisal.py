"""Critical appraisal: checklists as data, and answers from a sheet (a row an answer, or a row a report)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.characteristic import AppraisalRow
from schemas.errors import UserError
from schemas.frames import frame_of
from schemas.problem import Problem
from tasks.synthesise.sheets import CONTEXT_COLUMNS, KEY_COLUMNS, STUDY_COLUMNS, SheetFile, key_of
from tasks.tabular import Tabular, fold, named_columns, read_tabular

_FOLDER = Path(__file__).with_name("checklists")
_LONG = {
    "item": ("item", "question", "criterion", "number"),
    "answer": ("answer", "judgement", "judgment", "verdict", "value"),
    "reason": ("reason", "justification", "comment", "comments", "note", "notes", "support"),
}
_COMMON = {"reviewer": ("reviewer", "appraiser", "rater"), "checklist": ("checklist", "tool")}
_REASON_OF = re.compile(r"(?:reason|justification|comment|note|why)s?$", re.IGNORECASE)


@dataclass(frozen=True)
class Item:
    """One question. An `open` item takes any text as its answer."""

    number: int
    short: str
    question: str
    open: bool


@dataclass(frozen=True)
class Checklist:
    """A checklist: its items, and its answers with the spellings that mean them."""

    name: str
    title: str
    items: tuple[Item, ...]
    answers: dict[str, str]

    def item(self, text: str) -> Item | None:
        """The item that '4', 'Q4', 'item 4' or its short name means."""
        match = re.fullmatch(
            r"(?:q|item|question|criterion|casp)?\s*\.?\s*(\d{1,2})(?:\s*[.:)].*)?", text.strip(), re.IGNORECASE
        )
        for item in self.items:
            if (match and int(match[1]) == item.number) or fold(text) in (fold(item.short), fold(item.question)):
                return item
        return None


def read_checklist(name: str) -> Checklist:
    """A checklist by name. Raises `UserError` naming those that there are."""
    path = _FOLDER / f"{name}.toml"
    if not re.fullmatch(r"[a-z0-9_-]+", name) or not path.is_file():
        names = ", ".join(sorted(each.stem for each in _FOLDER.glob("*.toml")))
        raise UserError(f"there is no checklist '{name}'", hint=f"there is: {names}")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Checklist(
        data["name"],
        data["title"],
        tuple(Item(each["number"], each["short"], each["question"], each.get("open", False)) for each in data["item"]),
        {fold(spelling): answer for answer, spellings in data["answers"].items() for spelling in spellings},
    )


def read_appraisal(path: Path, *, checklist: Checklist, name: str | None = None, sheet: str | None = None) -> SheetFile:
    """Read a CSV or .xlsx of answers into AppraisalRow. An answer that the checklist does not know is not taken."""
    table = read_tabular(path, name=name, sheet=sheet)
    columns = named_columns(table.header, {"key": KEY_COLUMNS, "study": STUDY_COLUMNS, **_COMMON})
    if not {"key", "study"} & columns.keys():
        raise UserError("has no column that names the report or the study", path=table.name, hint="call it report_id")
    rest = [column for column in table.header if column and column not in columns.values()]
    long = named_columns(rest, _LONG)
    is_long = {"item", "answer"} <= long.keys()
    answers, reasons = ({}, {}) if is_long else _item_columns(rest, checklist)
    if not is_long and not answers:
        raise UserError(
            "has neither columns item and answer, nor a column for each item",
            path=table.name,
            hint=f"items of {checklist.title}: 1 to {len(checklist.items)}",
        )
    read_columns = {*long.values(), *answers.values(), *reasons.values()}
    problems = list(table.problems)
    ignored = [
        column for column in rest if column not in read_columns and fold(column) not in map(fold, CONTEXT_COLUMNS)
    ]
    if ignored:
        problems.append(Problem(table.name, None, f"columns that were not read: {', '.join(ignored)}", "warning"))
    rows: list[dict[str, Any]] = []
    read = empty = 0
    for line, cells in table.records():
        key, _ = key_of(cells, columns)
        if is_long:
            answered = [(cells[long["item"]], cells[long["answer"]], cells.get(long.get("reason", ""), ""))]
        else:
            answered = [(str(n), cells[column], cells.get(reasons.get(n, ""), "")) for n, column in answers.items()]
        answered = [each for each in answered if each[1]]
        other = cells.get(columns.get("checklist", ""), "")
        if not answered:
            empty += 1
            continue
        if not key or (other and fold(other) not in (fold(checklist.name), fold(checklist.title))):
            message = f"is about another checklist ({other})" if key else "does not say which report it is about"
            problems.append(Problem(table.name, line, f"{message}, and was not read"))
            continue
        accepted = [
            row for row in (_answer_row(table, line, checklist, each, problems) for each in answered) if row is not None
        ]
        read += bool(accepted)
        reviewer = cells.get(columns.get("reviewer", ""), "") or None
        rows += [
            {"row": line, "key": key, "checklist": checklist.name, "reviewer": reviewer, **row} for row in accepted
        ]
    problems += _answered_twice(table.name, rows)
    return SheetFile(
        table.name,
        "long" if is_long else "wide",
        len(table.rows) + len(table.problems),
        read,
        empty,
        frame_of(AppraisalRow, rows),
        tuple(sorted(problems, key=lambda problem: problem.line or 0)),
    )


def _item_columns(columns: list[str], checklist: Checklist) -> tuple[dict[int, str], dict[int, str]]:
    """Which column holds each item's answer, and which its reason ('Q4', 'Q4 reason')."""
    answers: dict[int, str] = {}
    reasons: dict[int, str] = {}
    for column in columns:
        stem = _REASON_OF.sub("", column).strip(" _-:")
        item = checklist.item(stem)
        if item is not None:
            (answers if stem == column.strip() else reasons).setdefault(item.number, column)
    return answers, reasons


def _answer_row(
    table: Tabular, line: int, checklist: Checklist, cells: tuple[str, str, str], problems: list[Problem]
) -> dict[str, Any] | None:
    text, answer, reason = cells
    item = checklist.item(text)
    if item is None:
        problems.append(Problem(table.name, line, f"{text!r} is no item of {checklist.title}; its answer was not read"))
        return None
    meant = answer if item.open else checklist.answers.get(fold(answer))
    if meant is None:
        allowed = ", ".join(dict.fromkeys(checklist.answers.values()))
        problems.append(Problem(table.name, line, f"item {item.number}: {answer!r} is none of {allowed}; not read"))
        return None
    return {"item": item.number, "answer": meant, "reason": reason or None}


def _answered_twice(name: str, rows: list[dict[str, Any]]) -> list[Problem]:
    seen: dict[tuple[str, int, str | None], list[dict[str, Any]]] = {}
    for row in rows:
        seen.setdefault((row["key"], row["item"], row["reviewer"]), []).append(row)
    return [
        Problem(
            name,
            same[-1]["row"],
            f"{key}, item {item}: {len(same)} answers of {reviewer or 'nobody named'}; the last counts",
            "warning",
        )
        for (key, item, reviewer), same in seen.items()
        if len(same) > 1
    ]
