"""Ovid's Reprint/Medlars text: `<8>` begins a record, labels stand at the margin, their values indented below them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from tasks.load.source import Source
from tasks.load.tokens import FAILED_SCHEMA, OUTSIDE_SCHEMA, TOKEN_SCHEMA, Tokens

_PIECE = re.compile(rb"\n<\d+>[ \t]*\r?\n")
_COUNT = re.compile(rb"^<\d+>\s*$", re.MULTILINE)
_NUMBER = re.compile(r"<\d+>\s*")


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py; a tag is a label, the lines of its value are kept apart by newlines."""
    record, line = -1, 1
    for part in source.pieces(_PIECE):
        rows: list[tuple[int, int, str, str]] = []
        outside: list[tuple[int, str]] = []
        heads: list[tuple[int, int, str, str]] = []
        text = part.decode("utf-8", "replace").replace("\r\n", "\n")
        for at, label, values in _blocks(text, line):
            value = "\n".join(values).strip()
            if _NUMBER.fullmatch(label):
                record += 1
                heads.append((record, at, "the record is empty", label))
                if value:
                    rows.append((record, at, "#text", value))
            elif record < 0:
                outside.extend((at + n, left) for n, left in enumerate([label, *values]) if left)
            elif label:
                rows.append((record, at, label, value))
        line += text.count("\n")
        told = {row[0] for row in rows}
        yield Tokens(
            pl.DataFrame(rows, schema=TOKEN_SCHEMA, orient="row"),
            len(_COUNT.findall(part)),
            pl.DataFrame(outside, schema=OUTSIDE_SCHEMA, orient="row"),
            pl.DataFrame([head for head in heads if head[0] not in told], schema=FAILED_SCHEMA, orient="row"),
        )


def _blocks(text: str, line: int) -> Iterator[tuple[int, str, list[str]]]:
    """(line, what stands at the margin, the indented lines below it)."""
    at, label, values = line, "", list[str]()
    for number, row in enumerate(text.split("\n"), line):
        if row[:1].strip():
            yield at, label, values
            at, label, values = number, row.strip(), []
        else:
            values.append(row.strip())
    yield at, label, values
