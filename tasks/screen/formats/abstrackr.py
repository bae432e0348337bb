"""Decisions from Abstrackr's export of labels: a column a reviewer, 1 / 0 / -1 for relevant, maybe, irrelevant; 'o' for none.

The column consensus holds what a conflict was resolved to; where all who labelled agree, Abstrackr fills it in by itself ('x'
where they do not), and then it is nobody's decision. A reviewer's column is known by the columns of notes that bear the
name, or by its place after consensus. The heading "citations that are not yet labeled by anyone" stands among the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.screen.dates import parse_time
from tasks.screen.decisions import NO_VERDICT, DecisionCollector, DecisionFile, FileFacts, require_stage
from tasks.screen.reports import folded, report_of
from tasks.tabular import Row, Tabular, fold

_VERDICTS = {"1": "include", "-1": "exclude", "0": "maybe"}
_NONE = {"o", "x", ""}
_NOTES = re.compile(r"(general|population|intervention/comparator|outcome) notes \((.+)\)$")
_DATE = "labeled_at"
_HEADING = "citations that are not yet labeled"


def is_abstrackr(table: Tabular) -> bool:
    """Whether a table is Abstrackr's export."""
    return {"internalid", "sourceid", "consensus"} <= {fold(column) for column in table.header}


def read_abstrackr(table: Tabular, facts: FileFacts) -> DecisionFile:
    """Read the export. Raises `UserError` where nothing says the stage."""
    stage = require_stage(facts, table.name, "Abstrackr")
    collector = DecisionCollector.of_table(table, "abstrackr")
    raters = dict(_raters(table.header))
    for row in table.rows:
        named = dict(zip(table.header, row.cells, strict=True))
        cells = folded(named)
        if cells["internalid"].startswith(_HEADING):
            collector.without["a heading"] += 1
            continue
        report = report_of(row.line, cells, key=f"abstrackr-{cells['internalid']}" if cells["internalid"] else "")
        collector.reports[row.line] = report
        if not report["key"]:
            collector.refuse(row.line, "does not say which report it is about")
            continue
        votes = {rater: row.cells[at].strip() for at, rater in raters.items()}
        if any(vote not in _VERDICTS and vote not in _NONE for vote in votes.values()):
            collector.refuse(row.line, "has a label that is not Abstrackr's")
            continue
        cast = {vote for rater, vote in votes.items() if rater != "consensus" and vote in _VERDICTS}
        if votes.get("consensus") in cast and len(cast) == 1:
            votes["consensus"] = ""
        before = len(collector.decisions)
        for at, rater in raters.items():
            if votes[rater] in _VERDICTS:
                collector.add(
                    report,
                    verdict=_VERDICTS[votes[rater]],
                    stage=stage,
                    reviewer="" if rater == "consensus" else rater,
                    decided_at=_date(table.header, row, at),
                    labels=[tag.strip() for tag in cells.get("tags", "").split(",") if tag.strip()] or None,
                    note=_note(named, rater),
                )
        if len(collector.decisions) == before:
            collector.without[NO_VERDICT] += 1
    return collector.finish()


def _raters(header: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """(place, name) of the columns of labels: consensus and all after it that hold neither dates nor notes."""
    start = next(at for at, column in enumerate(header) if fold(column) == "consensus")
    for at, column in enumerate(header[start:], start=start):
        if column and column != _DATE and not _NOTES.match(column):
            yield at, "consensus" if at == start else column


def _date(header: tuple[str, ...], row: Row, at: int) -> object:
    """When a label was given: the column after it, where the export has one."""
    return parse_time(row.cells[at + 1]) if header[at + 1 : at + 2] == (_DATE,) else None


def _note(cells: dict[str, str], rater: str) -> str | None:
    notes = [f"{found[1]}: {value.strip()}" for column, value in cells.items()
             if (found := _NOTES.match(column)) and found[2] == rater and value.strip()]  # fmt: skip
    return "\n".join(notes) or None
