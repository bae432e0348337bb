"""RefWorks' tagged text: `RT Journal Article` begins a record; two letters and a blank make a tag."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from tasks.load import lines
from tasks.load.source import Source
from tasks.load.tokens import Tokens

KNOWN = (
    "RT|SR|ID|A[1-8BDNV]|T[1-3A]|J[12FO]|YR|FD|Y[1-3]|VO|IS|SP|OP|K[1-9]|N[OT]|PB|PP|ED|SN|CL?|LA|RD|WT|WP|WV|U[1-9]|U1[0-5]|UL|"
    "LK|DS|DO|DB|CL|CN|LL|OL|ST|SL|PN|IP|L1|OT|GN|OR|RB|FL|EP|AB|PM|PMID|SF"
)
"""Tags in use: lines of a note may begin with two capitals too."""


def mark(frame: pl.DataFrame) -> pl.DataFrame:
    """Tags, values and starts of lines."""
    tag, value = lines.mark_by(rf"^({KNOWN})(?: |\t|$)", 6)
    frame = frame.with_columns(tag=tag, value=value)
    started = pl.col("tag").eq_missing("RT")
    return frame.with_columns(start=pl.when(started).then(lines.YES).otherwise(lines.NO).cast(pl.UInt8))


SYNTAX = lines.Syntax(
    start=re.compile(rb"\nRT(?=[ \t\r\n]|\Z)"),
    mark=mark,
    around=r"^(?:\d+\.|<\?.*|-+)$",
    anywhere=re.compile(rb"RT [A-Z][A-Za-z ,/()-]{3,40}\r?\n(?=(?:SR|ID|A1|T1) )"),
    joined=r"^(.*\S.*?)(RT [A-Z][A-Za-z ,/()-]{3,40})$",
    after="^(?:SR|ID|A1|T1) ",
)


def tokenise(source: Source) -> Iterator[Tokens]:
    """The tokens of a RefWorks file."""
    return lines.tokenise(source, SYNTAX)
