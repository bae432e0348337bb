"""NoteExpress's text, as Wanfang and others write it: `{Reference Type}: …` begins a record, and each field is named so."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from tasks.load import lines
from tasks.load.source import Source
from tasks.load.tokens import Tokens

TAG = r"^\{([A-Za-z][A-Za-z0-9 /()-]{0,40})\}: ?"


def mark(frame: pl.DataFrame) -> pl.DataFrame:
    """Tags, values and starts of lines."""
    tag, value = lines.mark_by(TAG, 48)
    frame = frame.with_columns(tag=tag, value=value)
    started = pl.col("tag").eq_missing("Reference Type")
    return frame.with_columns(start=pl.when(started).then(lines.YES).otherwise(lines.NO).cast(pl.UInt8))


SYNTAX = lines.Syntax(
    start=re.compile(rb"\n\{Reference Type\}:"),
    mark=mark,
    around=r"^\d+\.$",
    anywhere=re.compile(rb"\{Reference Type\}: "),
    joined=r"^(.*\S.*?)(\{Reference Type\}: .*)$",
)


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py; tags are the names in braces."""
    return lines.tokenise(source, SYNTAX)
