"""What a tokeniser hands on: every tag and value of every record, in file order.

A tokeniser knows one syntax and no platform. It is a function `tokenise(source: Source) -> Iterator[Tokens]` that yields
pieces of bounded size, never splits a record over two pieces, drops nothing, and raises `UserError` for a file that it
cannot read. What tags mean is the mapping's to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from tasks.load.source import Source

TOKEN_SCHEMA = pl.Schema({"record": pl.UInt32, "line": pl.UInt32, "tag": pl.String, "value": pl.String})
OUTSIDE_SCHEMA = pl.Schema({"line": pl.UInt32, "text": pl.String})
FAILED_SCHEMA = pl.Schema({"record": pl.UInt32, "line": pl.UInt32, "reason": pl.String, "raw": pl.String})


@dataclass(frozen=True)
class Tokens:
    """One piece of an export.

    `frame` (TOKEN_SCHEMA): `record` counts from 0 over the whole file, and the tokens of a record stand together; `line`
    from 1, 0 where the syntax has no lines.
    `starts`: the record starts in this piece, counted by a means independent of the tokeniser's own splitting.
    `outside` (OUTSIDE_SCHEMA): non-blank text that belongs to no record.
    `failed` (FAILED_SCHEMA): records that were found but could not be tokenised; they go to quarantine.
    `around`: lines around records that every file of the kind has (counters, headers); counted, not warned of.
    `cut`: the line on which the file's last record starts, where nothing ends that record though its syntax has an end.
    """

    frame: pl.DataFrame
    starts: int
    outside: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=OUTSIDE_SCHEMA))
    failed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FAILED_SCHEMA))
    around: int = 0
    cut: int | None = None


class Tokeniser(Protocol):
    """Reads one syntax."""

    def __call__(self, source: Source) -> Iterator[Tokens]: ...
