"""Ovid's tagged text (.ovd, .cgi, .txt): `<12. >` begins a record, `TI  - ` a field, and further lines are indented."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from tasks.load import lines
from tasks.load.source import Source
from tasks.load.tokens import Tokens

TAG = r"^ ?([A-Z][A-Z0-9]{1,5}) {1,2}-(?: |$)"
START = r"^ ?<\d+\. ?>\s*$"


def mark(frame: pl.DataFrame) -> pl.DataFrame:
    """Tags, values and starts of lines."""
    tag, value = lines.mark_by(TAG, 12)
    started = pl.col("text").str.contains(START)
    return frame.with_columns(
        tag=tag, value=value, start=pl.when(started).then(lines.YES).otherwise(lines.NO).cast(pl.UInt8)
    )


SYNTAX = lines.Syntax(
    start=re.compile(rb"\n ?<\d+\. ?>(?=[ \t\r]*(?:\n|\Z))"),
    mark=mark,
    around=r"^[-=_*]+$",
    indent="      ",
    bare=True,
    anywhere=re.compile(rb"<\d+\. ?>[ \t\r]*\n(?= ?[A-Z][A-Z0-9]{1,5} +-)"),
    joined=r"^(.*\S.*?)(<\d+\. ?>\s*)$",
    after="^ ?[A-Z][A-Z0-9]{1,5} +-",
)


def tokenise(source: Source) -> Iterator[Tokens]:
    """The tokens of an Ovid tagged file; the counter `<12. >` is no tag of the record."""
    return lines.tokenise(source, SYNTAX)
