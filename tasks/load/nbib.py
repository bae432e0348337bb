"""PubMed's and MEDLINE's tagged text (nbib): `PMID- 123` begins a record; ERIC writes it too, beginning with `OWN - ERIC`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from tasks.load import lines
from tasks.load.source import Source
from tasks.load.tokens import Tokens

TAG = r"^([A-Z][A-Z0-9]{1,3}) *-(?: |$)"


def mark(frame: pl.DataFrame) -> pl.DataFrame:
    """Tags, values and starts of lines. A block after a blank line that has a title but no PMID or OWN is a record too."""
    tag, value = lines.mark_by(TAG, 12)
    # The identifier may follow without a blank.
    close, number = lines.mark_by(r"^(PMID) *-", 8)
    frame = frame.with_columns(tag=tag.fill_null(close), value=pl.when(tag.is_null()).then(number).otherwise(value))
    blank = pl.col("text").str.strip_chars(lines.BLANKS) == ""
    frame = frame.with_columns(block=blank.cum_sum())
    # ERIC's records have no PMID: there OWN is the first tag of a block.
    tagged = frame.lazy().filter(pl.col("tag").is_not_null())
    blocks = (
        tagged.group_by("block")
        .agg(
            line=pl.col("line").first(),
            pmid=(pl.col("tag") == "PMID").sum(),
            number=pl.col("line").filter(pl.col("tag") == "PMID").first(),
            own=(pl.col("tag").first() == "OWN") & (pl.col("value").first() == "ERIC"),
            title=pl.col("tag").is_in(["TI", "BTI", "TT"]).any(),
        )
        .collect()
    )
    # PMID need not be the first tag of its block.
    early = blocks.filter((pl.col("pmid") == 1) & (pl.col("number") > pl.col("line")))
    moved = pl.col("line").is_in(early.get_column("number").implode())
    first = pl.col("line").is_in(early.get_column("line").implode())
    blocks = blocks.filter((pl.col("pmid") == 0) & (pl.col("own") | pl.col("title")))
    own = pl.col("line").is_in(blocks.filter("own").get_column("line").implode())
    inferred = pl.col("line").is_in(blocks.filter(~pl.col("own")).get_column("line").implode())
    return frame.with_columns(
        start=pl.when(own | first | (pl.col("tag").eq_missing("PMID") & ~moved))
        .then(lines.YES)
        .when(inferred)
        .then(lines.INFERRED)
        .otherwise(lines.NO)
        .cast(pl.UInt8)
    ).drop("block")


SYNTAX = lines.Syntax(
    start=re.compile(rb"\n(?:PMID *-|[ \t]*\r?\nOWN *- ERIC)"),
    mark=mark,
    around=r"^\d+[.:]?$",
    indent="      ",
    anywhere=re.compile(rb"PMID- ?\d+[ \t\r]*(?:\n|\Z)"),
    joined=r"^(.*\S.*?)(PMID- ?\d+\s*)$",
)


def tokenise(source: Source) -> Iterator[Tokens]:
    """The tokens of an nbib file."""
    return lines.tokenise(source, SYNTAX)
