"""Study characteristics from a sheet: one row a study with a column a field, or one row a value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.characteristic import CharacteristicRow
from schemas.errors import UserError
from schemas.frames import frame_of
from schemas.problem import Problem
from schemas.protocol import ExtractionField
from tasks.synthesise.sheets import CONTEXT_COLUMNS, KEY_COLUMNS, STUDY_COLUMNS, SheetFile, key_of
from tasks.tabular import Tabular, fold, named_columns, read_tabular

_LONG = {
    "field": ("field", "characteristic", "variable", "item", "attribute"),
    "value": ("value", "answer", "text", "content"),
}
_YES_NO = {"yes": "yes", "y": "yes", "true": "yes", "1": "yes", "no": "no", "n": "no", "false": "no", "0": "no"}


@dataclass(frozen=True)
class _Layout:
    """What the columns mean: the report's, the study's, and either the fields' own or a pair of field and value."""

    columns: Mapping[str, str]
    long: Mapping[str, str]
    fields: Sequence[str]
    problems: Sequence[Problem]

    def pairs(self, cells: Mapping[str, str]) -> list[tuple[str, str]]:
        """A row's fields and values, without the empty ones."""
        pairs = (
            [(cells[self.long["field"]], cells[self.long["value"]])]
            if self.long
            else [(column, cells[column]) for column in self.fields]
        )
        return [(column, value) for column, value in pairs if value]


def read_characteristics(
    path: Path, *, name: str | None = None, fields: Sequence[ExtractionField] = (), sheet: str | None = None
) -> SheetFile:
    """Read a CSV or .xlsx of study characteristics into CharacteristicRow.

    `fields` are the protocol's: columns are known by name or label, choices are split and held against their options. A
    value that does not fit its field is kept as it stands, with a problem. Raises `UserError` where nothing names the report.
    """
    table = read_tabular(path, name=name, sheet=sheet)
    known = {fold(spelling): field for field in fields for spelling in (field.label, field.name)}
    layout = _read_layout(table, known)
    problems = [*table.problems, *layout.problems]
    rows: list[dict[str, Any]] = []
    read = empty = 0
    for line, cells in table.records():
        key, study = key_of(cells, layout.columns)
        pairs = layout.pairs(cells)
        if study and key != study:
            # That reports belong to one study is worth keeping where nothing else is filled in yet.
            pairs.insert(0, ("study", study))
        if not pairs:
            empty += 1
        elif not key:
            problems.append(Problem(table.name, line, "does not say which report it is about, and was not read"))
        elif not all(column for column, _ in pairs):
            problems.append(Problem(table.name, line, "has a value without a field, and was not read"))
        else:
            read += 1
            for column, value in pairs:
                field = known.get(fold(column))
                named = field.name if field else column
                for part in _values_in_field_spelling(field, value, table.name, line, problems):
                    rows.append({"row": line, "key": key, "study": study, "field": named, "value": part})
    problems += _several_values(table.name, rows, known)
    return SheetFile(
        table.name,
        "long" if layout.long else "wide",
        len(table.rows) + len(table.problems),
        read,
        empty,
        frame_of(CharacteristicRow, rows),
        tuple(sorted(problems, key=lambda problem: problem.line or 0)),
    )


def _read_layout(table: Tabular, known: Mapping[str, ExtractionField]) -> _Layout:
    columns = named_columns(table.header, {"key": KEY_COLUMNS, "study": STUDY_COLUMNS})
    if not columns:
        raise UserError("has no column that names the report or the study", path=table.name, hint="call it report_id")
    rest = [column for column in table.header if column and column not in columns.values()]
    long = named_columns([column for column in rest if fold(column) not in known], _LONG)
    problems: list[Problem] = []

    def warn_of_columns(message: str, columns_named: list[str]) -> None:
        if columns_named:
            problems.append(Problem(table.name, None, f"{message}: {', '.join(columns_named)}", "warning"))

    if len(long) == 2:
        warn_of_columns("columns that were not read", [column for column in rest if column not in long.values()])
        return _Layout(columns, long, (), problems)
    context = {fold(word) for word in CONTEXT_COLUMNS} - known.keys()
    fields = [column for column in rest if fold(column) not in context]
    if not fields:
        raise UserError("has no column with a characteristic", path=table.name)
    warn_of_columns("columns that were not read", [c for c in rest if c not in fields and fold(c) != "reference"])
    if known:
        warn_of_columns(
            "columns that are no field of the protocol, read as they are", [c for c in fields if fold(c) not in known]
        )
    return _Layout(columns, {}, fields, problems)


def _values_in_field_spelling(
    field: ExtractionField | None, value: str, name: str, line: int, problems: list[Problem]
) -> list[str]:
    """A cell's values in the field's own spelling."""
    if field is None:
        return [value]
    if field.type == "choices":
        parts = [part.strip() for part in re.split(r"[;\n]", value) if part.strip()]
        return list(dict.fromkeys(_choice(field, part, name, line, problems) for part in parts))
    if field.type == "choice":
        return [_choice(field, value, name, line, problems)]
    if field.type == "yes-no":
        if fold(value) not in _YES_NO:
            problems.append(Problem(name, line, f"{field.label}: {value!r} is neither yes nor no", "warning"))
        return [_YES_NO.get(fold(value), value)]
    if field.type == "number" and not re.fullmatch(r"[-+]?\d+([.,]\d+)?", value.replace(" ", "")):
        problems.append(Problem(name, line, f"{field.label}: {value!r} is no number", "warning"))
    return [value]


def _choice(field: ExtractionField, value: str, name: str, line: int, problems: list[Problem]) -> str:
    options = {fold(option): option for option in reversed(field.options)}
    if value in field.options:
        return value
    if fold(value) not in options:
        message = f"{field.label}: {value!r} is none of {', '.join(field.options)}"
        problems.append(Problem(name, line, message, "warning"))
    return options.get(fold(value), value)


def _several_values(
    name: str, rows: Sequence[Mapping[str, Any]], known: Mapping[str, ExtractionField]
) -> list[Problem]:
    """One line for each report and field that has values on several rows, unless the field takes several."""
    several = {field.name for field in known.values() if field.type == "choices"}
    seen: dict[tuple[str, str], dict[int, str]] = {}
    for row in rows:
        if row["field"] not in several:
            seen.setdefault((row["key"], row["field"]), {})[row["row"]] = row["value"]
    return [
        Problem(
            name,
            max(values),
            f"{key} has {len(values)} values of {field} (lines {', '.join(map(str, values))}); all are kept",
            "warning",
        )
        for (key, field), values in seen.items()
        if len(values) > 1
    ]
