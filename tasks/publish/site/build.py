"""The site while it is written: what its pages ask of, and where its files go."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from schemas.protocol import Protocol
from tasks.publish.site.copy import Copy
from tasks.publish.site.evidence import Evidence, read_evidence
from tasks.publish.site.facts import Facts
from tasks.publish.site.table_file import write_csv


@dataclass
class Site:
    """`copy`: the published copy; `facts`: what is known beside it; `folder`: where the site is written."""

    copy: Copy
    facts: Facts
    folder: Path
    #: The tables that were written: path → rows.
    tables: dict[str, int] = field(default_factory=dict)

    @property
    def protocol(self) -> Protocol:
        """The protocol."""
        return self.facts.protocol

    @cached_property
    def evidence(self) -> Evidence:
        """Studies, codes, themes, findings."""
        return read_evidence(self.copy)

    @cached_property
    def counts(self) -> dict[str, Any]:
        """The numbers of the first page."""
        return self.copy.one("overview")

    def write_file(self, path: str, content: str | bytes) -> None:
        """Writes a file of the site."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)

    def write_table(self, path: str, frame: pl.DataFrame) -> None:
        """Writes a table of the site as CSV."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        write_csv(frame, target)
        self.tables[path] = frame.height
