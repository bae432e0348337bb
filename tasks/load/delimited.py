"""CSV and its relatives as exports: the delimiter that makes the rows most regular, and a notice above the header."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator

from tasks.cells import DELIMITERS, csv_rows
from tasks.load.source import Source
from tasks.load.table import tokens as tokens_of
from tasks.load.tokens import Tokens


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py; a tag is a column's name. Raises `UserError` where the file has no header row."""
    with source.open() as raw, io.TextIOWrapper(raw, encoding=source.encoding, errors="replace", newline="") as text:
        yield from tokens_of(csv_rows(text, delimiter(source)), source.name)


def delimiter(source: Source) -> str:
    """The character between cells: the one that gives most rows at the top the same number of cells, more than one."""
    head = source.first_text(1 << 16)
    if told := re.match(r"sep=([,;\t|])\r?\n", head):
        return told[1]
    lines = head.splitlines(keepends=True)

    def regular(candidate: str) -> tuple[float, int]:
        read = (row for row in csv_rows(iter(lines), candidate) if not row.blank and not row.reason)
        widths = Counter(len(row.cells) for row in read)
        # The last row of the head may be cut off anywhere, and counts for nothing here.
        width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
        return (round(count / widths.total(), 1), width) if width > 1 else (0.0, 0)

    return max(DELIMITERS, key=regular)
