"""Open work as files that screening tools take in, each with the report's id where the tool keeps it and gives it back.

tool        file   the id stands in                    it comes back in
rayyan      RIS    N1, after our mark                  notes, before Rayyan's own RAYYAN-INCLUSION
covidence   RIS    AN                                  Accession Number (CSV), AN or ID (RIS)
asreview    CSV    the column report_id                the same column: exports and projects keep the data set's columns
eppi        RIS    KW and N1, after our mark           KW and N1 (RIS), Keywords and Comments (JSON)
csv, xlsx   table  the column report_id                the same column, with stage, reviewer and verdict filled in
ris         RIS    ID, AN, N1                          whichever the tool keeps

Nothing of anybody's decisions is written. In CSV and Excel no cell is a formula (tasks/cells.py), which reading undoes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from schemas.errors import UserError
from tasks.cells import guarded
from tasks.output import whole_file
from tasks.screen.reports import MARK

_TYPES = {
    "conference": "CONF", "book": "BOOK", "chapter": "CHAP", "thesis": "THES", "report": "RPRT", "preprint": "UNPB", "other": "GEN",
}  # fmt: skip
_RECORD = ("report_id", "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "accession", "abstract",
           "keywords", "url", "language")  # fmt: skip
_DECISION = ("stage", "reviewer", "verdict", "reason", "date", "note")
"""The columns that a person fills in; of those, stage and reviewer may be left to the folder and the note beside the file."""
_SPAN = re.compile(r"([A-Za-z]{0,3}\d+)\s*[-–]\s*([A-Za-z]{0,3}\d+)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CELL = 32_767
"""Characters that a cell of Excel can hold."""

ID_TAGS: Mapping[str, tuple[str, ...]] = {
    "rayyan": ("N1",),
    "covidence": ("AN",),
    "eppi": ("KW", "N1"),
    "ris": ("ID", "AN", "N1"),
}
"""The RIS tags that carry the report's id, by tool; in N1 and KW after our mark, elsewhere alone."""
TABLES: Mapping[str, tuple[str, ...]] = {
    "asreview": _RECORD,
    "csv": (*_RECORD, *_DECISION),
    "xlsx": (*_RECORD, *_DECISION),
}
"""The columns of the tools that take tables."""
TOOLS = (*ID_TAGS, *TABLES)


def write_queue(reports: pl.DataFrame, tool: str, path: Path) -> None:
    """Writes reports, in their order, as a file for `tool` (one of TOOLS); replaces what was there only when all is written.

    `reports`: report_id, and any of title, authors (list of 'Family, Given'), year, journal, volume, issue, pages, doi, pmid,
    accession, abstract, keywords (list), url, language, type, issn; other columns are not written. Raises `UserError` for a tool that
    is not known, or where nothing can be written at `path`.
    """
    if tool not in TOOLS:
        raise UserError(f"'{tool}' is no format of the queue", hint=f"one of {', '.join(TOOLS)}")
    with whole_file(path) as part:
        if tool in ID_TAGS:
            with part.open("w", encoding="utf-8", newline="") as file:
                for row in reports.iter_rows(named=True):
                    file.writelines(f"{tag}  - {value}\r\n" for tag, value in _ris(row, ID_TAGS[tool]))
                    file.write("ER  - \r\n\r\n")
        elif tool == "xlsx":
            _write_workbook(reports, TABLES[tool], part)
        else:
            with part.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(TABLES[tool])
                writer.writerows(_cells(reports, TABLES[tool]))


def _ris(row: Mapping[str, Any], id_tags: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The lines of a record but its end; a value stands on one line."""
    yield "TY", _TYPES.get(row.get("type") or "", "JOUR")
    for tag in id_tags:
        if tag != "KW":
            yield tag, f"{MARK} {row['report_id']}" if tag == "N1" else row["report_id"]
    yield from (("AU", _line(name)) for name in row.get("authors") or ())
    singles = [("title", "TI"), ("year", "PY"), ("journal", "T2"), ("volume", "VL"), ("issue", "IS"), ("doi", "DO"), ("abstract", "AB"),
               ("url", "UR"), ("language", "LA"), ("issn", "SN")]  # fmt: skip
    if "AN" not in id_tags:
        singles.append(("accession", "AN"))
    yield from ((tag, _line(row[name])) for name, tag in singles if row.get(name) is not None)
    if row.get("pages"):
        span = _SPAN.fullmatch(row["pages"])
        yield from (("SP", span[1]), ("EP", span[2])) if span else (("SP", _line(row["pages"])),)
    keywords = [f"{MARK} {row['report_id']}"] if "KW" in id_tags else []
    yield from (("KW", _line(word)) for word in [*keywords, *(row.get("keywords") or ())])


def _line(value: Any) -> str:
    return " ".join(_FORBIDDEN.sub("", str(value)).split())


def _cells(reports: pl.DataFrame, columns: tuple[str, ...]) -> Iterator[list[str]]:
    """The rows of a table. A list's values are joined by '; ', which is how these tools separate authors and keywords."""
    for row in reports.iter_rows(named=True):
        yield [guarded(_text(row.get(name))) for name in columns]


def _text(value: Any) -> str:
    text = "; ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return _FORBIDDEN.sub("", text)


def _write_workbook(reports: pl.DataFrame, columns: tuple[str, ...], path: Path) -> None:
    import openpyxl  # noqa: PLC0415  slow to import, and most queues are RIS or CSV

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("queue")
    sheet.append(list(columns))
    for cells in _cells(reports, columns):
        sheet.append([cell[:_CELL] or None for cell in cells])
    book.save(path)
