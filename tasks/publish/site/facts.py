"""What the site is told beside the published copy: by the protocol, and by the files that lie beside that copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from schemas.protocol import Protocol


@dataclass(frozen=True)
class Question:
    """One of the six questions that a living review is asked: the answer, a line each, and whether something is not said."""

    question: str
    lines: Sequence[str]
    missing: bool


@dataclass(frozen=True)
class ReleaseFiles:
    """A release's folder: what its release.json says, and where it lies."""

    number: int
    folder: Path
    data: Mapping[str, Any]

    @property
    def files(self) -> Sequence[Mapping[str, Any]]:
        """Its files, each with name, bytes and sha256."""
        found: Sequence[Mapping[str, Any]] = self.data.get("files", ())
        return found


@dataclass(frozen=True)
class Facts:
    """The protocol; `day`: when the site is written; `living` and `news`: living.json and whats-new.json as they lie beside the copy;
    `published`: that folder; `reporting`: rows of PRISMA-S (heading, text, what is missing)."""

    protocol: Protocol
    day: date
    published: Path
    living: Mapping[str, Any] = field(default_factory=dict)
    news: Mapping[str, Any] = field(default_factory=dict)
    questions: Sequence[Question] = ()
    reporting: Sequence[tuple[str, str, str]] = ()
    releases: Sequence[ReleaseFiles] = ()
    has_search: bool = False
