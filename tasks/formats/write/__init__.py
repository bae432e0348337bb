"""Writing records: RIS, CSV, BibTeX and EndNote XML, batch by batch.

What is written here is read back equal in all normalised fields, and other tools read it too (rispy, bibtexparser,
lxml: tests/property/test_writers.py). Each format is a module with `HEAD`, `TAIL` and `records(frame) -> str`, and a
mapping `mappings/<format>.living-review.toml` that reads it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import IO, Any

import polars as pl


@dataclass(frozen=True)
class Writer:
    """One output format; text is UTF-8. A whole file is `head`, any number of `records`, `tail`."""

    module: str

    def head(self) -> bytes:
        """What comes before the first record."""
        return str(self._module().HEAD).encode()

    def records(self, frame: pl.DataFrame) -> bytes:
        """The records of a ParsedRecord frame."""
        return str(self._module().records(frame)).encode()

    def tail(self) -> bytes:
        """What comes after the last record."""
        return str(self._module().TAIL).encode()

    def _module(self) -> Any:
        return import_module(f"tasks.formats.write.{self.module}")


WRITERS = {"ris": Writer("ris"), "csv": Writer("csv"), "bibtex": Writer("bibtex"), "endnote-xml": Writer("endnote_xml")}


def write_to(batches: Iterable[pl.DataFrame], out: IO[bytes], form: str) -> None:
    """ParsedRecord frames into an open file, as `form` (a key of `WRITERS`)."""
    writer = WRITERS[form]
    out.write(writer.head())
    for frame in batches:
        out.write(writer.records(frame))
    out.write(writer.tail())


def write(records: pl.DataFrame, form: str) -> bytes:
    """A ParsedRecord frame as a whole file."""
    writer = WRITERS[form]
    return writer.head() + writer.records(records) + writer.tail()
