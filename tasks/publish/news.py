"""What is new in a version beside the one before it: amendments of the protocol, per source, per stage, conflicts, what was included,
retractions of it, and what waits. From the copies that everybody may read, so nothing is in it that blinding hides."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from schemas.words import counted
from tasks.publish.tables import to_json, to_markdown

_STANDING = Path(__file__).with_name("standing.sql").read_text(encoding="utf-8")
_SOURCES = """
SELECT source, count(*) AS searches, sum(found)::BIGINT AS found, sum(loaded)::BIGINT AS loaded, sum(new)::BIGINT AS new,
    sum(quarantined)::BIGINT AS quarantined, bool_and(complete) AS complete
FROM search WHERE event_id > ? GROUP BY source ORDER BY source
"""
_INCLUDED = "SELECT report_id, any_value(title) FROM report JOIN report_path USING (report_id) WHERE place = 'included' GROUP BY report_id"
_NOTICES = """
SELECT DISTINCT report_id, nature, coalesce(date::VARCHAR, '') FROM retraction_notice WHERE place = 'included' AND nature <> 'correction'
"""
_PROTOCOL = "SELECT 'source', database FROM core.source UNION ALL SELECT 'reason for exclusion', reason FROM core.exclusion_reason"
_AMENDED = "SELECT count(*) FROM core.arrival WHERE kind = 'protocol' AND arrival_id > ?"
#: Where a report waits, in the words of people.
_WAITS = {
    "awaiting_screening": "titles and abstracts to screen",
    "awaiting_retrieval": "full texts to retrieve",
    "awaiting_full_text": "full texts to assess",
}


@dataclass(frozen=True)
class Standing:
    """How a version stands: its numbers by name, its included reports with their titles, the notices on them, and what
    the protocol names: sources, and reasons for exclusion."""

    numbers: dict[str, int] = field(default_factory=dict)
    included: dict[str, str] = field(default_factory=dict)
    notices: frozenset[tuple[str, str, str]] = frozenset()
    protocol: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class News:
    """What is new in a version. `sources`: a row a source that was searched since; `changes`: a row a number that is another now;
    `amendments`: how the protocol is another, None where it is not."""

    version: int
    sources: pl.DataFrame
    changes: pl.DataFrame
    included: list[str]
    no_longer: list[str]
    retractions: list[str]
    to_classify: int
    amendments: list[str] | None = None

    def markdown(self) -> str:
        """As a page."""
        parts = [f"# What is new in version {self.version}", ""]
        if self.amendments is not None:
            parts += ["## The protocol was amended", "", *(f"- {_one_line(line)}" for line in self.amendments), ""]
        if self.sources.is_empty():
            parts += ["No source was searched since the version before.", ""]
        else:
            parts += ["## Searches", "", to_markdown(self.sources)]
        if not self.changes.is_empty():
            parts += ["## What changed", "", to_markdown(self.changes)]
        for heading, lines in (
            ("Retractions of included reports, and other notices on them", self.retractions),
            ("Newly included", self.included),
            ("No longer included", self.no_longer),
        ):
            if lines:
                parts += [f"## {heading}", "", *(f"- {_one_line(line)}" for line in lines), ""]
        parts.append(f"{counted(self.to_classify, 'study awaits', 'studies await')} classification.")
        parts.append("\nWhat waits for whom: `living-review status`.\n")
        return "\n".join(parts)

    def json(self) -> str:
        """As data."""
        data: dict[str, Any] = {
            "version": self.version, "sources": json.loads(to_json(self.sources)), "changes": json.loads(to_json(self.changes)),
            "included": self.included, "no_longer_included": self.no_longer, "retractions": self.retractions,
            "studies_awaiting_classification": self.to_classify, "amendments": self.amendments,
        }  # fmt: skip
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"

    def sentence(self) -> str:
        """In a line, for a notification."""
        new = int(self.sources["new"].sum()) if not self.sources.is_empty() else 0
        said = [f"version {self.version}", counted(new, "new record")]
        said += [f"{counted(len(self.included), 'report')} newly included"] if self.included else []
        said += [f"{counted(len(self.retractions), 'notice')} on included reports"] if self.retractions else []
        said += (
            [f"{counted(self.to_classify, 'study awaits', 'studies await')} classification"] if self.to_classify else []
        )
        return "; ".join(said)


def read_standing(con: duckdb.DuckDBPyConnection) -> Standing:
    """How the version in this copy stands."""
    return Standing(
        dict(con.execute(_STANDING).fetchall()),
        dict(con.execute(_INCLUDED).fetchall()),
        frozenset(con.execute(_NOTICES).fetchall()),
        frozenset(con.execute(_PROTOCOL).fetchall()),
    )


def find_news(con: duckdb.DuckDBPyConnection, before: Standing, version: int, since: int) -> News:
    """What is new in the copy beside how the version before stood; `since`: the log's place up to which that one went."""
    now = read_standing(con)
    names = sorted(before.numbers.keys() | now.numbers.keys())
    rows = [(_in_words(name), before.numbers.get(name, 0), now.numbers.get(name, 0)) for name in names]
    titles = {**before.included, **now.included}
    return News(
        version,
        con.sql(_SOURCES, params=[since]).pl(),
        pl.DataFrame([row for row in rows if row[1] != row[2]], schema=["what", "before", "now"], orient="row"),
        sorted(now.included[one] or one for one in now.included.keys() - before.included.keys()),
        sorted(before.included[one] or one for one in before.included.keys() - now.included.keys()),
        [
            f"{nature}{f' of {day}' if day else ''}: {titles.get(one) or one}"
            for one, nature, day in sorted(now.notices - before.notices)
        ],
        now.numbers.get("studies awaiting classification", 0),
        _list_amendments(before, now) if before.protocol and con.execute(_AMENDED, [since]).fetchall()[0][0] else None,
    )


def _list_amendments(before: Standing, now: Standing) -> list[str]:
    """What the protocol names now and did not, or no longer does."""
    lines = [f"{what} added: {name}" for what, name in sorted(now.protocol - before.protocol)]
    lines += [f"{what} taken out: {name}" for what, name in sorted(before.protocol - now.protocol)]
    return lines or ["neither its sources nor its reasons for exclusion are others"]


def _in_words(name: str) -> str:
    place = name.removeprefix("place: ")
    return _WAITS.get(place, place.replace("_", " "))


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
