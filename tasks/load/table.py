"""Rows to tokens: what CSV, TSV and spreadsheets have in common. A row is a record, a column's name its tag.

The header is the first row as wide as most rows are: exports put search strings, dates or notices above it. A row that
is wider or narrower than its header cannot be told apart into fields: it goes to quarantine as it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

import polars as pl

from schemas.errors import UserError
from tasks.cells import Row, unguarded
from tasks.load.tokens import FAILED_SCHEMA, OUTSIDE_SCHEMA, TOKEN_SCHEMA, Tokens

_BATCH = 2_000
_HEADER_WITHIN = 200

OURS = frozenset({"record_id", "raw_sha256"})
"""Columns by which a table of our own is known, whose guarded cells are read back (see write/csv.py)."""


def header(rows: list[Row]) -> Row | None:
    """The row of column names; None where no row can be it."""
    filled = [row for row in rows if not row.blank][:_HEADER_WITHIN]
    at = _header(filled)
    return None if at is None else filled[at]


def tokens(rows: Iterator[Row], name: str, record: int = 0) -> Iterator[Tokens]:
    """The rows below the header, a record each from number `record` on, in pieces.

    Raises `UserError` where no row can be the header.
    """
    filled = (row for row in rows if not row.blank)
    first = list(islice(filled, _HEADER_WITHIN))
    at = _header(first)
    if at is None:
        raise UserError("has no row of column names", path=name, hint="export it again with column headings")
    outside = [(row.line, row.raw.strip()) for row in first[:at]]
    names = [cell.strip() or f"column {number}" for number, cell in enumerate(first[at].cells, 1)]
    while names and names[-1] == f"column {len(names)}":
        names.pop()
    below = _without_header(chain(first[at + 1 :], filled), [_bare(cell) for cell in first[at].cells])
    begun = False
    while True:
        batch = list(islice(below, _BATCH))
        if not batch and begun:
            return
        yield _piece(batch, names, record, outside)
        record, outside, begun = record + len(batch), [], True
        if not batch:
            return


def _without_header(rows: Iterator[Row], names: list[str]) -> Iterator[Row]:
    """The rows, where tables were joined end to end: without the header that comes again, on a line of its own or not."""
    width = len(names)
    for row in rows:
        cells = [_bare(cell) for cell in row.cells]
        if cells == names:
            continue
        joint = cells[width - 1] if len(cells) == 2 * width - 1 and cells[width:] == names[1:] else ""
        if joint.endswith(names[0]) and width > 1:
            yield replace(row, cells=[*row.cells[: width - 1], _bare(joint.removesuffix(names[0]))])
        else:
            yield row


def _bare(cell: str) -> str:
    """A cell without blanks, and without the BOM of a file that was joined to another."""
    return cell.strip().strip("\ufeff").strip()


def _header(rows: list[Row]) -> int | None:
    """The first row that is as wide as most and whose cells could be names.

    Where all rows end in a delimiter, it may end in none.
    """
    widths = Counter(len(row.cells) for row in rows)
    common = max(widths, key=lambda width: (widths[width], width), default=0)
    filled = max((row.width for row in rows if len(row.cells) == common), default=0)
    fitting = (
        at for at, row in enumerate(rows) if not row.reason and filled <= len(row.cells) <= common and _named(row)
    )
    return next(fitting, None)


def _named(row: Row) -> bool:
    """Whether the cells could be names of columns: most are filled, short, no numbers, and each another."""
    names = [cell.strip() for cell in row.cells if cell.strip()]
    return (
        len(names) >= max(2, len(row.cells) * 0.6)
        and len({name.lower() for name in names}) > len(names) * 0.7
        and all(len(name) <= 120 and not name.replace(".", "").isdigit() for name in names)
    )


def _piece(batch: list[Row], header: list[str], first: int, outside: list[tuple[int, str]]) -> Tokens:
    """Tokens of the rows; empty cells say nothing and are left out."""
    ours = set(header) >= OURS
    records: list[int] = []
    lines: list[int] = []
    tags: list[str] = []
    values: list[str] = []
    failed: list[tuple[int, int, str, str]] = []
    for record, row in enumerate(batch, first):
        if row.reason or row.width > len(header) or len(row.cells) < len(header):
            reason = row.reason or f"has {len(row.cells)} cells where the header has {len(header)}"
            failed.append((record, row.line, reason, row.raw))
            continue
        for tag, cell in zip(header, row.cells, strict=False):
            if value := _value(cell, ours):
                records.append(record)
                lines.append(row.line)
                tags.append(tag)
                values.append(value)
    return Tokens(
        pl.DataFrame([records, lines, tags, values], schema=TOKEN_SCHEMA),
        sum(row.counted for row in batch),
        pl.DataFrame(outside, schema=OUTSIDE_SCHEMA, orient="row"),
        pl.DataFrame(failed, schema=FAILED_SCHEMA, orient="row"),
    )


def _value(cell: str, ours: bool) -> str:
    """The cell's value: EBSCO writes text that looks like a number as ="…", we guard formulas by an apostrophe."""
    if ours:
        return unguarded(cell)
    value = cell.strip()
    return value[2:-1] if value.startswith('="') and value.endswith('"') and len(value) > 2 else value
