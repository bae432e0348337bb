"""What the site is told beside the published copy: by the protocol, and by the files that lie beside that copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from schemas.protocol import Protocol
from warehouse.releases import ReleaseFolder


@dataclass(frozen=True)
class Question:
    """One of the six questions that a living review is asked: the answer, a line each, and whether something is not said."""

    question: str
    lines: Sequence[str]
    missing: bool


@dataclass(frozen=True)
class Reporting:
    """A reporting checklist as it is filled: its items as tasks/publish/checklist.ReportedItem has them. `version`: the release that
    filled it; None for now."""

    name: str
    title: str
    cite: str
    version: int | None
    items: Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Facts:
    """The protocol; `day`: when the site is written; `living` and `news`: living.json and whats-new.json as they lie beside the copy;
    `published`: that folder; `releases`: those of its versions that are what was written."""

    protocol: Protocol
    day: date
    published: Path
    living: Mapping[str, Any] = field(default_factory=dict)
    news: Mapping[str, Any] = field(default_factory=dict)
    questions: Sequence[Question] = ()
    reporting: Sequence[Reporting] = ()
    releases: Sequence[ReleaseFolder] = ()
    has_search: bool = False
