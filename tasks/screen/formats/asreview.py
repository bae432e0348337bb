"""Decisions from ASReview's exports: CSV and Excel with columns asreview_…, RIS with a note ASReview_relevant.

ASReview is one person's screening. Its exports name that person where it ran with accounts (asreview_user_name); else the
note beside the file says who. What was labelled before screening began (prior knowledge) was decided too.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from schemas.errors import UserError
from tasks.screen.dates import parse_time
from tasks.screen.decisions import NO_VERDICT, DecisionCollector, DecisionFile, FileFacts, require_stage
from tasks.screen.reports import folded, report_of
from tasks.tabular import Tabular, fold

LABELS = {"1": "include", "0": "exclude", "1.0": "include", "0.0": "exclude", "-1": "", "": ""}
"""ASReview's labels; -1 is how its first versions wrote that there is none."""

_MARK = re.compile(r"ASReview_(relevant|irrelevant|not_seen)\b")
_MARKS = {"relevant": "include", "irrelevant": "exclude", "not_seen": ""}
_TAG = "asreviewtag"


def is_asreview(table: Tabular) -> bool:
    """Whether a table is ASReview's export."""
    if any(fold(column) in ("asreviewlabel", "asreviewranking") for column in table.header):
        return True
    return any(_MARK.search(row.get("n1", "")) for _, cells in table.records() if (row := folded(cells)))


def read_asreview(table: Tabular, facts: FileFacts) -> DecisionFile:
    """Read an export. Raises `UserError` where nothing says the stage, or who screened."""
    stage = require_stage(facts, table.name, "ASReview")
    collector = DecisionCollector.of_table(table, "asreview")
    rows = [(line, folded(cells)) for line, cells in table.records()]
    if not facts.reviewer and not any(row.get("asreviewusername") for _, row in rows):
        raise no_reviewer(table.name)
    for line, row in rows:
        report = report_of(line, row)
        collector.reports[line] = report
        try:
            verdict = _verdict(row)
        except ValueError as error:
            collector.refuse(line, str(error))
            continue
        reviewer = row.get("asreviewusername") or facts.reviewer
        if not verdict:
            collector.without[NO_VERDICT] += 1
        elif not report["key"] or not reviewer:
            missing = "which reviewer decided" if report["key"] else "which report it is about"
            collector.refuse(line, f"does not say {missing}")
        else:
            labels = [
                name[len(_TAG) :] for name, value in row.items() if name.startswith(_TAG) and value in ("1", "1.0")
            ]
            collector.add(
                report,
                verdict=verdict,
                stage=stage,
                reviewer=reviewer,
                decided_at=time_of(row.get("asreviewtime", "")),
                labels=labels or None,
                note=row.get("asreviewnote") or None,
            )
    return collector.finish()


def _verdict(row: dict[str, str]) -> str:
    """The verdict of a row, '' where there is none yet. Raises ValueError where it says two, or something else."""
    label = row.get("asreviewlabel", row.get("included", ""))
    if label not in LABELS:
        raise ValueError("its label is none of 1, 0 and blank")
    verdicts = {_MARKS[mark] for mark in _MARK.findall(row.get("n1", ""))} - {""} or {LABELS[label]}
    if len(verdicts) > 1:
        raise ValueError("its notes bear two labels of ASReview: keep one")
    return verdicts.pop()


def time_of(value: str) -> datetime | None:
    """A time of ASReview's as naive UTC: seconds since 1970, or a date as text."""
    try:
        seconds = float(value)
    except ValueError:
        return parse_time(value)
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (OverflowError, OSError, ValueError):
        return None


def no_reviewer(name: str) -> UserError:
    """What to say where nothing tells who screened."""
    return UserError(
        "is ASReview's, and does not say who screened",
        path=name,
        hint=f'write who = "…" into the note beside it, {name.rsplit("/", 1)[-1]}.toml',
    )
