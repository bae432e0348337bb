"""Look up: what a page shows of reports, as they are now, to one person; nothing of others that is still open.

Each function takes a connection of `open_as_it_is_now`: the private copy, with what was said since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from schemas.event import ReportNames

_SQL = {
    name: Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
    for name in (
        "ballots",
        "card_records",
        "cards",
        "closed_votes",
        "comments_now",
        "own_decisions",
        "own_votes",
        "own_work",
    )
}


@dataclass(frozen=True)
class Card:
    """A report as people look at it."""

    report_id: str
    title: str | None
    authors: list[str] = field(default_factory=list)
    year: int | None = None
    journal: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None
    abstract: str | None = None
    keywords: list[str] = field(default_factory=list)
    language: str | None = None
    type: str | None = None
    sources: list[str] = field(default_factory=list)
    corrected: list[str] = field(default_factory=list)
    together_with: list[str] = field(default_factory=list)

    @property
    def names(self) -> ReportNames:
        """By what else the report can be known again."""
        return ReportNames(title=self.title, year=self.year, doi=self.doi, pmid=self.pmid)


@dataclass(frozen=True)
class OwnDecision:
    """A decision that counts, of the person who asks."""

    stage: str
    report_id: str
    verdict: str
    reason: str | None
    note: str | None
    decided_at: datetime
    consensus: bool
    title: str | None
    authors: list[str] | None
    year: int | None


@dataclass(frozen=True)
class ClosedVote:
    """A vote on a report that waits for none."""

    reviewer: str
    consensus: bool
    verdict: str
    reason: str | None
    note: str | None
    decided_at: datetime


@dataclass(frozen=True)
class Comment:
    """A remark that the person who asks may see; `seq`: its place in the log."""

    seq: int
    stage: str
    reviewer: str
    comment: str
    commented_at: datetime


def find_cards(con: duckdb.DuckDBPyConnection, reports: Sequence[str]) -> dict[str, Card]:
    """The cards of these reports, those that are known: also by an id from before they were merged."""
    merged = "SELECT DISTINCT report_id FROM main.report_alias WHERE list_contains($1::VARCHAR[], alias)"
    rows = _ask(con, "cards", reports=[*reports, *(id for (id,) in con.execute(merged, [list(reports)]).fetchall())])
    return {row["report_id"]: Card(**{k: v for k, v in row.items() if v is not None or k == "title"}) for row in rows}


def find_records(con: duckdb.DuckDBPyConnection, report_id: str) -> list[dict[str, str | None]]:
    """The records of a report: record_id, source, accession, and what people can put right in each, as text."""
    return _ask(con, "card_records", about=report_id)


def find_titles(con: duckdb.DuckDBPyConnection, records: Sequence[str]) -> dict[str, str | None]:
    """Record → title, of these records."""
    query = "SELECT record_id, title FROM main.record WHERE list_contains($1::VARCHAR[], record_id)"
    return dict(con.execute(query, [list(records)]).fetchall()) if records else {}


def find_own_work(con: duckdb.DuckDBPyConnection, reviewer: str) -> list[tuple[str, str, str, int]]:
    """(report_id, stage, work, votes missing) of what is one person's to do by the copy alone."""
    con.execute("SET VARIABLE reviewer = ?", [reviewer])
    return con.execute(_SQL["own_work"]).fetchall()


def find_own_votes(con: duckdb.DuckDBPyConnection, reviewer: str) -> list[tuple[str, str]]:
    """(report_id, stage) of what one person has voted on by the copy alone."""
    con.execute("SET VARIABLE reviewer = ?", [reviewer])
    return con.execute(_SQL["own_votes"]).fetchall()


def find_own_decisions(
    con: duckdb.DuckDBPyConnection,
    reviewer: str,
    *,
    stage: str | None = None,
    verdict: str | None = None,
    looked_for: str | None = None,
    about: str | None = None,
) -> list[OwnDecision]:
    """One person's decisions that count, newest first; `looked_for`: words in title, authors, abstract or note."""
    rows = _ask(con, "own_decisions", voter=reviewer, stage=stage, verdict=verdict, looked_for=looked_for, about=about)
    return [OwnDecision(**row) for row in rows]


def find_closed_votes(con: duckdb.DuckDBPyConnection, report_id: str, stage: str) -> list[ClosedVote]:
    """All votes on a report at a stage; none, where one is still to come."""
    return [ClosedVote(**row) for row in _ask(con, "closed_votes", voter=None, about=report_id, stage=stage)]


def find_comments(con: duckdb.DuckDBPyConnection, report_id: str, reader: str) -> list[Comment]:
    """The comments on a report that this person may see."""
    return [Comment(**row) for row in _ask(con, "comments_now", about=report_id, reader=reader)]


def _ask(con: duckdb.DuckDBPyConnection, query: str, **variables: object) -> list[dict[str, Any]]:
    for name, value in variables.items():
        con.execute(f"SET VARIABLE {name} = ?", [value])
    rows: list[dict[str, Any]] = con.sql(_SQL[query].replace("{ballots}", _SQL["ballots"])).pl().to_dicts()
    return rows
