"""CSV: a row a record, a value a line where a cell holds several. No cell is a formula to a spreadsheet.

A cell that begins with =, +, -, @, a tab or a carriage return (or with apostrophes before one) gets an apostrophe in
front, which reading takes away again (tasks/load/table.py).
"""

from __future__ import annotations

import csv
import io
from typing import Any

import polars as pl

from tasks.cells import guarded

COLUMNS = (
    "record_id", "identity", "source", "platform", "accession", "title", "authors", "year", "journal", "volume",
    "issue",
    "pages", "doi", "pmid", "pmcid", "issn", "isbn", "abstract", "keywords", "language", "url", "type", "raw_sha256",
)  # fmt: skip
HEAD = ",".join(COLUMNS) + "\r\n"
TAIL = ""


def records(frame: pl.DataFrame) -> str:
    """The rows, without the header."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([_cell(value) for value in row] for row in frame.select(COLUMNS).iter_rows())
    return text.getvalue()


def _cell(value: Any) -> str:
    text = "\n".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return guarded(text)
