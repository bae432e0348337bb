"""RIS: `TY  - JOUR` begins a record, `ER  -` ends it. Every reference manager and platform writes it a little otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from tasks.load import lines
from tasks.load.source import Source
from tasks.load.tokens import Tokens

KNOWN = (
    "A[1-6DINPSUV]|AB|AID|B[TEL]|C[1-8ACNPTY]|D[ABIOPS]|E[DMPTR]|FU|FX|H[12]|ID|IS|J[129AFIO]|K[WY]|L[1-4ABKNR]|M[1-4HN]|"
    "N[1-3LOSV]|O[PTW]|P[ABDGIMNPRSTUY]|R[INPST]|S[EINOPRTU]|T[1-5AIST]|TY|U[1-9IR]|V[LNO]|WE|WP|X[TP]|Y[123R]|Z[12]|ZZ"
)
"""Tags in use. Where a record does not keep to `XX  - ` (two blanks), only these are taken for tags, for `IQ - a score` is text."""

STRICT = r"[A-Z][A-Z0-9]  -$"
LENIENT = rf"^[ \t\r]*({KNOWN}|{KNOWN.lower()})[ \t]{{0,4}}-(?:[ \t]|$)"
START = r"^[ \t\r]*(TY[ \t]{0,4}|ty  )-"


def mark(frame: pl.DataFrame) -> pl.DataFrame:
    """Tags, values and starts of lines. A record's own TY line shows whether its tags may be written loosely."""
    heads = frame.select(pl.col("text").str.head(5)).to_series()
    dashed = heads.str.ends_with("  -")
    other = [head for head in heads.filter(dashed).unique() if not re.match(STRICT, head)]
    strict = dashed & ~heads.is_in(other) if other else dashed
    frame = frame.with_columns(
        tag=pl.when(strict).then(heads.str.head(2)),
        value=pl.col("text").str.slice(5).str.strip_chars(lines.BLANKS),
    )
    unmarked = frame.lazy().filter(pl.col("tag").is_null()).select("line", "text").collect()
    unmarked = unmarked.filter(pl.col("text").str.head(24).str.contains("-", literal=True))
    begin, begun = lines.mark_by(START, 24)
    tag, after = lines.mark_by(LENIENT, 24)
    unmarked = unmarked.with_columns(
        lenient=begin.str.head(2).fill_null(tag), begins=begin.is_not_null(), after=after
    ).filter(pl.col("lenient").is_not_null())
    if unmarked.height:
        # Only a record that begins with 'ty' has its other tags in lower case.
        small = pl.when("begins").then(pl.col("lenient") == "ty").forward_fill().fill_null(False)
        unmarked = unmarked.with_columns(after=pl.when("begins").then(begun).otherwise("after")).filter(
            small | (pl.col("lenient") == pl.col("lenient").str.to_uppercase())
        )
        unmarked = unmarked.with_columns(pl.col("lenient").str.to_uppercase())
        frame = frame.join(unmarked.drop("text"), on="line", how="left", maintain_order="left")
        began = (pl.col("tag") == "TY") | pl.col("begins")
        frame = frame.with_columns(free=pl.when(began.fill_null(False)).then(pl.col("tag").is_null()).forward_fill())
        taken = pl.col("lenient").is_not_null() & (
            pl.col("free").fill_null(True) | (pl.col("lenient").is_in(["TY", "ER"]))
        )
        frame = frame.with_columns(
            tag=pl.when(taken).then("lenient").otherwise("tag"), value=pl.when(taken).then("after").otherwise("value")
        ).drop("lenient", "begins", "after", "free")
    started = pl.col("tag").eq_missing("TY")
    return frame.with_columns(start=pl.when(started).then(lines.YES).otherwise(lines.NO).cast(pl.UInt8))


SYNTAX = lines.Syntax(
    start=re.compile(rb"\n[ \t\r]*(?:TY[ \t]{0,4}|ty  )-"),
    mark=mark,
    around=r"^(?:\d+\.|<?\d+\. ?>?|Record #\d+ of \d+|Provider: .*|Content: .*|Database: .*|Link to the .*|https?://\S+|%+|% .*)$",
    end="ER",
    titles=("T1", "TI"),
    once=("T1", "TI", "PY", "Y1", "AB", "N2", "DO", "SP", "VL", "IS"),
    anywhere=re.compile(rb"TY  - [A-Z]{3,8}[ \t\r]*(?:\n|\Z)"),
    joined=r"^(.*\S.*?)(TY  - [A-Z]{3,8}\s*)$",
)


def tokenise(source: Source) -> Iterator[Tokens]:
    """The tokens of a RIS file."""
    return lines.tokenise(source, SYNTAX)
