"""Embase.com's CSV with fields by row: a name and its values on each line, the title first, a blank line between
records.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import chain

import polars as pl

from tasks.cells import Row, csv_rows
from tasks.load.source import Source
from tasks.load.tokens import OUTSIDE_SCHEMA, TOKEN_SCHEMA, Tokens

_TITLE = re.compile(r'^"?TITLE"?[,;\t]', re.MULTILINE)
_BATCH = 2_000


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py; a tag is the name at the start of a row, a token each of the cells after it."""
    mark = re.search(r'^"?TITLE"?([,;\t])', source.first_text(), re.MULTILINE)
    with source.open() as raw, io.TextIOWrapper(raw, encoding=source.encoding, errors="replace", newline="") as text:
        yield from _pieces(csv_rows(text, mark[1] if mark else ","))


def _pieces(found: Iterator[Row]) -> Iterator[Tokens]:
    """A record from each TITLE to the next; what stands before the first belongs to none."""
    record, piece = -1, _Piece()
    for row in chain(found, [None]):
        if row is None or (row.cells and row.cells[0].strip() == "TITLE"):
            record += 1
            if row is None or len(piece.records) > _BATCH * 20:
                yield piece.tokens()
                piece = _Piece()
        if row is not None and not row.blank:
            piece.add(record, row)


class _Piece:
    def __init__(self) -> None:
        self.records: list[tuple[int, int, str, str]] = []
        self.outside: list[tuple[int, str]] = []
        self.starts = 0

    def add(self, record: int, row: Row) -> None:
        self.starts += len(_TITLE.findall(row.raw))
        tag, values = row.cells[0].strip(), [cell.strip() for cell in row.cells[1:] if cell.strip()]
        if record < 0:
            self.outside.append((row.line, row.raw.strip()))
        elif row.reason or not tag:
            self.records.append((record, row.line, "#text", row.raw.strip()))
        else:
            self.records.extend((record, row.line, tag, value) for value in values or [""])

    def tokens(self) -> Tokens:
        return Tokens(
            pl.DataFrame(self.records, schema=TOKEN_SCHEMA, orient="row"),
            self.starts,
            pl.DataFrame(self.outside, schema=OUTSIDE_SCHEMA, orient="row"),
        )
