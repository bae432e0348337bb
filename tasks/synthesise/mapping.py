"""Mappings: files of two columns, document and report, that name the report of which a coded document is the text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from schemas.errors import UserError
from schemas.problem import Problem
from tasks.tabular import named_columns, read_tabular

COLUMNS = {
    "document": ("document", "document_name", "document_id", "file", "file_name", "source", "text"),
    "key": ("report", "report_id", "record", "record_id", "key", "doi", "pmid", "accession"),
}
SCHEMA = pl.Schema({"row": pl.Int32, "document": pl.String, "key": pl.String})


@dataclass(frozen=True)
class MappingFile:
    """A mapping, read: `frame` (row, document, key), and the rows that could not be read."""

    name: str
    frame: pl.DataFrame
    problems: tuple[Problem, ...]


def read_mapping(path: Path, *, name: str | None = None) -> MappingFile:
    """Read a mapping from CSV or .xlsx. Raises `UserError` where one of its two columns is missing."""
    table = read_tabular(path, name=name)
    columns = named_columns(table.header, COLUMNS)
    for meaning, shown in (("document", "document"), ("key", "report")):
        if meaning not in columns:
            raise UserError(
                f"has no column '{shown}'", path=table.name, hint="a mapping has the columns document, report"
            )
    problems = list(table.problems)
    rows = []
    for line, cells in table.records():
        document, key = cells[columns["document"]], cells[columns["key"]]
        if document and key:
            rows.append({"row": line, "document": document, "key": key})
        else:
            problems.append(
                Problem(table.name, line, f"names no {'report' if document else 'document'}, and was not read")
            )
    return MappingFile(table.name, pl.DataFrame(rows, schema=SCHEMA), tuple(problems))
