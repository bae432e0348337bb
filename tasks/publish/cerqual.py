"""GRADE-CERQual's two tables: the summary of qualitative findings for readers, and the evidence profile behind it.

What assessors agreed on stands in them; where they have not yet, each one's level is named as hers, and no level is made of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

_ROWS = Path(__file__).with_name("cerqual.sql").read_text(encoding="utf-8")
COMPONENTS = ("methodological_limitations", "coherence", "adequacy", "relevance")
_STYLE = """
body { font: 15px/1.45 "Noto Sans", Arial, sans-serif; color: #1f2933; margin: 2rem; max-width: 80rem; }
table { border-collapse: collapse; width: 100%; margin: 0 0 2.5rem; }
caption { text-align: left; font-weight: bold; padding: 0 0 .6rem; }
th, td { border: 1px solid #9aa5b1; padding: .45rem .6rem; text-align: left; vertical-align: top; }
thead th { background: #f0f4f8; }
tbody th { font-weight: normal; }
p { max-width: 60rem; }
@media print { body { margin: 0; font-size: 10pt; } thead { display: table-header-group; } tr { break-inside: avoid; } }
"""


@dataclass(frozen=True)
class CerqualTables:
    """`summary`: a row a finding, as readers want it; `profile`: the same with each component's concern and its explanation."""

    summary: pl.DataFrame
    profile: pl.DataFrame


def read_cerqual(con: duckdb.DuckDBPyConnection) -> CerqualTables:
    """Both tables, of all findings in their order."""
    rows = con.sql(_ROWS).pl().to_dicts()
    found = [_Finding(list(group)) for _, group in groupby(rows, key=lambda row: row["finding_id"])]
    summary = [
        {
            "Finding": finding.first["plain"] or finding.first["sentence"],
            "Studies contributing": finding.list_studies(),
            "Confidence": finding.level,
            "Explanation": finding.explanation,
        }
        for finding in found
    ]
    profile = [
        {"Finding": finding.first["sentence"]}
        | {name.replace("_", " ").capitalize(): finding.describe(name) for name in COMPONENTS}
        | {
            "Confidence": finding.level,
            "Explanation": finding.explanation,
            "Studies contributing": finding.list_studies(),
            "Since the assessment": finding.changed,
        }
        for finding in found
    ]
    columns = ["Finding", "Studies contributing", "Confidence", "Explanation"]
    of_profile = [
        "Finding",
        *(name.replace("_", " ").capitalize() for name in COMPONENTS),
        *columns[2:],
        columns[1],
        "Since the assessment",
    ]
    return CerqualTables(
        pl.DataFrame(summary, schema=dict.fromkeys(columns, pl.String)),
        pl.DataFrame(profile, schema=dict.fromkeys(of_profile, pl.String)),
    )


def format_html(tables: CerqualTables, *, title: str, version: str) -> str:
    """Both tables as a page of its own: no script, nothing loaded, readable in print and by a screen reader."""
    parts = [
        "<!doctype html>", '<html lang="en">', "<head>", '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Summary of qualitative findings: {escape(title)}</title>", f"<style>{_STYLE}</style>", "</head>", "<body>",
        f"<h1>{escape(title)}</h1>", f"<p>{escape(version)}. Confidence by GRADE-CERQual, as people assessed it.</p>",
        *_table("Summary of qualitative findings", tables.summary), *_table("Evidence profile", tables.profile),
        "</body>", "</html>", "",
    ]  # fmt: skip
    return "\n".join(parts)


@dataclass(frozen=True)
class _Finding:
    """A finding's rows, one an assessment, the consensus first."""

    rows: list[dict[str, Any]]

    @property
    def first(self) -> dict[str, Any]:
        return self.rows[0]

    @property
    def counted(self) -> list[dict[str, Any]]:
        """The assessments to show: the consensus alone where there is one."""
        assessed = [row for row in self.rows if row["level"]]
        return assessed[:1] if self.first["consensus"] else assessed

    @property
    def level(self) -> str:
        if not self.counted:
            return "not assessed yet"
        if self.first["consensus"]:
            return f"{self.first['level']} confidence" + (" (to be looked at again)" if self.changed else "")
        return "not agreed yet: " + self._by_assessor("level")

    @property
    def explanation(self) -> str:
        return self.first["explanation"] if self.first["consensus"] else self._by_assessor("explanation")

    @property
    def changed(self) -> str:
        return "; ".join(dict.fromkeys(row["changed"] for row in self.counted if row["changed"]))

    def describe(self, component: str) -> str:
        """The concern about a component, with its explanation."""
        told = [
            (row, f"{_spell(row[component]['concern'])} concerns: {row[component]['explanation']}")
            for row in self.counted
            if row[component]
        ]
        return "; ".join(text if row["consensus"] else f"{row['assessor']}: {text}" for row, text in told)

    def list_studies(self) -> str:
        """How many studies, and which; those against it apart."""
        studies, against = self.first["studies"], self.first["against"]
        text = f"{len(studies)}: {'; '.join(studies)}" if studies else "none"
        return text + (f" (against it: {'; '.join(against)})" if against else "")

    def _by_assessor(self, column: str) -> str:
        return "; ".join(f"{row['assessor']}: {row[column]}" for row in self.counted if row[column])


def _spell(concern: str) -> str:
    """A concern as GRADE-CERQual's tables have it."""
    return "No or very minor" if concern == "none or very minor" else concern.capitalize()


def _table(caption: str, frame: pl.DataFrame) -> Iterator[str]:
    yield f"<table>\n<caption>{escape(caption)}</caption>"
    yield (
        "<thead><tr>"
        + "".join(f'<th scope="col">{escape(name)}</th>' for name in frame.columns)
        + "</tr></thead>\n<tbody>"
    )
    for first, *rest in frame.iter_rows():
        cells = "".join(f"<td>{escape(value or '')}</td>" for value in rest)
        yield f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'
    yield "</tbody>\n</table>"
