"""What a reader of screening decisions returns, and the checks that hold for every format.

No message about a file shows a verdict: its lines are printed and kept where people see them who are still to vote.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from schemas.errors import UserError
from schemas.frames import frame_of
from schemas.problem import Problem
from schemas.screening import ImportedDecision, ImportedReport
from tasks.tabular import Tabular, row_problem


@dataclass(frozen=True)
class FileFacts:
    """What is known of a file from outside it: by its folder, its name and the note beside it; '' where nothing is.

    `stage` of screening; `reviewer` who decided; `verdict` of all that it lists, for tools that write a file a status.
    """

    stage: str = ""
    reviewer: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class DecisionFile:
    """A file of decisions, read.

    `frame` is an ImportedDecision frame, `reports` an ImportedReport frame: all reports that the file names, decided or
    not. Of the file's `rows`, each gave at least one decision or is counted in `without` under why it gave none:
    `rows == frame['row'].n_unique() + sum(without.values())`.
    """

    name: str
    format: str
    rows: int
    frame: pl.DataFrame
    without: dict[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    reports: pl.DataFrame = field(default_factory=lambda: frame_of(ImportedReport, []))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that need the user."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def require_stage(facts: FileFacts, name: str, tool: str) -> str:
    """The stage of a file whose tool records none. Raises `UserError` where nothing says it."""
    if not facts.stage:
        raise UserError(
            f"is {tool}'s, which does not record the stage",
            path=name,
            hint="put the file into decisions/title-abstract/ or decisions/full-text/, or say stage in the note beside it",
        )
    return facts.stage


NOT_READ = "could not be read"
NO_VERDICT = "no verdict yet"


@dataclass
class DecisionCollector:
    """Decisions and problems as they are found, and the accounting of rows."""

    name: str
    format: str
    rows: int = 0
    decisions: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    without: Counter[str] = field(default_factory=Counter)
    reports: dict[int, dict[str, Any]] = field(default_factory=dict)
    sheet: str | None = None

    @classmethod
    def of_table(cls, table: Tabular, format: str) -> DecisionCollector:
        """For a table's rows, with those that could not be read counted already."""
        rows = len(table.rows) + len(table.problems)
        collector = cls(table.name, format, rows, problems=list(table.problems), sheet=table.sheet)
        collector.without[NOT_READ] += len(table.problems)
        return collector

    def add(self, report: Mapping[str, Any], *, verdict: str, stage: str, reviewer: str = "", **more: Any) -> None:
        """A decision on a report (a row of ImportedReport); without a reviewer it settles the votes.

        `more`: reason, decided_at, labels, note; consensus, where a named reviewer settled the votes.
        """
        names = {name: report[name] for name in ("row", "key", "title", "year", "doi", "pmid")}
        self.decisions.append(
            {
                **names,
                "stage": stage,
                "verdict": verdict,
                "reviewer": reviewer or "consensus",
                "consensus": not reviewer,
                **more,
            }
        )

    def refuse(self, line: int, message: str) -> None:
        """Counts a row that cannot be read, and adds its problem."""
        self.problems.append(row_problem(self.name, self.sheet, line, message))
        self.without[NOT_READ] += 1

    def warn(self, line: int | None, message: str) -> None:
        """Adds a warning about something that was read all the same."""
        self.problems.append(row_problem(self.name, self.sheet, line, message, "warning"))

    def finish(self, *, history: bool = False) -> DecisionFile:
        """The file as read. `history`: a log, where one verdict of a reviewer follows another as a matter of course."""
        repeated = [] if history else list(_repeated_votes(self.name, self.sheet, self.decisions))
        problems = sorted([*self.problems, *repeated], key=lambda problem: problem.line or 0)
        frame = frame_of(ImportedDecision, self.decisions)
        named = frame_of(ImportedReport, (self.reports[row] for row in sorted(self.reports)))
        without = dict(+self.without)
        decision_file = DecisionFile(self.name, self.format, self.rows, frame, without, tuple(problems), named)
        if decision_file.rows != frame["row"].n_unique() + sum(decision_file.without.values()):
            raise AssertionError(
                f"{self.name}: rows do not add up: {decision_file.rows} read, {decision_file.without} without a decision"
            )
        return decision_file


def _repeated_votes(name: str, sheet: str | None, decisions: Iterable[Mapping[str, Any]]) -> Iterable[Problem]:
    """One line for each report on which one reviewer has several verdicts at one stage. All stay in the frame."""
    groups: dict[tuple[str, str, str, bool], list[Mapping[str, Any]]] = defaultdict(list)
    for decision in decisions:
        groups[decision["key"], decision["stage"], decision["reviewer"], decision["consensus"]].append(decision)
    for (key, stage, reviewer, _), votes in groups.items():
        if len(votes) == 1:
            continue
        lines = ", ".join(str(line) for line in sorted({vote["row"] for vote in votes}))
        last = max(vote["row"] for vote in votes)
        dates: list[datetime | None] = [vote.get("decided_at") for vote in votes]
        summary = f"{reviewer} has {len(votes)} verdicts on {key} at {stage} (line {lines})"
        if len({vote["verdict"] for vote in votes}) == 1:
            yield row_problem(name, sheet, last, f"{summary}; they agree and count once", "warning")
        elif None not in dates and len(set(dates)) == len(dates):
            yield row_problem(name, sheet, last, f"{summary}; the latest by date counts", "warning")
        else:
            yield row_problem(name, sheet, last, f"{summary}; their dates do not say which is the later: remove one")
