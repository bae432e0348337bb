"""Measure: how far reviewers agree, how a tool compares with them, and what single exclusions may have missed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from tasks.screen.agreement import Coefficient, agree_among, agree_in_pair
from tasks.screen.estimate import estimate_missed, exact_interval
from warehouse.write import insert_frame

_VOTES = Path(__file__).with_name("first_votes.sql").read_text(encoding="utf-8")
_PATTERNS = Path(__file__).with_name("vote_patterns.sql").read_text(encoding="utf-8")
_TOOLS = Path(__file__).with_name("tool_verdicts.sql").read_text(encoding="utf-8")
_CHECKED = Path(__file__).with_name("checked.sql").read_text(encoding="utf-8")

_AGREEMENT: dict[str, Any] = {
    "subject": pl.String, "stage": pl.String, "votes": pl.String, "version": pl.Int32, "code_id": pl.String,
    "document_id": pl.String, "rater_a": pl.String, "rater_b": pl.String, "coefficient": pl.String, "value": pl.Float64,
    "low": pl.Float64, "high": pl.Float64, "n": pl.Int64, "n_counts": pl.String,
}  # fmt: skip
_ACCURACY: dict[str, Any] = {
    "tool": pl.String, "stage": pl.String, "version": pl.Int32, "measure": pl.String, "value": pl.Float64, "low": pl.Float64,
    "high": pl.Float64, "n": pl.Int64, "n_counts": pl.String,
}  # fmt: skip
_ESTIMATE: dict[str, Any] = {
    "stage": pl.String, "tool": pl.String, "sampled": pl.Int64, "overturned": pl.Int64, "unchecked": pl.Int64, "rate": pl.Float64,
    "low": pl.Float64, "high": pl.Float64, "missed": pl.Float64, "missed_low": pl.Float64, "missed_high": pl.Float64,
}  # fmt: skip

#: A report's votes: reviewer → verdict.
Votes = dict[str, str]


def measure_screening(con: duckdb.DuckDBPyConnection) -> None:
    """Fills core.agreement, as far as it is about screening, core.tool_accuracy and core.screening_estimate anew, from the votes
    and where the reports stand by them.

    Where the caller holds no transaction, a run that dies here leaves a table empty; the next run fills it.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE vote AS {_VOTES}")
    agreement = pl.DataFrame(list(_agreement(con.execute(_PATTERNS).fetchall())), schema=_AGREEMENT, orient="row")
    accuracy = pl.DataFrame(list(_accuracy(con.execute(_TOOLS).fetchall())), schema=_ACCURACY, orient="row")
    estimates = pl.DataFrame(list(_estimates(con.execute(_CHECKED).fetchall())), schema=_ESTIMATE, orient="row")
    con.execute("DROP TABLE vote")
    con.execute("DELETE FROM core.agreement WHERE subject = 'screening'")
    insert_frame(con, "core.agreement", agreement)
    con.execute("DELETE FROM core.tool_accuracy")
    insert_frame(con, "core.tool_accuracy", accuracy)
    con.execute("DELETE FROM core.screening_estimate")
    insert_frame(con, "core.screening_estimate", estimates)


def _agreement(rows: Iterable[tuple[str, str, int, list[dict[str, str]], int]]) -> Iterator[tuple[object, ...]]:
    """Coefficients of each stage, over all versions and for the reports of each, by first and by final votes."""
    groups: dict[tuple[str, str, int | None], list[Votes]] = defaultdict(list)
    for which, stage, came_with, pattern, n in rows:
        votes = {vote["reviewer"]: vote["verdict"] for vote in pattern}
        groups[stage, which, None] += [votes] * n
        groups[stage, which, came_with] += [votes] * n
    for (stage, which, version), reports in sorted(groups.items(), key=lambda item: (*item[0][:2], item[0][2] or 0)):
        for raters, coefficients in _among(reports):
            for c in coefficients:
                yield (
                    "screening", stage, which, version, None, None, *raters, c.name, c.value, c.low, c.high, c.n,
                    "reports that both judged" if raters[0] else "reports that two or more judged",
                )  # fmt: skip


def _among(reports: list[Votes]) -> Iterator[tuple[tuple[str | None, str | None], list[Coefficient]]]:
    """Of each pair of reviewers the reports that both judged; of more than two, besides, all together."""
    reviewers = sorted({reviewer for votes in reports for reviewer in votes})
    for a, b in combinations(reviewers, 2):
        yield (a, b), agree_in_pair((votes[a], votes[b]) for votes in reports if a in votes and b in votes)
    if len(reviewers) > 2:
        yield (None, None), agree_among(reports)


def _accuracy(rows: Iterable[tuple[str, str, int, bool, bool]]) -> Iterator[tuple[object, ...]]:
    """Sensitivity and specificity of each tool at each stage, over all versions and for the reports of each."""
    groups: dict[tuple[str, str, int | None], Counter[tuple[bool, bool]]] = defaultdict(Counter)
    for tool, stage, came_with, kept, excluded in rows:
        groups[tool, stage, None][kept, excluded] += 1
        groups[tool, stage, came_with][kept, excluded] += 1
    for (tool, stage, version), n in sorted(groups.items(), key=lambda item: (*item[0][:2], item[0][2] or 0)):
        for measure, right, wrong, counts in (
            ("sensitivity", n[True, False], n[True, True], "reports that somebody's first vote did not exclude"),
            ("specificity", n[False, True], n[False, False], "reports that every first vote excluded"),
        ):
            if total := right + wrong:
                yield (tool, stage, version, measure, right / total, *exact_interval(right, total), total, counts)


def _estimates(rows: Iterable[tuple[str, str | None, int, int, int]]) -> Iterator[tuple[object, ...]]:
    for stage, tool, sampled, overturned, unchecked in rows:
        if missed := estimate_missed(sampled, overturned, unchecked):
            yield (
                stage, tool, sampled, overturned, unchecked, missed.rate, missed.low, missed.high, missed.missed,
                missed.missed_low, missed.missed_high,
            )  # fmt: skip
