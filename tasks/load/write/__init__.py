"""Writing records: RIS, CSV, BibTeX and EndNote XML, batch by batch.

What is written here is read back equal in all normalised fields, and other tools read it too (rispy, bibtexparser,
lxml: tests/property/test_writers.py). Each format is a module with `HEAD`, `TAIL` and `records(frame) -> str`, and a
mapping `mappings/<format>.living-review.toml` that reads it back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import polars as pl


@dataclass
class Writer:
    """One output in a format; text is UTF-8. A whole file is `head`, any number of `records`, `tail`."""

    module: str
    written: Counter[str] = field(default_factory=Counter)

    def head(self) -> bytes:
        """What comes before the first record."""
        return str(self._module().HEAD).encode()

    def records(self, frame: pl.DataFrame) -> bytes:
        """The records of a ParsedRecord frame. A module finds in `key` what no other record of the output has."""
        return str(
            self._module().records(frame.with_columns(key=pl.Series(map(self._key, frame["record_id"]))))
        ).encode()

    def _key(self, record_id: str) -> str:
        """The record's identifier; with a number after it, where the record stands in several exports."""
        self.written[record_id] += 1
        return record_id if self.written[record_id] == 1 else f"{record_id}-{self.written[record_id]}"

    def tail(self) -> bytes:
        """What comes after the last record."""
        return str(self._module().TAIL).encode()

    def _module(self) -> Any:
        return import_module(f"tasks.load.write.{self.module}")


WRITERS = {"ris": "ris", "csv": "csv", "bibtex": "bibtex", "endnote-xml": "endnote_xml"}
"""The formats, and the module that writes each."""


def write(records: pl.DataFrame, form: str) -> bytes:
    """A ParsedRecord frame as a whole file."""
    writer = Writer(WRITERS[form])
    return writer.head() + writer.records(records) + writer.tail()
