"""What arrives in each month: exports, an alert by mail, and what the search service indexes, with duplicates and what comes again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from examples.cen.generator.catalogue import reports
from examples.cen.generator.deliveries import SEARCHES, accession
from examples.cen.generator.deliveries import exports as first_exports
from examples.cen.generator.model import Export, Record, Report, draw
from examples.cen.generator.months.calendar import (
    AMENDMENT,
    BACK_ISSUES,
    MONTHS,
    SERVICE_DOWN,
    day_in,
    last_day,
    number_of,
    window,
)
from examples.cen.generator.months.reports import month_reports
from examples.cen.generator.variants import usual

MAIL, SERVICE = "PubMed", "Europe PMC"
ALERT_DAY, SEARCH_DAY = 15, 6
OVERLAP = timedelta(days=14)
"""What the service is asked for again each month, since it indexes late."""

#: Source → folder below exports/, the file's name without its date, the writer.
FILES = {
    "MEDLINE": ("medline", "ovid-medline-{date}.ris", "ovid"),
    "Embase": ("embase", "ovid-embase-{date}.ris", "ovid-windows"),
    "CINAHL": ("cinahl", "ebsco-cinahl-{date}.ris", "ebsco"),
    "ASSIA": ("assia", "proquest-assia-{date}.ris", "proquest"),
    "HMIC": ("hmic", "ovid-hmic-{date}.ris", "ovid"),
    "Social Policy and Practice": ("social-policy-and-practice", "ovid-spp-{date}.ris", "ovid"),
    "PsycINFO": ("psycinfo", "ovid-psycinfo-{date}.ris", "ovid"),
}
QUARTERLY = ("HMIC", "Social Policy and Practice")

#: What people read in full, by month; variants after a colon. One that the service indexes in the month in which it does
#: not answer is found a month later.
PICKED: dict[str, dict[str, tuple[str, ...]]] = {
    "2020-03": {"inc-13": ("MEDLINE", "Embase:initials", "CINAHL:short pages"), "exc-17": ("CINAHL",)},
    "2020-04": {"exc-18": ("Embase", "MEDLINE:short pages"), "inc-14": (SERVICE,)},
    "2020-05": {"open-04": ("ASSIA",)},
    "2020-06": {"inc-14": ("CINAHL:initials", "MEDLINE"), "exc-19": (MAIL,)},
    "2020-08": {"exc-20": ("MEDLINE", SERVICE)},
    "2020-09": {
        "exc-21": ("PsycINFO",), "inc-01": ("PsycINFO:short pages",), "inc-03": ("PsycINFO:initials",),
        "inc-11": ("PsycINFO",), "exc-03": ("PsycINFO:title case",),
    },
    "2020-10": {"inc-15": ("PsycINFO", "MEDLINE:short pages", SERVICE), "exc-22": ("Embase",)},
}  # fmt: skip
#: What the service has had for long: it is found by the first search.
IN_SERVICE = ("inc-09", "inc-11", "exc-10", "near-05", "near-17", "noise-03a")
#: Each source has something in each month; after these come as many as the month draws.
FIRST_TURNS = (("MEDLINE",), (MAIL,), ("Embase",), (SERVICE,), ("CINAHL",), ("ASSIA",))
TURNS = (
    ("MEDLINE", "Embase"), (SERVICE, MAIL), ("CINAHL", "MEDLINE"), ("Embase",), ("MEDLINE", SERVICE), ("CINAHL",),
)  # fmt: skip
AGAIN = (("MEDLINE", 2), ("Embase", 1), ("CINAHL", 1))
"""So many of the records of the month before are delivered again."""
BLANK = ("2020-08", "MEDLINE")
"""A record without any content."""
AHEAD_OF_PRINT = "2020-04"
"""The first of MEDLINE's new records is ahead of print, and comes whole a month later."""


@dataclass(frozen=True)
class Indexed:
    """A record of the service, and the day on which it was first there."""

    day: date
    record: Record


@cache
def new_keys(month: str) -> tuple[str, ...]:
    """The reports that nobody reads in full, new in this month, in the order in which they were made up."""
    start = 0
    for one in MONTHS:
        count = draw(f"new:{one}", range(8, 12)) + (len(QUARTERLY) if number_of(one) % 3 == 0 else 0)
        count += 3 if one == AMENDMENT else 0
        if one == month:
            return tuple(f"new-{i + 1:03d}" for i in range(start, start + count))
        start += count
    raise KeyError(month)


@cache
def _planned(month: str) -> dict[str, list[Record]]:
    """Source → its new records of the month, none delivered before."""
    planned: dict[str, list[Record]] = defaultdict(list)
    for key, sources in PICKED.get(month, {}).items():
        _plan(planned, _report(key), sources)
    turns = list(FIRST_TURNS)
    turns += [(source,) for source in QUARTERLY] if number_of(month) % 3 == 0 else []
    turns += [("PsycINFO",)] * 3 if month == AMENDMENT else []
    turns += [("PsycINFO",)] if month > AMENDMENT else []
    for i, key in enumerate(new_keys(month)):
        _plan(planned, _report(key), turns[i] if i < len(turns) else TURNS[(i - len(turns)) % len(TURNS)])
    for key in _old_keys(month):
        _plan(planned, reports()[key], (f"{_unused_source(key)}:title case",))
    if month == BACK_ISSUES:
        for key, report in month_reports().items():
            if key.startswith("back-"):
                _plan(planned, report, (SERVICE,))
    if month == MONTHS[0]:
        for key in IN_SERVICE:
            _plan(planned, reports()[key], (SERVICE,))
    for records in planned.values():
        records.sort(key=lambda one: draw(f"order:{month}:{one.accession}", range(10**9)))
    if month == AHEAD_OF_PRINT:
        first = next(i for i, one in enumerate(planned["MEDLINE"]) if _key(one).startswith("new-"))
        planned["MEDLINE"][first] = replace(planned["MEDLINE"][first], variants=("ahead of print",))
    if month == BLANK[0]:
        planned[BLANK[1]].insert(1, Record(None, BLANK[1], ""))
    return planned


@cache
def exports(month: str) -> tuple[Export, ...]:
    """What the review takes in at the end of a month, in the order of the sources: files of the drop folders, then the alert, then
    what the service gives; nothing of the service where it does not answer."""
    day, (window_from, window_to) = day_in(month, SEARCH_DAY).isoformat(), window(month)
    found = []
    for source, (folder, name, writer) in FILES.items():
        records = _with_old_ones(month, source, _planned(month).get(source, []))
        if records:
            starts = "2003-01-01" if source == "PsycINFO" and month == AMENDMENT else window_from.isoformat()
            path = f"exports/{folder}/{name.format(date=day)}"
            found.append(Export(path, source, writer, tuple(records), day, len(records), starts, window_to.isoformat()))
    alert = tuple(_planned(month)[MAIL])
    path = f"exports/pubmed/alert-{day_in(month, ALERT_DAY)}.eml"
    found.append(Export(path, MAIL, "pubmed", alert, day_in(month, ALERT_DAY).isoformat(), len(alert)))
    closes = last_day(number_of(month))
    answers = [service_answer(month)]
    if month == BACK_ISSUES:  # the gate stops the first update of the month, and the second asks again
        late = tuple(one.record for one in indexed() if closes - OVERLAP <= one.day <= closes)
        answers.append(tuple(replace(record, again=True) for record in late))
    for number, answered in enumerate(answers, start=1):
        if answered:
            path = f"services/europepmc/{month}-{number}"
            found.append(Export(path, SERVICE, "service", answered, closes.isoformat(), len(answered)))
    return tuple(found)


@cache
def indexed() -> tuple[Indexed, ...]:
    """All that the service ever has, by the day on which it was first there."""
    found = []
    for month in MONTHS:
        for record in _planned(month)[SERVICE]:
            key = _key(record)
            if key in IN_SERVICE and month == MONTHS[0]:
                day = date(2019, 1 + draw(f"indexed:{key}", range(12)), 10)
            elif key.startswith("back-"):
                day = day_in(month, 9)
            else:
                day = day_in(month, 2 + draw(f"indexed:{key}", range(26)))
            found.append(Indexed(day, record))
    return tuple(sorted(found, key=lambda one: (one.day, one.record.accession)))


def service_answer(month: str) -> tuple[Record, ...]:
    """What the service gives at the end of a month: all, at first; then what it indexed since a fortnight before the last time
    that it answered."""
    if month == SERVICE_DOWN:
        return ()
    before = [one for one in MONTHS if one < month and one != SERVICE_DOWN]
    until = last_day(number_of(month))
    if not before:
        return tuple(one.record for one in indexed() if one.day <= until)
    last = last_day(number_of(before[-1]))
    return tuple(replace(one.record, again=one.day <= last) for one in indexed() if last - OVERLAP <= one.day <= until)


def _with_old_ones(month: str, source: str, records: list[Record]) -> list[Record]:
    """New records before and between those of the month before that are delivered again."""
    mixed, count = list(records), dict(AGAIN).get(source, 0)
    old = [one for one in _before(month, source) if one.report]
    ahead = [
        one for one in old if "ahead of print" in one.variants and one.report and one.report.key.startswith("new-")
    ]
    old = (ahead + [one for one in old if one not in ahead])[:count]
    for i, record in enumerate(old):
        variants = () if record in ahead else record.variants
        mixed.insert(1 + 2 * i, replace(record, variants=variants, again=True))
    return mixed


def _before(month: str, source: str) -> list[Record]:
    """The new records of a source in the month before."""
    if month != MONTHS[0]:
        return _planned(MONTHS[MONTHS.index(month) - 1]).get(source, [])
    return [
        one
        for export in first_exports(SEARCHES[1])
        if export.source == source
        for one in export.records
        if not one.again
    ]


def _old_keys(month: str) -> tuple[str, str]:
    """Two reports of the first search, of which another source has a record now."""
    i = 2 * MONTHS.index(month)
    return f"near-{i + 6:02d}", f"near-{i + 7:02d}"


def _unused_source(key: str) -> str:
    used = {
        record.source
        for search in SEARCHES
        for export in first_exports(search)
        for record in export.records
        if _key(record) == key
    }
    return next(source for source in ("CINAHL", "ASSIA", "Embase", "MEDLINE") if source not in used)


def _plan(planned: dict[str, list[Record]], report: Report, sources: Iterable[str]) -> None:
    for i, entry in enumerate(sources):
        source, _, listed = entry.partition(":")
        variants = tuple(listed.split(",")) if listed else usual(report.key) if i and source in FILES else ()
        planned[source].append(Record(report, source, _accession(source, report), variants))


def _accession(source: str, report: Report) -> str:
    if source == SERVICE:
        return f"MED:{report.pmid}"
    return f"2020-99{report.number:03d}-001" if source == "PsycINFO" else accession(source, report)


def _report(key: str) -> Report:
    return month_reports().get(key) or reports()[key]


def _key(record: Record) -> str:
    return record.report.key if record.report else ""
