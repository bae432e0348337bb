"""CNKI's E-Study text: `Title-题名: …`, a line a field, its name in English and in Chinese, and a blank line between records."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from tasks.load import lines
from tasks.load.source import Source
from tasks.load.tokens import Tokens

TAG = r"^\x{FEFF}?(DataType|[A-Z][A-Za-z]+-[^\x00-\x7f:：]+)[:：]"


def mark(frame: pl.DataFrame) -> pl.DataFrame:
    """Tags, values and starts of lines. A record begins with its block; of two in a block, the second with its DataType."""
    text = pl.col("text").str
    name = text.extract(TAG, 1)
    frame = frame.with_columns(
        tag=name.str.replace(r"-.*$", ""), value=text.replace(TAG, "").str.strip_chars(lines.BLANKS)
    )
    frame = frame.with_columns(block=(text.strip_chars(lines.BLANKS) == "").cum_sum())
    tagged = frame.filter(pl.col("tag").is_not_null())
    titled = tagged.filter(pl.col("tag").eq("Title").any().over("block"))
    first = titled.group_by("block").agg(pl.col("line").min()).get_column("line")
    joined = titled.filter(pl.col("tag") == "DataType").get_column("line")
    starts = pl.concat([first, joined]).unique()
    start = pl.when(pl.col("line").is_in(starts.implode())).then(lines.YES).otherwise(lines.NO).cast(pl.UInt8)
    return frame.with_columns(start=start).drop("block")


SYNTAX = lines.Syntax(
    start=re.compile(rb"\nDataType: ?\d"),
    count=re.compile(rb"(?<![\w-])Title-[^\x00-\x7f:]+:"),
    mark=mark,
    around=r"^\d+\.$",
    joined=r"^(.*\S.*?)(DataType: ?\d+\s*)$",
)


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py; tags are the English names of fields."""
    return lines.tokenise(source, SYNTAX)
