"""Decisions from Rayyan: the notes that its articles export carries, and its log of customizations.

The notes hold each reviewer's present verdict, but exclusion reasons and labels only for all reviewers together, and no
dates. The log holds every change of mind with its time and its reasons. Neither knows the stage: the caller says it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from schemas.errors import UserError
from tasks.identifiers import doi_of, pmid_of
from tasks.screen.dates import parse_time
from tasks.screen.decisions import NO_VERDICT, NOT_READ, DecisionCollector, DecisionFile
from tasks.screen.words import year_of
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
                        raise ValueError(f"{block} has a verdict that is not Rayyan's: {verdict!r}")
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


def is_articles(header: tuple[str, ...]) -> bool:
    """Whether a header is that of Rayyan's articles export."""
    return {"key", "title", "notes"} <= {fold(column) for column in header}


def is_log(header: tuple[str, ...]) -> bool:
    """Whether a header is that of Rayyan's customizations_log.csv."""
    return {fold(column) for column in LOG_COLUMNS} <= {fold(column) for column in header}


def read_articles(table: Tabular, *, stage: str | None) -> DecisionFile:
    """Read Rayyan's articles export. Exclusion reasons are all reviewers' together: each who excluded gets them all."""
    stage = _require_stage(stage, table.name)
    column = {fold(name): name for name in reversed(table.header)}
    collector = DecisionCollector(
        table.name, "rayyan", rows=len(table.rows) + len(table.problems), problems=list(table.problems)
    )
    collector.without[NOT_READ] += len(table.problems)
    for line, cells in table.records():
        row = {meaning: cells[column[meaning]] if meaning in column else "" for meaning in _ARTICLE_COLUMNS}
        try:
            notes = parse_notes(row["notes"])
        except ValueError as error:
            collector.refuse(line, str(error))
            continue
        if not notes.verdicts:
            collector.without[NO_VERDICT] += 1
            continue
        key = row["key"] or doi_of(row["doi"]) or row["title"]
        if not key:
            collector.refuse(line, "does not say which report it is about")
            continue
        # A notes cell that went through Rayyan twice carries the older export's block too; equal votes are one vote.
        for reviewer, verdict in dict.fromkeys(notes.verdicts):
            collector.decisions.append(
                {
                    "row": line,
                    "key": key,
                    "stage": stage,
                    "reviewer": reviewer,
                    "verdict": verdict,
                    "reason": ("; ".join(notes.reasons) or None) if verdict == "exclude" else None,
                    "decided_at": None,
                    "consensus": False,
                    "title": row["title"] or None,
                    "year": year_of(row["year"]),
                    "doi": doi_of(row["doi"]),
                    "pmid": pmid_of(row["pubmedid"]),
                    "labels": notes.labels or None,
                    "note": notes.notes.get(reviewer),
                }
            )
    return collector.finish()


_ARTICLE_COLUMNS = ("key", "title", "year", "doi", "pubmedid", "notes")


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


def read_log(table: Tabular, *, stage: str | None) -> DecisionFile:
    """Replay Rayyan's customizations_log.csv: every vote that changed a reviewer's mind is one decision, with its time.

    A vote's reasons are those ticked when the next vote comes, or at the end. The same vote cast again is no decision.
    """
    stage = _require_stage(stage, table.name)
    column = {fold(name): name for name in reversed(table.header)}
    collector = DecisionCollector(
        table.name, "rayyan-log", rows=len(table.rows) + len(table.problems), problems=list(table.problems)
    )
    collector.without[NOT_READ] += len(table.problems)
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
                collector.refuse(line, f"has a vote that is not Rayyan's: {row['value']!r}")
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


def _require_stage(stage: str | None, name: str) -> str:
    if stage is None:
        raise UserError(
            "is Rayyan's, which does not record the stage",
            path=name,
            hint="put the file into decisions/title-abstract/ or decisions/full-text/",
        )
    return stage
