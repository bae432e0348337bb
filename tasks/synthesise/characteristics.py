"""Study characteristics from a sheet: one row a study with a column a field, or one row a value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from schemas.characteristic import CharacteristicRow
from schemas.errors import UserError
from schemas.frames import frame_of
from schemas.problem import Problem
from schemas.protocol import ExtractionField
from tasks.synthesise.answers import Answer, parse_answer
from tasks.synthesise.form_model import find_bad_cells
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
    "field": ("field", "characteristic", "variable", "item", "attribute"),
    "value": ("value", "answer", "text", "content"),
}
_STUDY_ID = re.compile(r"^stu_(?=.)")


@dataclass(frozen=True)
class _Layout:
    """What the columns mean: the report's, the study's, and either the fields' own or a pair of field and value."""

    columns: Mapping[str, str]
    long: Mapping[str, str]
    fields: Sequence[str]
    problems: Sequence[Problem]

    def pairs(self, cells: Mapping[str, str]) -> list[tuple[str, str, str]]:
        """A row's (field, text, heading under which the text stands)."""
        if self.long:
            return [(cells[self.long["field"]], cells[self.long["value"]], self.long["value"])]
        return [(column, cells[column], column) for column in self.fields]


@dataclass(frozen=True)
class _Cell:
    """One cell of a row about a report: its field where the protocol declares it, and what it answers; None: it is empty."""

    line: int
    heading: str
    name: str
    field: ExtractionField | None
    text: str
    answer: Answer | None
    about: Mapping[str, Any]


def read_characteristics(path: Path, *, name: str | None = None, fields: Sequence[ExtractionField] = ()) -> SheetFile:
    """Read a CSV or .xlsx of study characteristics into CharacteristicRow.

    `fields` are the protocol's: columns are known by name or label, of today or before, and held against the model that is made
    of them. A cell that does not fit is told with its place and kept as invalid; all others are read. Raises `UserError`
    where nothing names the report.
    """
    known = {fold(word): field for field in reversed(fields) for word in field.formerly}
    known |= {fold(word): field for field in reversed(fields) for word in (field.label, field.name)}
    file = read_key_tables(
        path, name=name, known=known.keys() | {fold(word) for words in _LONG.values() for word in words}
    )
    problems = list(file.problems)
    rows: list[dict[str, Any]] = []
    layouts: list[str] = []
    total = read = empty = 0
    for table in file.tables:
        layout = _read_layout(table, known)
        layouts.append("long" if layout.long else "wide")
        problems += [*table.problems, *layout.problems]
        cells, empty_rows, refused = _read_cells(table, layout, known)
        problems += refused
        marked, doubts = _mark_cells(table, cells, fields)
        problems += doubts
        rows += _list_rows(table, marked, file.filled_in)
        total += len(table.rows) + (len(table.problems) if table.sheet is None else 0)
        read += len({cell.line for cell in cells if cell.answer})
        empty += empty_rows
    problems += _several_values(file.tables[0].file, rows, known)
    return SheetFile(
        file.tables[0].file,
        " and ".join(dict.fromkeys(layouts)),
        total,
        read,
        empty,
        frame_of(CharacteristicRow, rows),
        tuple(sorted(problems, key=lambda problem: problem.line or 0)),
    )


def _read_layout(table: KeyTable, known: Mapping[str, ExtractionField]) -> _Layout:
    columns = named_columns(
        table.header, {"key": KEY_COLUMNS, "study": STUDY_COLUMNS, "extractor": _unless_field(PERSON_COLUMNS, known)}
    )
    rest = [column for column in table.header if column and column not in columns.values()]
    long = named_columns([column for column in rest if fold(column) not in known], _LONG)
    problems: list[Problem] = []
    where = f"{table.sheet}: " if table.sheet else ""

    def warn_of_columns(message: str, columns_named: list[str]) -> None:
        if columns_named:
            problems.append(Problem(table.file, None, f"{where}{message}: {', '.join(columns_named)}", "warning"))

    if len(long) == 2:
        warn_of_columns("columns that were not read", [column for column in rest if column not in long.values()])
        return _Layout(columns, long, (), problems)
    context = {fold(word) for word in CONTEXT_COLUMNS} - known.keys()
    fields = list(dict.fromkeys(column for column in rest if fold(column) not in context))
    if not fields:
        raise UserError("has no column with a characteristic", path=table.file)
    warn_of_columns("columns that were not read", [c for c in rest if c not in fields and fold(c) != "reference"])
    if known:
        warn_of_columns(
            "columns that are no field of the protocol, read as they are", [c for c in fields if fold(c) not in known]
        )
    return _Layout(columns, {}, fields, problems)


def _unless_field(words: Iterable[str], known: Mapping[str, ExtractionField]) -> list[str]:
    return [word for word in words if fold(word) not in known]


def _read_cells(
    table: KeyTable, layout: _Layout, known: Mapping[str, ExtractionField]
) -> tuple[list[_Cell], int, list[Problem]]:
    """The cells of the rows that say which report they are about and answer anything, how many rows are empty, and problems."""
    cells: list[_Cell] = []
    problems: list[Problem] = []
    empty = 0
    for line, row in table.records():
        named, study = key_of(row, layout.columns)
        pairs = layout.pairs(row)
        # That reports belong to one study is worth keeping where nothing else is filled in yet.
        grouped = bool(study and named != study)
        answered = grouped or any(text for _, text, _ in pairs)
        empty += not answered
        if not answered and not named:
            continue
        keys = [_STUDY_ID.sub("rep_", key.strip()) for key in (named.split(";") if "rep_" in named else [named])]
        if not keys[0]:
            problems.append(table.row_problem(line, "does not say which report it is about, and was not read"))
            continue
        if layout.long and not pairs[0][0] and pairs[0][1]:
            problems.append(table.row_problem(line, "has a value without a field, and was not read"))
            continue
        # A row that names several reports, or none but the study, is about the study.
        about = {
            "row": line, "key": keys[0], "study": None if study and _STUDY_ID.match(study) else study,
            "extractor": row.get(layout.columns.get("extractor", "")) or None,
            "whole_study": len(keys) > 1 or named == study or bool(_STUDY_ID.match(named)),
        }  # fmt: skip
        heading = layout.columns.get("study") or layout.columns["key"]
        if grouped:
            cells += [
                _Cell(line, heading, "study", None, study or "", Answer((study or "",)), {**about, "key": key})
                for key in keys
            ]
        for column, text, column_heading in pairs:
            field = known.get(fold(column))
            if column and (text or field):
                answer = parse_answer(field, text) if text else None
                cells.append(_Cell(line, column_heading, field.name if field else column, field, text, answer, about))
    return cells, empty, problems


def _mark_cells(
    table: KeyTable, cells: Sequence[_Cell], fields: Sequence[ExtractionField]
) -> tuple[list[tuple[_Cell, bool]], list[Problem]]:
    """Each cell with whether it is good, by the model that is made of the declaration; and what to tell."""
    asked: dict[tuple[int, str], int] = {}
    checked: dict[int, dict[str, str | None]] = {}
    for place, cell in enumerate(cells):
        if cell.field is not None and (cell.answer is None or cell.answer.status != "invalid"):
            # A row of the frame holds a field once: of several rows about one field each is asked for itself.
            asked[cell.line, cell.name] = place
            checked.setdefault(cell.line, {})[cell.name] = cell.answer.checked if cell.answer else None
    lines = sorted(checked)
    present = [field for field in fields if any(field.name in checked[line] for line in lines)]
    columns = {field.name: [checked[line].get(field.name) for line in lines] for field in present}
    frame = pl.DataFrame(columns, schema={field.name: pl.String for field in present})
    wrong: dict[int, str] = {}
    for (row, name), what in find_bad_cells(present, frame).items():
        if (lines[row], name) in asked:
            wrong[asked[lines[row], name]] = what
    problems = []
    marked = []
    for place, cell in enumerate(cells):
        message, severity = _describe_cell(cell, wrong.get(place))
        if message:
            label = cell.field.label if cell.field else cell.name
            problems.append(table.problem(cell.line, cell.heading, f"{label}: {message}", severity))
        marked.append((cell, severity == "warning"))
    return marked, problems


def _describe_cell(cell: _Cell, wrong: str | None) -> tuple[str, Literal["error", "warning"]]:
    """What to tell of a cell, if anything; an error is what was not read. `wrong`: what the model says."""
    if cell.answer is None:
        return ("is required, and is empty" if wrong is not None else "", "warning")
    if cell.answer.status == "invalid":
        return f"holds Excel's error {cell.text}, and was not read", "error"
    if wrong is not None:
        return f"{cell.text!r} {wrong}; it was not read", "error"
    return cell.answer.doubt, "warning"


def _list_rows(
    table: KeyTable, marked: Iterable[tuple[_Cell, bool]], filled_in: Mapping[tuple[str, str], str]
) -> list[dict[str, Any]]:
    """The rows of CharacteristicRow: one a value, and one for each empty cell of a declared field."""
    rows: list[dict[str, Any]] = []
    for cell, good in marked:
        about = {**cell.about, "field": cell.name, "place": table.place(cell.line, cell.heading)}
        if cell.answer is None:
            emptied = (str(cell.about["key"]), cell.name) in filled_in
            rows.append({**about, "status": "emptied" if emptied else "empty"})
        elif not good:
            rows.append({**about, "value": cell.text, "status": "invalid"})
        else:
            rows += [
                {**about, "value": value, "status": cell.answer.status, "number": cell.answer.number,
                 "qualifier": cell.answer.qualifier}
                for value in cell.answer.values
            ]  # fmt: skip
    return rows


def _several_values(
    name: str, rows: Sequence[Mapping[str, Any]], known: Mapping[str, ExtractionField]
) -> list[Problem]:
    """One line for each report, extractor and field with values on several rows, unless the field takes several."""
    several = {field.name for field in known.values() if field.type == "choices"}
    seen: dict[tuple[str, str, str | None], dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        if row["field"] not in several and row.get("value") is not None:
            seen.setdefault((row["key"], row["field"], row["extractor"]), {})[row["place"]] = row
    return [
        Problem(
            name,
            max(row["row"] for row in values.values()),
            f"{key} has {len(values)} values of {field} ({_join_places(values)}); all are kept",
            "warning",
        )
        for (key, field, _), values in seen.items()
        if len(values) > 1
    ]


def _join_places(places: Iterable[str]) -> str:
    """'lines 2, 3' and 'Extraction!F2, Extraction!F3'."""
    joined = ", ".join(places)
    return f"lines {joined.replace('line ', '')}" if joined.startswith("line ") else joined
