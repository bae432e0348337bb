"""Decisions from a plain table: one row a verdict, the columns named in any common way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.errors import UserError
from tasks.identifiers import doi_of, pmid_of
from tasks.screen.dates import DayOrder, day_order, parse_time
from tasks.screen.decisions import NO_VERDICT, NOT_READ, DecisionCollector, DecisionFile
from tasks.screen.rules import refuse_verdict, settle_stage
from tasks.screen.words import is_consensus, stage_of, verdict_of, year_of
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
_TRUE = {"1", "true", "yes", "y", "x", "consensus"}


@dataclass(frozen=True)
class _Defaults:
    """The stage and reviewer of a file that names none, and the order of day and month in its dates."""

    stage: str
    reviewer: str
    order: DayOrder


def looks_plain(header: tuple[str, ...]) -> bool:
    """Whether a header can be a plain table's: a verdict, and something that names the report."""
    columns = named_columns(header, COLUMNS)
    return "verdict" in columns and bool({"key", "doi", "pmid", "title"} & columns.keys())


def read_plain(table: Tabular, *, stage: str | None, reviewer: str | None) -> DecisionFile:
    """Read a plain table. `stage` and `reviewer` stand in where the file leaves them out.

    Raises `UserError` where neither the file nor the caller says the stage or the reviewer.
    """
    columns = named_columns(table.header, COLUMNS)
    if "stage" not in columns and stage is None:
        raise UserError(
            "has no stage column",
            path=table.name,
            hint="add one, or put the file into decisions/title-abstract/ or decisions/full-text/",
        )
    if "reviewer" not in columns and "consensus" not in columns and reviewer is None:
        raise UserError(
            "has no reviewer column",
            path=table.name,
            hint="add one, or say who decided in the note beside it, <file>.toml",
        )

    collector = DecisionCollector(
        table.name, "csv", rows=len(table.rows) + len(table.problems), problems=list(table.problems)
    )
    collector.without[NOT_READ] += len(table.problems)
    ignored = [column for column in table.header if column and column not in columns.values()]
    if ignored:
        collector.warn(None, f"columns that were not read: {', '.join(ignored)}")
    position = table.header.index(columns["date"]) if "date" in columns else None
    order = day_order(row.cells[position] for row in table.rows) if position is not None else "unclear"

    defaults = _Defaults(stage or "", reviewer or "", order)
    for line, cells in table.records():
        row = {meaning: cells[column] for meaning, column in columns.items()}
        _read_row(collector, line, row, defaults)
    return collector.finish()


def _read_row(collector: DecisionCollector, line: int, row: Mapping[str, str], defaults: _Defaults) -> None:
    doi, pmid, title = doi_of(row.get("doi", "")), pmid_of(row.get("pmid", "")), row.get("title") or None
    key = row.get("key") or doi or pmid or title
    if key and not row["verdict"]:
        collector.without[NO_VERDICT] += 1
        return
    stage_text, reviewer = row.get("stage") or defaults.stage, row.get("reviewer") or defaults.reviewer
    stage, verdict = stage_of(stage_text), verdict_of(row["verdict"])
    consensus = is_consensus(reviewer) or fold(row.get("consensus", "")) in _TRUE
    # PRISMA keeps "not retrieved" apart from full-text exclusions; tools and people record it among them.
    if stage is not None and verdict is not None:
        stage = settle_stage(stage, verdict)
    refusal = (
        "does not say which report it is about" if not key
        else f"verdict {row['verdict']!r} is none of include, exclude, maybe, not-retrieved" if verdict is None
        else f"stage {stage_text!r} is none of title-abstract, retrieval, full-text" if stage is None
        else "does not say which reviewer decided" if not reviewer and not consensus
        else refuse_verdict(stage, verdict)
    )  # fmt: skip
    if refusal:
        collector.refuse(line, refusal)
        return
    date = row.get("date", "")
    decided_at = parse_time(date, defaults.order)
    if date and decided_at is None:
        collector.warn(line, f"date {date!r} is no date or can mean two days: taken without one (write 2024-05-31)")
    labels = [label.strip() for label in row.get("labels", "").replace(",", ";").split(";") if label.strip()]
    collector.decisions.append(
        {
            "row": line,
            "key": key,
            "stage": stage,
            "reviewer": "consensus" if consensus and (not reviewer or is_consensus(reviewer)) else reviewer,
            "verdict": verdict,
            "reason": row.get("reason") or None,
            "decided_at": decided_at,
            "consensus": consensus,
            "title": title,
            "year": year_of(row.get("year", "")),
            "doi": doi,
            "pmid": pmid,
            "labels": labels or None,
            "note": row.get("note") or None,
        }
    )
