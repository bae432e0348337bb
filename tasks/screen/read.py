"""Read a file of screening decisions, whatever tool wrote it. The format is recognised by the header."""

from __future__ import annotations

from pathlib import Path

from schemas.errors import UserError
from schemas.screening import STAGES
from tasks.screen.decisions import DecisionFile
from tasks.screen.plain import looks_plain, read_plain
from tasks.screen.rayyan import is_articles, is_log, read_articles, read_log
from tasks.tabular import read_tabular

__all__ = ["DecisionFile", "read_decisions"]


def read_decisions(
    path: Path,
    *,
    name: str | None = None,
    stage: str | None = None,
    reviewer: str | None = None,
) -> DecisionFile:
    """Read decisions from a plain CSV or Excel table, Rayyan's articles CSV, or Rayyan's customizations_log.csv.

    `name`: what messages call the file. `stage`, `reviewer`: for files that do not name them. Raises `UserError` for a
    file that is not such a file, or that leaves the stage or the reviewer open; a row that cannot be read is a problem,
    and counted.
    """
    if stage is not None and stage not in STAGES:
        raise UserError(f"stage {stage!r} is none of {', '.join(STAGES)}")
    table = read_tabular(path, name=name)
    if is_log(table.header):
        decision_file = read_log(table, stage=stage)
    elif is_articles(table.header) and not looks_plain(table.header):
        decision_file = read_articles(table, stage=stage)
    elif looks_plain(table.header):
        decision_file = read_plain(table, stage=stage, reviewer=reviewer)
    else:
        raise UserError(
            f"is no file of screening decisions that we know; its columns are {', '.join(table.header[:12])}",
            path=table.name,
            hint="a plain table needs report_id, stage, reviewer, verdict, and may have reason and date",
        )
    return decision_file
