"""Web of Science's tagged text (.ciw, .isi, .txt): `PT J` begins a record, `ER` ends it; continuation lines are indented."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from tasks.load import lines
from tasks.load.source import Source
from tasks.load.tokens import Tokens

TAG = r"^([A-Z][A-Z0-9])(?: |\t|$)"


def mark(frame: pl.DataFrame) -> pl.DataFrame:
    """Tags, values and starts of lines. FN and VR stand at the file's head, EF at its end; they are no record's."""
    tag, value = lines.mark_by(TAG, 4)
    # 'ERFN Clarivate …': another file was joined to one that did not end its last line.
    joined = pl.col("text").str.contains(r"^E[RF][\s\x{FEFF}]*FN ")
    frame = frame.with_columns(
        tag=pl.when(joined).then(pl.lit("ER")).otherwise(tag), value=pl.when(joined).then(pl.lit("")).otherwise(value)
    )
    own = pl.col("tag").is_in(["FN", "VR", "EF"]) & ~pl.col("text").str.starts_with(" ")
    frame = frame.with_columns(tag=pl.when(~own.fill_null(False)).then("tag"))
    started = pl.col("tag").eq_missing("PT")
    return frame.with_columns(start=pl.when(started).then(lines.YES).otherwise(lines.NO).cast(pl.UInt8))


SYNTAX = lines.Syntax(
    start=re.compile(rb"\nPT(?=[ \t\r\n]|\Z)"),
    mark=mark,
    around=r"^(?:FN |VR |EF\b).*$",
    end="ER",
    titles=("TI",),
    once=("TI", "SO", "PY", "AB", "DI", "UT", "VL", "BP"),
    anywhere=re.compile(rb"(?:(?<=ER)|(?<=EF)|(?<=\n)|(?<=\xbf))PT(?=[ \t\r\n]|\Z)"),
    joined=r"^((?:ER|EF)?[\s\x{FEFF}]*)((?:FN|VR|PT) .*)$",
    indent="   ",
)


def tokenise(source: Source) -> Iterator[Tokens]:
    """The tokens of a Web of Science file."""
    return lines.tokenise(source, SYNTAX)
