"""Ovid's Reprint/Medlars text: `<8>` begins a record, labels stand at the margin, their values indented below them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from tasks.formats.source import Source
from tasks.formats.tokens import FAILED_SCHEMA, OUTSIDE_SCHEMA, TOKEN_SCHEMA, Tokens

_PIECE = re.compile(rb"\n<\d+>[ \t]*\r?\n")
_COUNT = re.compile(rb"^<\d+>\s*$", re.MULTILINE)
_NUMBER = re.compile(r"<\d+>\s*")


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py; a tag is a label, the lines of its value are kept apart by newlines."""
    record, line = -1, 1
    for part in source.pieces(_PIECE):
        rows: list[tuple[int, int, str, str]] = []
        outside: list[tuple[int, str]] = []
        label, at, value = "", line, [""]
        first = record + 1

        def close() -> None:
            text = "\n".join(value).strip()
            if record < first:
                outside.extend((at + n, left) for n, left in enumerate([label, *value]) if left.strip())  # noqa: B023
            elif label or text:
                rows.append((record, at, label or "#text", text))  # noqa: B023

        for text in part.decode("utf-8", "replace").replace("\r\n", "\n").split("\n"):
            if _NUMBER.fullmatch(text):
                close()
                record, label, at, value = record + 1, "", line, []
                rows.append((record, line, "#", text.strip()))
            elif text[:1].strip():
                close()
                label, at, value = text.strip(), line, []
            else:
                value.append(text.strip())
            line += 1
        close()
        line -= 1  # a piece ends with its last newline
        bare = [(found, where, "the record is empty", text) for found, where, tag, text in rows if tag == "#"]
        told = {found for found, _, tag, _ in rows if tag != "#"}
        yield Tokens(
            pl.DataFrame([row for row in rows if row[0] in told], schema=TOKEN_SCHEMA, orient="row"),
            len(_COUNT.findall(part)),
            pl.DataFrame(outside, schema=OUTSIDE_SCHEMA, orient="row"),
            pl.DataFrame([row for row in bare if row[0] not in told], schema=FAILED_SCHEMA, orient="row"),
        )
