"""What stands of a synthesis: themes, findings, confidence and judgements, by all events about them. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from schemas.event_base import Event
from schemas.event_synthesis import (
    ConfidenceAssessed,
    FindingStated,
    StatementRemoved,
    StudyJudged,
    SynthesisUndo,
    ThemeStated,
)
from warehouse.log import Entry

#: The events that this module reads.
EVENTS: tuple[type[Event], ...] = (
    ThemeStated,
    FindingStated,
    StatementRemoved,
    ConfidenceAssessed,
    StudyJudged,
    SynthesisUndo,
)
_Stated = TypeVar("_Stated", ThemeStated, FindingStated, ConfidenceAssessed, StudyJudged)


@dataclass(frozen=True)
class Statements:
    """What stands: the last event about each theme and finding by its id, about each finding by each assessor, and about
    each study and theme or finding by each person; each list in the order in which it was said."""

    themes: list[Entry] = field(default_factory=list)
    findings: list[Entry] = field(default_factory=list)
    confidence: list[Entry] = field(default_factory=list)
    judgements: list[Entry] = field(default_factory=list)


def read_statements(entries: Iterable[Entry]) -> Statements:
    """What stands after these events. One that was taken back counts for nothing, and what it replaced holds again."""
    known = list(entries)
    undone = {entry.event.event for entry in known if isinstance(entry.event, SynthesisUndo)}
    last: dict[tuple[object, ...], Entry] = {}
    for entry in known:
        if entry.seq in undone:
            continue
        match entry.event:
            case ThemeStated() as event:
                key: tuple[object, ...] = ("theme", event.theme_id)
            case FindingStated() as event:
                key = ("finding", event.finding_id)
            case ConfidenceAssessed() as event:
                key = ("confidence", event.finding_id, "" if event.consensus else entry.actor)
            case StudyJudged() as event:
                key = ("judgement", event.report_id, event.what, event.id, entry.actor)
            case StatementRemoved() as event:
                last.pop((event.what, event.id), None)
                continue
            case _:
                continue
        last.pop(key, None)  # the order is that in which each was said last
        last[key] = entry
    standing: dict[str, list[Entry]] = {"theme": [], "finding": [], "confidence": [], "judgement": []}
    for key, entry in last.items():
        standing[str(key[0])].append(entry)
    return Statements(standing["theme"], standing["finding"], standing["confidence"], standing["judgement"])


def hide_waiting(standing: Statements, assessors: int, who: str) -> Statements:
    """What `who` may see: of a finding that fewer than all assessors have spoken of, and not agreed on, her own confidence alone."""
    spoken: dict[str, set[str]] = {}
    agreed: set[str] = set()
    for entry in standing.confidence:
        if isinstance(event := entry.event, ConfidenceAssessed):
            spoken.setdefault(event.finding_id, set()).add(entry.actor)
            if event.consensus:
                agreed.add(event.finding_id)
    shown = [
        entry
        for entry in standing.confidence
        if isinstance(event := entry.event, ConfidenceAssessed)
        and (entry.actor == who or event.finding_id in agreed or len(spoken[event.finding_id]) >= assessors)
    ]
    return replace(standing, confidence=shown)
