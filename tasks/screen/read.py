"""Read a file of screening decisions, whatever tool wrote it. The format is recognised by the content, never by the name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from schemas.errors import UserError
from schemas.screening import STAGES, VERDICTS
from tasks.cells import unguarded
from tasks.screen.decisions import DecisionFile, FileFacts
from tasks.screen.formats import abstrackr, asreview, asreview_project, eppi, plain, rayyan, status_list
from tasks.screen.tagged import bibtex_table, is_bibtex, is_ris, ris_table
from tasks.tabular import Tabular, decode, parse_sheets, read_bytes, row_problem

__all__ = ["DecisionFile", "read_decisions"]

_KNOWN = "Rayyan's, Covidence's, ASReview's, EPPI-Reviewer's and Abstrackr's exports are known"


def read_decisions(
    path: Path,
    *,
    name: str | None = None,
    stage: str | None = None,
    reviewer: str | None = None,
    verdict: str | None = None,
) -> DecisionFile:
    """Read decisions from a file of Rayyan, Covidence, ASReview, EPPI-Reviewer or Abstrackr, or a plain table.

    `name`: what messages call the file, and where a list of one status says which. `stage`, `reviewer`, `verdict`: for
    files that do not say them. Raises `UserError` for a file that is not such a file, or that leaves one of them open; a
    row that cannot be read is a problem, and counted.
    """
    if stage is not None and stage not in STAGES:
        raise UserError(f"stage {stage!r} is none of {', '.join(STAGES)}")
    if verdict is not None and verdict not in VERDICTS:
        raise UserError(f"verdict {verdict!r} is none of {', '.join(VERDICTS)}")
    facts = FileFacts(stage or "", reviewer or "", verdict or "")
    name = name or path.name
    data = read_bytes(path, name)
    if asreview_project.is_project(data):
        return asreview_project.read_project(data, name, facts)
    if _is_text(data):
        text = decode(data, name)
        if eppi.is_json(text):
            return eppi.read_json(text, name, facts)
        if is_ris(text):
            return _read_table(ris_table(text, name), facts)
        if is_bibtex(text):
            return _read_table(bibtex_table(text, name), facts)
    return _read_sheets([_unguarded(table) for table in parse_sheets(data, name)], facts)


def _read_sheets(tables: Sequence[Tabular], facts: FileFacts) -> DecisionFile:
    """The decisions of the first sheet that holds some. What stands in others is told: a row is known by its number alone."""
    known = [table for table in tables if _find_reader(table, facts)] or tables[:1]
    read = _read_table(known[0], facts)
    others = [
        row_problem(
            table.name, table.sheet, None, "holds decisions too, and was not read: save it as a file of its own"
        )
        if table in known
        else row_problem(table.name, table.sheet, None, "holds no decisions that we know, and was not read", "warning")
        for table in tables
        if table is not known[0]
    ]
    return replace(read, problems=(*read.problems, *others))


def _unguarded(table: Tabular) -> Tabular:
    """The table as it was before a writer kept its cells from being formulas (write_queue.py)."""
    rows = tuple(replace(row, cells=tuple(map(unguarded, row.cells))) for row in table.rows)
    return replace(table, rows=rows)


def _is_text(data: bytes) -> bool:
    """Whether bytes begin like RIS, BibTeX or JSON, in any encoding of theirs."""
    head = data[:64].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head.startswith((b"TY", b"@", b"{"))


_FORMATS: tuple[tuple[Callable[[Tabular, FileFacts], bool], Callable[[Tabular, FileFacts], DecisionFile]], ...] = (
    (lambda table, _: rayyan.is_log(table), rayyan.read_log),
    (lambda table, _: asreview.is_asreview(table), asreview.read_asreview),
    (lambda table, _: abstrackr.is_abstrackr(table), abstrackr.read_abstrackr),
    (lambda table, _: eppi.is_items(table), eppi.read_items),
    # A table that says verdicts itself says more than a list: somebody added a column of them.
    (lambda table, _: plain.looks_plain(table.header), plain.read_plain),
    (lambda table, _: rayyan.is_articles(table), rayyan.read_articles),
    (lambda table, _: status_list.is_covidence(table) or status_list.is_ris_list(table), status_list.read_list),
    (status_list.is_named_list, status_list.read_list),
)
"""How a table is known for a tool's, and what reads it; the first that knows it reads it."""


def _find_reader(table: Tabular, facts: FileFacts) -> Callable[[Tabular, FileFacts], DecisionFile] | None:
    return next((read for knows, read in _FORMATS if knows(table, facts)), None)


def _read_table(table: Tabular, facts: FileFacts) -> DecisionFile:
    read = _find_reader(table, facts)
    if read is not None:
        return read(table, facts)
    raise UserError(
        f"is no file of screening decisions that we know; its columns are {', '.join(table.header[:12])}",
        path=table.name,
        hint=f"a plain table needs report_id, stage, reviewer, verdict, and may have reason and date; {_KNOWN}",
    )
