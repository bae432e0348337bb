"""Tables of coded segments, as Taguette, Dedoose, MAXQDA and ATLAS.ti write them, or a person does: document, code, coder, quote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePath

from schemas.errors import UserError
from schemas.problem import Problem
from tasks.synthesise.coding_rows import CodedFile, CodedWords, make_project
from tasks.synthesise.refi_qda import QdaProject
from tasks.tabular import Tabular, fold, named_columns, read_tabular

COLUMNS = {
    "document": (
        "document",
        "document name",
        "media title",
        "resource title",
        "document title",
        "source",
        "file",
        "file name",
    ),
    "code": ("code", "tag", "code name", "codes", "tags", "codes applied combined"),
    "quote": ("quote", "content", "segment", "excerpt copy", "excerpt", "quotation content", "coded text", "text"),
    "coder": ("coder", "created by", "excerpt creator", "author", "user", "modified by"),
    "created": ("created", "created on", "created at", "excerpt date", "creation date"),
    "page": ("page",),
    "memo": ("comment", "memo", "note"),
}
#: Columns whose cells can hold several codes, and what stands between two.
_SEVERAL = {"codes": r"[;\n]", "tags": r"[;\n]", "codesappliedcombined": r"[,;\n]"}
#: Columns that are empty where a segment was marked and not coded.
_MAY_BE_EMPTY = {*_SEVERAL, "tag"}
#: Dedoose has a column a code.
_APPLIED = re.compile(r"^Code:\s*(.+?)\s+Applied$", re.IGNORECASE)
#: What stands between a code and the one above it: in MAXQDA and Dedoose; and in the tables that this program writes, which are
#: told by their ids. Else ' / ' may be part of a name ('Joke / Tease').
_LEVELS = re.compile(r"\s*\\\s*|\s+>\s+")
_OWN_LEVELS = re.compile(r"\s+/\s+")
_OWN_COLUMNS = {"codingid", "codeid"}
_YES = ("true", "1", "yes", "x")


def holds_segments(header: Sequence[str]) -> bool:
    """Whether a table with this header is one of coded segments."""
    columns = named_columns(header, COLUMNS)
    return "document" in columns and "quote" in columns and ("code" in columns or any(map(_APPLIED.match, header)))


def read_segments(path: Path, *, name: str | None = None) -> QdaProject:
    """Read a table of coded segments (CSV or .xlsx). A row without a document or a code is a problem, and all others are read.

    Raises `UserError` where it is none.
    """
    table = read_tabular(path, name=name)
    if not holds_segments(table.header):
        raise UserError("has no columns document, code and quote", path=table.name)
    file = CodedFile(table.name, "a table", problems=list(table.problems))
    columns = named_columns(table.header, COLUMNS)
    by_column = any(map(_APPLIED.match, table.header))
    unused = [
        heading
        for heading in table.header
        if heading and heading not in columns.values() and not (by_column and _is_code(heading))
    ]
    may_be_empty = by_column or fold(columns["code"]) in _MAY_BE_EMPTY
    for line, cells in table.records():
        codes = _codes_of(table, columns, cells)
        document = cells[columns["document"]]
        if document and not codes and may_be_empty:
            file.left_out.add("marked segments without a code", cells[columns["quote"]])
            continue
        if not document or not codes:
            if any(cells.values()):
                what = "document" if not document else "code"
                file.problems.append(Problem(table.name, line, f"names no {what}, and was not read"))
            continue
        said = {meaning: cells[heading] for meaning, heading in columns.items()}
        for code in codes:
            file.rows.append(CodedWords(
                document, code, said["quote"] or None, said.get("coder") or "unknown", _page(said.get("page")),
                _moment(said.get("created")), said.get("memo") or None,
            ))  # fmt: skip
    for heading in unused:
        file.left_out.add("columns of the table", heading)
    return make_project(file, name=PurePath(table.name).stem)


def _codes_of(table: Tabular, columns: dict[str, str], cells: dict[str, str]) -> list[tuple[str, ...]]:
    """The codes of a row, each as its names from the top down."""
    applied = [
        match[1] for heading in table.header if (match := _APPLIED.match(heading)) and cells[heading].lower() in _YES
    ]
    if any(map(_APPLIED.match, table.header)):
        names = applied
    elif (between := _SEVERAL.get(fold(columns["code"]))) is not None:
        names = re.split(between, cells[columns["code"]])
    else:
        names = [cells[columns["code"]]]
    levels = _OWN_LEVELS if _OWN_COLUMNS & set(map(fold, table.header)) else _LEVELS
    paths = (tuple(part for part in map(str.strip, levels.split(name.strip())) if part) for name in names)
    return list(dict.fromkeys(path for path in paths if path))


def _is_code(heading: str) -> bool:
    """Whether a column of Dedoose's says of a code whether it was applied, or with which weight, or its range."""
    return re.match(r"^Code:\s", heading, re.IGNORECASE) is not None


def _page(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() and len(text) < 7 else None


def _moment(text: str | None) -> datetime | None:
    """A time in ISO 8601; others depend on a country, and are not guessed."""
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
