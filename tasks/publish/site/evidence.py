"""What the pages of the synthesis share: studies, codes, quotes, themes and findings, read once and looked up by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tasks.publish.site.copy import Copy

Row = dict[str, Any]


@dataclass
class Evidence:
    """The rows of the copy that more than one kind of page shows."""

    studies: list[Row] = field(default_factory=list)
    fields: list[Row] = field(default_factory=list)
    characteristics: dict[str, list[Row]] = field(default_factory=dict)
    appraisal: dict[str, list[Row]] = field(default_factory=dict)
    codes: list[Row] = field(default_factory=list)
    quotes: list[Row] = field(default_factory=list)
    themes: list[Row] = field(default_factory=list)
    theme_codings: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    support: list[Row] = field(default_factory=list)

    @cached_property
    def study_by_id(self) -> dict[str, Row]:
        """Studies by id."""
        return {row["study_id"]: row for row in self.studies}

    @cached_property
    def quote_by_id(self) -> dict[str, Row]:
        """Quotes by their coding's id."""
        return {row["coding_id"]: row for row in self.quotes}


def read_evidence(copy: Copy) -> Evidence:
    """Reads what there is; what rests on something that is not there is not asked for."""
    evidence = Evidence(copy.rows("studies"), copy.rows("fields"))
    evidence.codes = copy.rows("codes")
    if evidence.studies:
        evidence.characteristics = group(copy.rows("characteristics"), "study_id")
        evidence.appraisal = group(copy.rows("appraisal"), "study_id")
    if any(row["codings"] for row in evidence.studies):
        evidence.quotes = copy.rows("quotes")
    evidence.themes = copy.rows("themes")
    if evidence.themes:
        evidence.theme_codings = copy.rows("theme_codings")
    evidence.findings = copy.rows("findings")
    if evidence.findings:
        evidence.support = copy.rows("finding_support")
    return evidence


def group(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    """Rows by what they have in a column, in their order."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return dict(found)
