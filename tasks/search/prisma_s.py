"""The reporting of the searches by PRISMA-S (Rethlefsen et al. 2021): 16 items, what is reported, and what is missing.

Pure: from the protocol and the searches that were done. What software cannot know (who was written to, who peer
reviewed the strategies) is taken from statements of the team, by item number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from schemas.protocol import Protocol, SearchSource
from schemas.words import counted
from tasks.search.strategy import split_lines


@dataclass(frozen=True)
class Item:
    """One row of the table. `text`: what is reported, one statement a line; `missing`: what still has to be said."""

    item: int
    section: str
    heading: str
    reported: bool
    text: str
    missing: str


HEADINGS: Mapping[int, tuple[str, str]] = {
    1: ("Information sources and methods", "Database name"),
    2: ("Information sources and methods", "Multi-database searching"),
    3: ("Information sources and methods", "Study registries"),
    4: ("Information sources and methods", "Online resources and browsing"),
    5: ("Information sources and methods", "Citation searching"),
    6: ("Information sources and methods", "Contacts"),
    7: ("Information sources and methods", "Other methods"),
    8: ("Search strategies", "Full search strategies"),
    9: ("Search strategies", "Limits and restrictions"),
    10: ("Search strategies", "Search filters"),
    11: ("Search strategies", "Prior work"),
    12: ("Search strategies", "Updates"),
    13: ("Search strategies", "Dates of searches"),
    14: ("Peer review", "Peer review"),
    15: ("Managing records", "Total records"),
    16: ("Managing records", "Deduplication"),
}
#: What the team has to say itself, and how the gap is put.
_ASK: Mapping[int, str] = {
    3: "say which study registries were searched, or that none was",
    4: "say which websites or print sources were browsed, or that none was",
    5: "say whether cited and citing references were examined, and how",
    6: "say whether authors, experts or manufacturers were contacted, or that nobody was",
    10: "say whether published search filters were used, and cite them",
    11: "say whether strategies of earlier reviews were reused, and cite them",
    14: "say whether the strategies were peer reviewed, and how",
}
_NONE: Mapping[int, str] = {7: "No other method is in the protocol."}


def prisma_s(
    protocol: Protocol,
    searches: Sequence[Mapping[str, Any]],
    duplicates: int | None = None,
    statements: Mapping[int, str] | None = None,
) -> list[Item]:
    """The 16 rows.

    `searches`: rows of the view `search` (source, window_from, window_to, executed_at, executed_at_known, hits, loaded,
    new, complete);
    `duplicates`: records that deduplication removed; `statements`: the team's own words by item number, put first.
    """
    searches_by_source: dict[str, list[Mapping[str, Any]]] = {source.name: [] for source in protocol.source}
    for row in searches:
        searches_by_source.setdefault(str(row["source"]), []).append(row)
    statements = statements or {}
    rows = []
    for number, (section, heading) in HEADINGS.items():
        reported, missing = _BY_ITEM[number](protocol, searches_by_source, duplicates)
        statement = statements.get(number, "").strip()
        text = [statement, *reported] if statement else reported
        if statement and number in _ASK:
            missing = []
        rows.append(Item(number, section, heading, not missing, "\n".join(text), "; ".join(missing)))
    return rows


_SearchesBySource = Mapping[str, Sequence[Mapping[str, Any]]]
_ReportedAndMissing = tuple[list[str], list[str]]
_Rule = Callable[[Protocol, _SearchesBySource, int | None], _ReportedAndMissing]


def _databases(protocol: Protocol, searches: _SearchesBySource, duplicates: int | None) -> _ReportedAndMissing:
    reported = [f"{source.database} ({source.platform})" for source in protocol.source if source.method == "database"]
    return reported, [] if reported else ["the protocol names no database"]


def _multi_database(protocol: Protocol, searches: _SearchesBySource, duplicates: int | None) -> _ReportedAndMissing:
    platforms: dict[str, list[str]] = {}
    for source in protocol.source:
        if source.method == "database":
            platforms.setdefault(source.platform, []).append(source.database)
    shared = [f"{platform}: {', '.join(names)}" for platform, names in platforms.items() if len(names) > 1]
    return [*shared, "Each database is searched with a strategy of its own."] if shared else ["None."], []


def _by_method(number: int, *methods: str) -> _Rule:
    def report(protocol: Protocol, searches: _SearchesBySource, duplicates: int | None) -> _ReportedAndMissing:
        reported = [
            f"{source.database}, {source.platform}"
            + (f": {source.limits}" if source.limits else "")
            + (f"; forwards and backwards from the included reports, by {source.service}" if source.chased else "")
            for source in protocol.source
            if source.method in methods
        ]
        if reported or number in _NONE:
            return reported or [_NONE[number]], []
        return [], [_ASK[number]]

    return report


def _stated(number: int) -> _Rule:
    return lambda protocol, searches, duplicates: ([], [_ASK[number]])


def _strategies(protocol: Protocol, searches: _SearchesBySource, duplicates: int | None) -> _ReportedAndMissing:
    reported, missing = [], []
    for source in _searched(protocol):
        if not source.strategy or not source.strategy.strip():
            missing.append(f"the strategy for {source.name}")
            continue
        count = len(split_lines(source.strategy))
        reported.append(f"{source.database} ({source.platform}), {count} line{'' if count == 1 else 's'}:")
        reported.extend(source.strategy.strip().splitlines())
        others = {str(row.get("strategy") or "").strip() for row in searches[source.name]} - {
            "",
            source.strategy.strip(),
        }
        if others:
            reported.append(
                f"{counted(len(others), 'earlier version of this strategy was', 'earlier versions of this strategy were')} run; "
                "each stands with its search."
            )
    return reported, missing


def _limits(protocol: Protocol, searches: _SearchesBySource, duplicates: int | None) -> _ReportedAndMissing:
    reported, missing = [], []
    for source in _searched(protocol):
        days = _range(source.window_from, source.window_to)
        if source.limits or days:
            reported.append(f"{source.name}: " + "; ".join(filter(None, (source.limits, days and f"published {days}"))))
        else:
            missing.append(f"the limits of {source.name}, or that there are none")
    return reported, missing


def _updates(protocol: Protocol, searches: _SearchesBySource, duplicates: int | None) -> _ReportedAndMissing:
    rhythm = f"Searches are rerun by the schedule '{protocol.schedule.cron}' ({protocol.schedule.timezone})."
    reported = [rhythm, "Services are asked again from 14 days before the last complete search on."]
    for name, rows in searches.items():  # two files of one day are parts of one export; of an undated one nobody knows
        days = {_day(row["executed_at"]) for row in rows if row.get("executed_at_known", True)}
        if len(days) > 1:
            reported.append(f"{name}: rerun {counted(len(days) - 1, 'time')}")
    return reported, []


def _dates(protocol: Protocol, searches: _SearchesBySource, duplicates: int | None) -> _ReportedAndMissing:
    reported, missing = [], []
    for source in _searched(protocol):
        rows = searches[source.name]
        if not rows:
            missing.append(f"{source.name} has not been searched")
        for row in rows:
            days = _range(row.get("window_from"), row.get("window_to"))
            note = "" if row.get("complete", True) else ", not complete"
            known = row.get("executed_at_known", True)
            day = _day(row["executed_at"]) if known else f"received {_day(row['executed_at'])} (search date not given)"
            reported.append(f"{source.name}: {day}" + (f", window {days}" if days else "") + note)
        undated = sum(1 for row in rows if not row.get("executed_at_known", True))
        if undated:
            missing.append(f"the date of {counted(undated, 'search', 'searches')} of {source.name}")
    return reported, missing


def _totals(protocol: Protocol, searches: _SearchesBySource, duplicates: int | None) -> _ReportedAndMissing:
    reported, missing = [], []
    for source in protocol.source:
        rows = searches[source.name]
        without_hits = [row for row in rows if row.get("hits") is None]
        if not rows:
            missing.append(f"{source.name} has brought no records yet")
            continue
        loaded = sum(int(row.get("loaded") or 0) for row in rows)
        hits = "" if without_hits else f"{sum(int(row['hits']) for row in rows)} hits, "
        reported.append(
            f"{source.name}: {hits}{counted(loaded, 'record')} loaded in {counted(len(rows), 'search', 'searches')}"
        )
        if without_hits and source.method in ("database", "register"):
            missing.append(
                f"the hits that {source.name} reported for {counted(len(without_hits), 'search', 'searches')}"
            )
    return reported, missing


def _deduplication(protocol: Protocol, searches: _SearchesBySource, duplicates: int | None) -> _ReportedAndMissing:
    rule = protocol.deduplication
    how = [
        "Records are compared by identifiers, title, authors, year, journal and pages; uncertain pairs go to a person.",
        "Every merge is kept with its reason and can be undone.",
        f"A preprint and its publication are kept {'apart' if rule.preprint == 'separate' else 'as one'}.",
    ]
    if duplicates is None:
        return how, ["deduplication has not been run"]
    return [*how, f"{duplicates} duplicate records were removed."], []


def _searched(protocol: Protocol) -> list[SearchSource]:
    return [source for source in protocol.source if source.method in ("database", "register")]


def _range(start: Any, end: Any) -> str:
    if not start and not end:
        return ""
    return f"{_day(start) if start else 'from the beginning'} to {_day(end) if end else 'today'}"


def _day(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


_BY_ITEM: Mapping[int, _Rule] = {
    1: _databases,
    2: _multi_database,
    3: _by_method(3, "register"),
    4: _by_method(4, "websites", "organisations"),
    5: _by_method(5, "citation searching", "reference lists"),
    6: _by_method(6, "call for evidence"),
    7: _by_method(7, "other"),
    8: _strategies,
    9: _limits,
    10: _stated(10),
    11: _stated(11),
    12: _updates,
    13: _dates,
    14: _stated(14),
    15: _totals,
    16: _deduplication,
}
