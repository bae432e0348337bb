"""Decisions from a plain table: one row a verdict, the columns named in any common way.

A table that our queue wrote comes back so too: a row whose verdict was left open is a report without a decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.errors import UserError
from tasks.screen.dates import DayOrder, day_order, parse_time
from tasks.screen.decisions import NO_VERDICT, DecisionCollector, DecisionFile, FileFacts
from tasks.screen.reports import folded, report_of
from tasks.screen.rules import VERDICTS, settle_stage
from tasks.screen.words import is_consensus, stage_of, verdict_of
from tasks.tabular import Tabular, fold, named_columns

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "key": (
        "report_id", "report", "record_id", "record", "id", "key", "ref_id", "reference_id", "accession",
        "accession_number", "covidence #",
    ),
    "stage": ("stage", "screening_stage", "phase", "level"),
    "reviewer": (
        "reviewer", "reviewer_name", "screener", "screened_by", "decided_by", "user", "user_name", "rater", "name",
        "who",
    ),
    "verdict": (
        "verdict", "decision", "screening_decision", "vote", "inclusion", "included", "label", "status", "outcome",
    ),
    "reason": ("reason", "exclusion_reason", "exclusion_reasons", "reason_for_exclusion", "why"),
    "date": ("date", "decided_at", "decision_date", "screened_at", "date_screened", "timestamp", "time", "when"),
    "consensus": ("consensus", "is_consensus", "final"),
    "title": ("title", "report_title", "primary_title"),
    "year": ("year", "published_year", "publication_year", "pub_year"),
    "doi": ("doi",),
    "pmid": ("pmid", "pubmed_id", "pubmed"),
    "labels": ("labels", "tags"),
    "note": ("note", "notes", "comment", "comments", "remark"),
}  # fmt: skip
_DECISIVE = ("key", "stage", "reviewer", "verdict")
"""Of these a row can say one thing only."""
_TRUE = {"1", "true", "yes", "y", "x", "consensus"}


_DESCRIBING = {
    fold(name)
    for name in ("authors", "author", "journal", "volume", "issue", "number", "pages", "abstract", "url", "language", "keywords",
                 "type", "accession", "issn", "isbn", "pmcid", "source")
}  # fmt: skip
"""Columns that describe the report and say nothing of a decision: nobody need be told that they were passed over."""


def looks_plain(header: tuple[str, ...]) -> bool:
    """Whether a header can be a plain table's: a verdict, and something that names the report."""
    columns = named_columns(header, COLUMNS)
    return "verdict" in columns and bool({"key", "doi", "pmid", "title"} & columns.keys())


def read_plain(table: Tabular, facts: FileFacts) -> DecisionFile:
    """Read a plain table. The stage and reviewer of `facts` stand in where the file leaves them out.

    Raises `UserError` where neither the file nor the caller says the stage or the reviewer.
    """
    columns = named_columns(table.header, COLUMNS)
    if "stage" not in columns and not facts.stage:
        raise UserError(
            "has no stage column",
            path=table.name,
            hint="add one, or put the file into decisions/title-abstract/ or decisions/full-text/",
        )
    if "reviewer" not in columns and "consensus" not in columns and not facts.reviewer:
        raise UserError(
            "has no reviewer column",
            path=table.name,
            hint="add one, or say who decided in the note beside it, <file>.toml",
        )

    twice = next((columns[c] for c in _DECISIVE if c in columns and table.header.count(columns[c]) > 1), None)
    if twice:
        raise UserError(
            f"has two columns '{twice}'", path=table.name, hint="keep one; what two reviewers said are two rows"
        )

    collector = DecisionCollector.of_table(table, "csv")
    read = {*columns.values(), ""}
    ignored = [column for column in table.header if column not in read and fold(column) not in _DESCRIBING]
    if ignored:
        collector.warn(None, f"columns that were not read: {', '.join(ignored)}")
    position = table.header.index(columns["date"]) if "date" in columns else None
    order = day_order(row.cells[position] for row in table.rows) if position is not None else "unclear"

    for line, cells in table.records():
        row = {meaning: cells[column] for meaning, column in columns.items()}
        _read_row(collector, report_of(line, folded(cells), key=row.get("key", "")), row, facts, order)
    return collector.finish()


def _read_row(
    collector: DecisionCollector, report: dict[str, Any], row: Mapping[str, str], facts: FileFacts, order: DayOrder
) -> None:
    line, key = report["row"], report["key"]
    if key:
        collector.reports[line] = report
    if key and not row["verdict"]:
        if _is_shifted(row):
            collector.refuse(line, "is filled in, but for its verdict: are its cells in the right columns?")
            return
        collector.without[NO_VERDICT] += 1
        return
    stage_text, reviewer = row.get("stage") or facts.stage, row.get("reviewer") or facts.reviewer
    stage, verdict = stage_of(stage_text), verdict_of(row["verdict"])
    consensus = is_consensus(reviewer) or fold(row.get("consensus", "")) in _TRUE
    # PRISMA keeps "not retrieved" apart from full-text exclusions; tools and people record it among them.
    if stage is not None and verdict is not None:
        stage = settle_stage(stage, verdict)
    refusal = (
        "does not say which report it is about" if not key
        else "its verdict is none of include, exclude, maybe, not-retrieved" if verdict is None
        else f"stage {stage_text!r} is none of title-abstract, retrieval, full-text" if stage is None
        else "does not say which reviewer decided" if not reviewer and not consensus
        else f"its verdict is none of {stage}'s, which are {', '.join(VERDICTS[stage])}" if verdict not in VERDICTS[stage]
        else ""
    )  # fmt: skip
    if refusal:
        collector.refuse(line, refusal)
        return
    assert verdict is not None and stage is not None
    date = row.get("date", "")
    if not date and parse_time(row.get("reason", ""), order):
        collector.warn(line, "has a date where the reason should be: are its cells in the right columns?")
    decided_at = parse_time(date, order)
    if date and decided_at is None:
        collector.warn(line, f"date {date!r} is no date or can mean two days: taken without one (write 2024-05-31)")
    labels = [label.strip() for label in row.get("labels", "").replace(",", ";").split(";") if label.strip()]
    collector.add(
        report,
        verdict=verdict,
        stage=stage,
        reviewer="consensus" if consensus and (not reviewer or is_consensus(reviewer)) else reviewer,
        consensus=consensus,
        reason=row.get("reason") or None,
        decided_at=decided_at,
        labels=labels or None,
        note=row.get("note") or None,
    )


def _is_shifted(row: Mapping[str, str]) -> bool:
    """Whether a row without a verdict says something of one elsewhere: a reason, or a verdict's word in another column."""
    elsewhere = [row.get(name, "") for name in ("stage", "reviewer")]
    return bool(row.get("reason")) or any(len(word) > 1 and verdict_of(word) for word in elsewhere)
