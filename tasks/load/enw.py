"""EndNote's import text (.enw; refer, BibIX): `%0 Journal Article` and other one-letter tags, a blank line between records."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from tasks.load import lines
from tasks.load.source import Source
from tasks.load.tokens import Tokens

TAG = r"^%([0-9A-Za-z!@#$&*()+~:<>?\[\]^=|-])(?: |\t|$)"


def mark(frame: pl.DataFrame) -> pl.DataFrame:
    """Tags, values and starts of lines.

    %0 need not come first (Digital Commons writes %T before it), or at all. So a record begins at each %0 that is not the
    first of its block, and with each block that holds %0, or a title. Other blocks go on with the record before.
    """
    tag, value = lines.mark_by(TAG, 4)
    frame = frame.with_columns(tag=tag, value=value)
    blank = pl.col("text").str.strip_chars(lines.BLANKS) == ""
    frame = frame.with_columns(block=blank.cum_sum())
    tagged = frame.lazy().filter(pl.col("tag").is_not_null())
    kinds = pl.col("tag") == "0"
    blocks = (
        tagged.group_by("block")
        .agg(
            line=pl.col("line").first(),
            kinds=pl.col("line").filter(kinds),
            titled=pl.col("tag").is_in(["T", "B", "!"]).any(),
        )
        .filter((pl.col("kinds").list.len() > 0) | pl.col("titled"))
        .collect()
    )
    starts: dict[int, int] = {}
    for row in blocks.iter_rows(named=True):
        first, *rest = row["kinds"] or [None]
        starts[row["line"]] = lines.INFERRED if first is None else lines.YES
        starts |= dict.fromkeys(rest, lines.YES)
    return frame.with_columns(
        start=pl.col("line").replace_strict(starts, default=lines.NO, return_dtype=pl.UInt8)
        if starts
        else pl.lit(lines.NO, pl.UInt8)
    ).drop("block")


CUT = re.compile(rb"\n\r?\n%[0T](?=[ \t])")
COUNT = re.compile(rb"\n%0(?=[ \t\r\n]|\Z)")

SYNTAX = lines.Syntax(
    start=CUT,
    count=COUNT,
    mark=mark,
    around=r"^\d+\.$",
    anywhere=re.compile(rb"(?:(?<=\n)|(?<=[^\d\s]))%0 [A-Z][A-Za-z ]+\r?\n(?=%)"),
    joined=r"^(.*\D)(%0 [A-Z][A-Za-z ]+)$",
    after="^%",
)


def tokenise(source: Source) -> Iterator[Tokens]:
    """The tokens of an EndNote import file."""
    return lines.tokenise(source, SYNTAX)
