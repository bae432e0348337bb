"""Decisions from Rayyan: the notes that its articles export carries (CSV, RIS, BibTeX), and its log of customizations.

The notes hold each reviewer's present verdict, but exclusion reasons and labels only for all reviewers together, and no
dates. The log holds every change of mind with its time and its reasons. Neither knows the stage: the caller says it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from tasks.screen.dates import parse_time
from tasks.screen.decisions import NO_VERDICT, DecisionCollector, DecisionFile, FileFacts, require_stage
from tasks.screen.reports import folded, report_of
from tasks.tabular import Tabular, fold

LOG_COLUMNS = {"created_at", "user_id", "article_id", "key", "value"}

_BLOCK = re.compile(r"(RAYYAN-INCLUSION|RAYYAN-LABELS|RAYYAN-EXCLUSION-REASONS|USER-NOTES):\s*")
_NEXT_BLOCK = re.compile(r"\s*\|\s*(?=RAYYAN-[A-Z-]+:|USER-NOTES:)")
_STRING = r'"((?:[^"\\]|\\.)*)"'
_PAIR = re.compile(rf"\s*{_STRING}\s*=>\s*(?:{_STRING}|(true|false|nil))\s*(,|\}})", re.DOTALL)
_NOTES_OF = re.compile(rf"\s*{_STRING}\s*=>\s*\[((?:\s*{_STRING}\s*,?)*)\s*\]\s*(,|\}})", re.DOTALL)
_ESCAPE = re.compile(r"\\(u\{?([0-9a-fA-F]{4,6})\}?|.)", re.DOTALL)
_VERDICTS = {"included": "include", "true": "include", "excluded": "exclude", "false": "exclude", "maybe": "maybe"}


@dataclass
class Notes:
    """What Rayyan wrote into one notes cell. `verdicts` and `notes` by reviewer, in the cell's order."""

    verdicts: list[tuple[str, str]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)


def parse_notes(cell: str) -> Notes:
    """Take a notes cell apart; what stands before and between Rayyan's blocks is the record's own.

    Raises `ValueError` with the reason where a block is cut off or has a verdict that is not known.
    """
    notes = Notes()
    position = 0
    while match := _BLOCK.search(cell, position):
        block, position = match[1], match.end()
        if block in ("RAYYAN-LABELS", "RAYYAN-EXCLUSION-REASONS"):
            end = _NEXT_BLOCK.search(cell, position)
            text = cell[position : end.start() if end else len(cell)]
            target = notes.labels if block == "RAYYAN-LABELS" else notes.reasons
            target.extend(part.strip() for part in text.split(",") if part.strip())
            position = end.end() if end else len(cell)
            continue
        if not cell.startswith("{", position):
            raise ValueError(f"{block} is not followed by {{")
        position += 1
        pattern = _PAIR if block == "RAYYAN-INCLUSION" else _NOTES_OF
        while not cell.startswith("}", position):
            pair = pattern.match(cell, position)
            if pair is None:
                raise ValueError(f"{block} is cut off or damaged")
            position = pair.end()
            reviewer = _unescape(pair[1]).strip()
            if block == "RAYYAN-INCLUSION":
                verdict = pair[3] if pair[2] is None else _unescape(pair[2]).strip()
                if verdict != "nil":
                    if verdict.lower() not in _VERDICTS:
                        raise ValueError(f"{block} has a verdict that is not Rayyan's")
                    notes.verdicts.append((reviewer, _VERDICTS[verdict.lower()]))
            else:
                texts = [_unescape(text) for text in re.findall(_STRING, pair[2], re.DOTALL)]
                notes.notes[reviewer] = "\n".join(filter(None, [notes.notes.get(reviewer), *texts]))
            if pair[pair.lastindex or 0] == "}":
                break
    return notes


def _unescape(text: str) -> str:
    """A Ruby string literal's content as the text it stands for."""
    return _ESCAPE.sub(
        lambda m: chr(int(m[2], 16)) if m[2] else {"n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), text
    )


def is_articles(table: Tabular) -> bool:
    """Whether a table is Rayyan's articles export: by its columns, or, of RIS and BibTeX, by its keys and notes."""
    columns = {fold(column) for column in table.header}
    if {"key", "title", "notes"} <= columns:
        return True
    return any(_key(row) or "RAYYAN-INCLUSION" in _notes(row) for _, cells in table.records() if (row := folded(cells)))


def is_log(table: Tabular) -> bool:
    """Whether a table is Rayyan's customizations_log.csv."""
    return {fold(column) for column in LOG_COLUMNS} <= {fold(column) for column in table.header}


def read_articles(table: Tabular, facts: FileFacts) -> DecisionFile:
    """Read Rayyan's articles export. Exclusion reasons are all reviewers' together: each who excluded gets them all."""
    stage = require_stage(facts, table.name, "Rayyan")
    collector = DecisionCollector.of_table(table, "rayyan")
    for line, cells in table.records():
        row = folded(cells)
        report = report_of(line, {**row, "notes": _notes(row).split("USER-NOTES:")[0]}, key=_key(row))
        if report["key"]:
            collector.reports[line] = report
        try:
            notes = parse_notes(_notes(row))
        except ValueError as error:
            collector.refuse(line, str(error))
            continue
        if not notes.verdicts:
            collector.without[NO_VERDICT] += 1
            continue
        if not report["key"]:
            collector.refuse(line, "does not say which report it is about")
            continue
        # A notes cell that went through Rayyan twice carries the older export's block too; equal votes are one vote.
        for reviewer, verdict in dict.fromkeys(notes.verdicts):
            collector.add(
                report,
                verdict=verdict,
                stage=stage,
                reviewer=reviewer,
                reason=("; ".join(notes.reasons) or None) if verdict == "exclude" else None,
                labels=notes.labels or None,
                note=notes.notes.get(reviewer),
            )
    return collector.finish()


def _key(row: dict[str, str]) -> str:
    """Rayyan's own key: the column key, RIS's AN, BibTeX's key."""
    return next(
        (row[name] for name in ("key", "an", "id") if row.get(name, "").startswith("rayyan-")), row.get("key", "")
    )


def _notes(row: dict[str, str]) -> str:
    return next((row[name] for name in ("notes", "n1", "note") if row.get(name)), "")


@dataclass
class _Screened:
    """One reviewer's work on one report while the log is replayed: votes so far, and what is ticked at present."""

    votes: list[dict[str, object]] = field(default_factory=list)
    ticked: dict[str, None] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)

    def settle(self) -> None:
        """Give the last vote the reasons and labels that are ticked now; they are ticked before and after voting."""
        if self.votes:
            reasons = [name.removeprefix(_REASON) for name in self.ticked if name.startswith(_REASON)]
            labels = [name for name in self.ticked if not name.startswith(_REASON)]
            vote = self.votes[-1]
            vote["reason"] = ("; ".join(reasons) or None) if vote["verdict"] == "exclude" else None
            vote["labels"] = labels or None


_REASON = "__EXR__"
_LOG_VERDICTS = {"1": "include", "-1": "exclude", "0": "maybe"}
_WITHDRAWN = "vote withdrawn"


def read_log(table: Tabular, facts: FileFacts) -> DecisionFile:
    """Replay Rayyan's customizations_log.csv: every vote that changed a reviewer's mind is one decision, with its time.

    A vote's reasons are those ticked when the next vote comes, or at the end. The same vote cast again is no decision.
    """
    stage = require_stage(facts, table.name, "Rayyan")
    column = {fold(name): name for name in reversed(table.header)}
    collector = DecisionCollector.of_table(table, "rayyan-log")
    screened: dict[tuple[str, str], _Screened] = defaultdict(_Screened)
    for line, cells in table.records():
        row = {name: cells[column[fold(name)]] if fold(name) in column else "" for name in (*LOG_COLUMNS, "user_email")}
        decided_at = parse_time(row["created_at"])
        reviewer = row["user_email"] or row["user_id"]
        if not row["article_id"] or not reviewer or decided_at is None:
            collector.refuse(line, "lacks its report, its user or its time")
            continue
        work = screened[row["article_id"], reviewer]
        if row["key"] == "included":
            verdict = _LOG_VERDICTS.get(row["value"])
            if verdict is None and row["value"] in ("", "deleted"):
                collector.without[_WITHDRAWN] += 1 + len(work.votes)
                work.votes.clear()
            elif verdict is None:
                collector.refuse(line, "has a vote that is not Rayyan's")
            elif work.votes and work.votes[-1]["verdict"] == verdict:
                collector.without["the same vote again"] += 1
            else:
                work.settle()
                work.votes.append(
                    {
                        "row": line,
                        "key": f"rayyan-{row['article_id']}",
                        "stage": stage,
                        "reviewer": reviewer.strip(),
                        "verdict": verdict,
                        "decided_at": decided_at,
                        "consensus": False,
                    }
                )
            continue
        collector.without["a reason, label or note"] += 1
        name = row["key"].strip('"')
        if row["value"] == "deleted":
            work.ticked.pop(name, None)
        elif row["value"] == "1" and not name.startswith("note-"):
            work.ticked[name] = None
    for work in screened.values():
        work.settle()
        collector.decisions.extend(work.votes)
    collector.decisions.sort(key=lambda decision: decision["row"])
    return collector.finish(history=True)
