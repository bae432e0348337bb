"""Deliveries of a method of synthesis: a workbook with a sheet for each kind of rows, a CSV of one kind, or TOML with their blocks.

Cells of a framework may also be a row a study with a column a theme. What cannot be read is told by its cell, Findings!F12, or
its block, [[finding]] 12; the rest is read.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemas.errors import UserError
from schemas.frames import frame_of
from schemas.method import MethodItemRow
from schemas.problem import Problem
from schemas.words import did_you_mean
from tasks.synthesise.answers import ERRORS
from tasks.synthesise.method_kinds import CELL, KINDS, Column, Kind
from tasks.synthesise.sheets import CONTEXT_COLUMNS, LISTS, KeyTable, SheetFile, make_table
from tasks.tabular import decode, fold, named_columns, parse_tabular, read_bytes
from tasks.workbooks import read_sheets

_HEADER_WITHIN = 40


@dataclass
class _Read:
    """What was read so far."""

    name: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    count: int = 0
    empty: int = 0
    kinds: list[str] = field(default_factory=list)


def read_method_file(path: Path, *, name: str | None = None) -> SheetFile:
    """The rows of a file in method/. Raises `UserError` where it is none."""
    read = _Read(name or path.name)
    data = read_bytes(path, read.name)
    if read.name.lower().endswith(".toml"):
        _read_toml(data, read)
    elif data.startswith(b"PK\x03\x04"):
        _read_workbook(data, read)
    else:
        table = parse_tabular(data, read.name)
        of_kind = _find_kind(None, table.header)
        if of_kind is None:
            raise UserError("has no columns of a method of synthesis", path=read.name, hint=_HINT)
        key_table = KeyTable(
            read.name, None, table.header, tuple((r.line, r.cells) for r in table.rows), table.problems
        )
        _read_table(of_kind, key_table, read)
    _tell_doubles(read)
    frame = frame_of(MethodItemRow, ({**row, "row": n} for n, row in enumerate(read.rows, start=1)))
    layout = ", ".join(dict.fromkeys(read.kinds))
    done = read.count - read.empty - sum(problem.severity == "error" for problem in read.problems)
    return SheetFile(read.name, layout, read.count, max(done, 0), read.empty, frame, tuple(read.problems))


_HINT = "living-review method form writes one to fill in"


def _read_workbook(data: bytes, read: _Read) -> None:
    sheets, _ = read_sheets(io.BytesIO(data), read.name)
    found = False
    for sheet in sheets:
        if not sheet.rows or sheet.name == LISTS:
            continue
        kinds = [(start, _find_kind(sheet.name, cells)) for start, (_, cells) in enumerate(sheet.rows[:_HEADER_WITHIN])]
        start, of_kind = next(((start, kind) for start, kind in kinds if kind), (0, None))
        if of_kind is None:
            message = f"sheet '{sheet.name}' has no columns of a method of synthesis, and was not read"
            read.problems.append(Problem(read.name, None, message, "warning"))
            continue
        found = True
        _read_table(of_kind, make_table(read.name, sheet, start), read)
    if not found:
        raise UserError("has no sheet with the columns of a method of synthesis", path=read.name, hint=_HINT)


def _find_kind(sheet: str | None, header: Sequence[str]) -> tuple[Kind, bool] | None:
    """The kind of rows below a header, and whether each column is a theme; none where it is of no kind."""
    named = next((kind for kind in KINDS.values() if sheet and fold(kind.sheet) == fold(sheet)), None)
    fitting = [
        (len(columns), kind)
        for kind in ([named] if named else KINDS.values())
        if (columns := _name_columns(kind, header)) and all(column in columns for column in kind.required)
    ]
    if fitting:
        return max(fitting, key=lambda each: each[0])[1], False
    keys = _name_columns(CELL, header)
    if named in (None, CELL) and CELL.columns[0] in keys and (named or _list_themes(header, keys)):
        # A table that names reports may be many things; a row a study with a column a theme is one where its sheet says so.
        return (CELL, True) if named or sheet is None else None
    return None


def _name_columns(kind: Kind, header: Sequence[str]) -> dict[Column, str]:
    """The kind's columns → the headings that mean them."""
    words = {f"{n}": column.words for n, column in enumerate(kind.columns)}
    found = named_columns(header, words)
    return {kind.columns[int(n)]: heading for n, heading in found.items()}


def _list_themes(header: Sequence[str], columns: Mapping[Column, str]) -> list[str]:
    """The headings of a wide table that stand for themes."""
    fixed = {fold(word) for word in (*CONTEXT_COLUMNS, *CELL.columns[0].words)} | {fold(h) for h in columns.values()}
    return [heading for heading in header if heading and fold(heading) not in fixed]


def _read_table(of_kind: tuple[Kind, bool], table: KeyTable, read: _Read) -> None:
    kind, wide = of_kind
    read.kinds.append(kind.sheet)
    read.problems += table.problems
    columns = _name_columns(kind, table.header)
    if wide:
        _read_wide(table, columns, read)
        return
    for line, cells in table.records():
        read.count += 1
        texts = {column: cells.get(heading, "") for column, heading in columns.items()}
        texts |= {column: _name_report(column, cells) for column in columns if column.into == "key"}
        place = f"{table.sheet}!{line}:{line}" if table.sheet else f"line {line}"
        made, wrong = _make_row(kind, texts, place)
        if wrong:
            column, message = wrong
            read.problems.append(
                table.problem(line, columns[column], f"{column.name}: {message}; the row was not read")
            )
        else:
            read.rows.append(made)


def _read_wide(table: KeyTable, columns: Mapping[Column, str], read: _Read) -> None:
    """A row a study, a column a theme: each cell that is filled is one."""
    key, _, _, analyst = CELL.columns
    for line, cells in table.records():
        report, who = _name_report(key, cells), cells.get(columns.get(analyst, ""), "")
        for theme in _list_themes(table.header, columns):
            read.count += 1
            text = cells.get(theme, "")
            if not text:
                read.empty += 1
            elif text in ERRORS:
                read.problems.append(table.problem(line, theme, f"{text} is an error of Excel's; not read"))
            elif not report:
                read.problems.append(table.problem(line, columns[key], "names no report; the cell was not read"))
            else:
                read.rows.append(
                    {
                        "kind": CELL.name, "key": report, "text": text, "others": [theme], "who": who or None,
                        "place": table.place(line, theme),
                    }
                )  # fmt: skip


def _name_report(column: Column, cells: Mapping[str, str]) -> str:
    """What a row calls its report: the first that is filled of the columns that name it, or its study."""
    by_word = {fold(heading): text for heading, text in cells.items() if text}
    return next((by_word[fold(word)] for word in column.words if fold(word) in by_word), "")


def _make_row(kind: Kind, texts: Mapping[Column, str], place: str) -> tuple[dict[str, Any], tuple[Column, str] | None]:
    """A row for core.method_item, or which column is wrong, and why."""
    row: dict[str, Any] = {"kind": kind.name, "place": place, "others": []}
    for column in kind.columns:
        text = texts.get(column, "").strip()
        if text in ERRORS:
            return row, (column, f"{text} is an error of Excel's")
        if not text:
            if column.required:
                return row, (column, "is missing")
            continue
        if column.choices:
            chosen = next((choice for choice in column.choices if fold(choice) == fold(text)), None)
            if chosen is None:
                return row, (column, f"'{text}' is none of {', '.join(column.choices)}")
            text = chosen
        if column.into == "others":
            values = [part.strip() for part in text.replace("\n", ";").split(";")] if column.several else [text]
            row["others"] += dict.fromkeys(value for value in values if value)
        else:
            row[column.into] = text
    return row, None


def _read_toml(data: bytes, read: _Read) -> None:
    try:
        blocks = tomllib.loads(decode(data, read.name))
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"is not valid TOML: {error}", path=read.name) from None
    unknown = next((key for key in blocks if key not in KINDS), None)
    if unknown is not None or not blocks:
        what = f"has '{unknown}', which no method has" if unknown else "is empty"
        hint = did_you_mean(unknown or "", KINDS) or f"blocks: {', '.join(f'[[{name}]]' for name in KINDS)}"
        raise UserError(what, path=read.name, hint=hint)
    for name, kind in KINDS.items():
        rows = blocks.get(name, [])
        if not isinstance(rows, list):
            raise UserError(f"[{name}] is one table", path=read.name, hint=f"write [[{name}]]")
        for number, block in enumerate(rows, start=1):
            read.kinds.append(kind.sheet)
            read.count += 1
            place = f"[[{name}]] {number}"
            texts, wrong = _read_block(kind, block)
            made: dict[str, Any] = {}
            if not wrong:
                made, bad = _make_row(kind, texts, place)
                wrong = f"{bad[0].name}: {bad[1]}" if bad else ""
            if wrong:
                read.problems.append(Problem(read.name, None, f"{place}: {wrong}; it was not read"))
            else:
                read.rows.append(made)


def _read_block(kind: Kind, block: object) -> tuple[dict[Column, str], str]:
    """The columns of a block as texts, or what is wrong with it."""
    if not isinstance(block, dict):
        return {}, "is no table"
    named = _name_columns(kind, list(block))
    texts: dict[Column, str] = {}
    for key, value in block.items():
        column = next((column for column, heading in named.items() if heading == key), None)
        if column is None:
            keys = [each.name for each in kind.columns]
            return {}, f"has a key '{key}' ({did_you_mean(key, keys) or 'keys: ' + ', '.join(keys)})"
        texts[column] = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return texts, ""


def _tell_doubles(read: _Read) -> None:
    """A warning for each id that stands several times: what stands last counts."""
    for kind, id, rows in _group_ids(read.rows):
        if len(rows) > 1:
            message = f"{rows[-1]['place']}: the {kind} '{id}' stands {len(rows)} times; the last counts"
            read.problems.append(Problem(read.name, None, message, "warning"))


def _group_ids(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        if row.get("id"):
            groups.setdefault((row["kind"], row["id"]), []).append(row)
    for (kind, id), same in groups.items():
        yield kind, id, same
