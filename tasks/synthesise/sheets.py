"""What the readers of extraction and appraisal sheets share: which column names the report, and what they hand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from schemas.problem import Problem

KEY_COLUMNS = (
    "report_id", "report", "record_id", "record", "key", "id", "doi", "pmid", "accession", "document",
)  # fmt: skip
STUDY_COLUMNS = ("study", "study_name", "study_label", "study_id")
#: Columns by which people recognise a report. They say nothing that the records do not, and are not read as fields.
CONTEXT_COLUMNS = ("reference", "citation", "title", "authors", "author", "year", "journal", "doi", "pmid")


@dataclass(frozen=True)
class SheetFile:
    """A sheet, read. Of its `rows`, `read` gave values or an answer, `empty` had none, and the others are problems."""

    name: str
    layout: str
    rows: int
    read: int
    empty: int
    frame: pl.DataFrame
    problems: tuple[Problem, ...]


def key_of(cells: Mapping[str, str], columns: Mapping[str, str]) -> tuple[str, str | None]:
    """A row's key and study name: the report's name in the file, or the study's where it names no report."""
    study = cells.get(columns.get("study", ""), "") or None
    return cells.get(columns.get("key", ""), "") or study or "", study
