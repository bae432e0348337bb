"""What two fictional reviewers decided: votes, consensus, retrieval, and what they left open on purpose."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from examples.cen.generator.deliveries import SEARCHES, exports
from examples.cen.generator.model import Record, draw
from examples.cen.generator.relevant import EXCLUDED, EXCLUDED_LATER, INCLUDED, INCLUDED_LATER
from examples.cen.generator.variants import delivered

TITLE, RETRIEVAL, FULL = "title-abstract", "retrieval", "full-text"

AGREED_IN = ("inc-09", "exc-02", "exc-08", "exc-13", "open-03")
"""Votes differed; the consensus passed the report on."""
AGREED_OUT = ("near-19", "near-20", "near-28")
"""Votes differed; the consensus excluded the report."""
DISPUTED = ("near-29", "near-30")
"""Votes differ, and nobody has settled it."""
ONE_VOTE = ("near-31", "near-32", "noise-05a", "grey-03")
"""Ada has voted, Ben has not."""
NO_VOTE = ("near-33", "noise-08e", "grey-07")
NOT_RETRIEVED = ("open-01", "open-02")
AWAITS_RETRIEVAL = ("bridge-b",)
AWAITS_SECOND = ("open-03",)
"""Included by Ada at full text; every included report needs Ben too."""

LATE_ONE_VOTE = ("noise-13d",)
LATE_NO_VOTE = ("noise-14h", "noise-15d")

TWO_REASONS = "exc-11"
"""Both exclude it, for different reasons; the consensus says which counts."""


@dataclass(frozen=True)
class Vote:
    """One row of a decisions' file. `unit` is the report as far as the first search can tell reports apart."""

    unit: str
    stage: str
    reviewer: str
    verdict: str
    date: str
    reason: str = ""


def unit_of(record: Record) -> str:
    """The report that a record belongs to; the two halves of "bridge" are two until a third record joins them."""
    if record.report is None:
        raise ValueError("a blank record belongs to no report")
    key = record.report.key
    if key != "bridge":
        return key
    return {"ASSIA": "bridge-a", "MEDLINE": "bridge-b"}.get(record.source, "bridge")


@cache
def units(search: str) -> dict[str, tuple[Record, ...]]:
    """The reports that a search found for the first time, each with that search's records of it."""
    found: dict[str, list[Record]] = defaultdict(list)
    for export in exports(search):
        for record in export.records:
            if record.report is not None and not record.again:
                found[unit_of(record)].append(record)
    known = units(SEARCHES[0]) if search != SEARCHES[0] else {}
    return {unit: tuple(records) for unit, records in found.items() if unit not in known and unit != "bridge"}


@cache
def votes(search: str) -> tuple[Vote, ...]:
    """All votes made after a search, in the order of stages."""
    return (*_title_votes(search), *_retrieval(search), *_full_votes(search))


def _days(search: str, first: int, unit: str, span: int = 6) -> str:
    month = "01" if search == SEARCHES[0] else "02"
    return f"2020-{month}-{first + draw(f'day:{unit}', range(span)):02d}"


def _passed(unit: str) -> bool:
    return unit.startswith(("inc-", "exc-", "open-")) or unit == "bridge-b"


def _title_votes(search: str) -> list[Vote]:
    made = []
    first = search == SEARCHES[0]
    skipped, single = (NO_VOTE, ONE_VOTE) if first else (LATE_NO_VOTE, LATE_ONE_VOTE)
    for unit in units(search):
        if unit in skipped:
            continue
        day = _days(search, 8, unit)
        verdict = "include" if _passed(unit) else "exclude"
        reason = "" if _passed(unit) else _reason_by_title(unit)
        ada = Vote(unit, TITLE, "Ada", verdict, day, reason)
        ben = Vote(unit, TITLE, "Ben", verdict, day, reason)
        if unit in (*AGREED_IN, *AGREED_OUT, *DISPUTED):
            ben = Vote(unit, TITLE, "Ben", "exclude", day)
            ada = Vote(unit, TITLE, "Ada", "maybe" if unit == "near-28" else "include", day)
        if unit == "exc-10":  # a maybe counts as include here
            ada = Vote(unit, TITLE, "Ada", "maybe", day)
        made += [ada] if unit in single else [ada, ben]
        if unit in (*AGREED_IN, *AGREED_OUT):
            made.append(
                Vote(
                    unit, TITLE, "consensus", "include" if unit in AGREED_IN else "exclude", _days(search, 15, unit, 2)
                )
            )
    if not first:  # the meeting of February settles one of January's two disputes
        made.append(Vote(DISPUTED[0], TITLE, "consensus", "exclude", "2020-02-10"))
    return made


def _reason_by_title(unit: str) -> str:
    if unit.startswith("noise-"):
        return "Other population"
    return "Not clinicians' perspectives" if unit.startswith("near-") else ""


def _full_text_units(search: str) -> list[str]:
    included, excluded = (INCLUDED, EXCLUDED) if search == SEARCHES[0] else (INCLUDED_LATER, EXCLUDED_LATER)
    return [one.key for one in (*included, *excluded)]


def _retrieval(search: str) -> list[Vote]:
    units_ = _full_text_units(search)
    made = [Vote(unit, RETRIEVAL, "Ada", "retrieved", _days(search, 17, unit, 2)) for unit in units_]
    if search == SEARCHES[0]:
        made += [Vote(unit, RETRIEVAL, "Ada", "retrieved", "2020-01-18") for unit in AWAITS_SECOND]
        made += [Vote(unit, RETRIEVAL, "Ada", "not-retrieved", "2020-01-31") for unit in NOT_RETRIEVED]
    return made


def _full_votes(search: str) -> list[Vote]:
    reasons = {one.key: one.fate for one in (*EXCLUDED, *EXCLUDED_LATER)}
    made = []
    for unit in _full_text_units(search):
        day, later = _days(search, 20, unit, 4), _days(search, 24, unit, 3)
        reason = reasons.get(unit, "")
        verdict = "exclude" if reason else "include"
        ada, ben = Vote(unit, FULL, "Ada", verdict, day, reason), Vote(unit, FULL, "Ben", verdict, later, reason)
        settled = None
        if unit == "inc-08":
            ben = Vote(unit, FULL, "Ben", "exclude", later, "Not community care")
            settled = Vote(unit, FULL, "consensus", "include", "2020-01-28")
        elif unit == "exc-13":
            ada = Vote(unit, FULL, "Ada", "include", day)
            settled = Vote(unit, FULL, "consensus", "exclude", "2020-01-28", reason)
        elif unit == TWO_REASONS:
            ben = Vote(unit, FULL, "Ben", "exclude", later, "Not clinicians' perspectives")
            settled = Vote(unit, FULL, "consensus", "exclude", "2020-01-28", reason)
        made += [ada, ben, *([settled] if settled else [])]
    if search == SEARCHES[0]:
        made += [Vote(unit, FULL, "Ada", "include", "2020-01-23") for unit in AWAITS_SECOND]
    else:  # Ben's check of an included report that January left: he disagrees, and that is where it stands
        made += [Vote(unit, FULL, "Ben", "exclude", "2020-02-18", "Other population") for unit in AWAITS_SECOND]
    return made


# --- files -----------------------------------------------------------------------------------------------------------


def decision_files(search: str) -> dict[str, bytes]:
    """The drop folder decisions/: a file a reviewer and stage, consensus apart, and some titles in Rayyan's format."""
    month = "2020-01" if search == SEARCHES[0] else "2020-02"
    tables: dict[str, list[Vote]] = defaultdict(list)
    in_rayyan = rayyan_units(search)
    for vote in votes(search):
        if vote.stage == TITLE and vote.unit in in_rayyan:
            continue
        name = "retrieval" if vote.stage == RETRIEVAL else vote.reviewer.lower()
        tables[f"decisions/{vote.stage}/{name}-{month}.csv"].append(vote)
    made = {name: plain_table([(identifier(vote), vote) for vote in rows]) for name, rows in sorted(tables.items())}
    if in_rayyan:
        made[f"decisions/{TITLE}/rayyan.csv"] = _rayyan(search, in_rayyan)
    return made


def plain_table(rows: list[tuple[str, Vote]]) -> bytes:
    """A file of decisions: each vote, and what the reviewer called the report."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("id", "stage", "reviewer", "verdict", "reason", "date"))
    for name, vote in rows:
        table.writerow((name, vote.stage, vote.reviewer, vote.verdict, vote.reason, vote.date))
    return text.getvalue().encode()


def _records(unit: str) -> tuple[Record, ...]:
    return units(SEARCHES[0]).get(unit) or units(SEARCHES[1])[unit]


def identifier(vote: Vote) -> str:
    """What the reviewer wrote for the report: accession, PMID or DOI; Ben often looks at another record than Ada."""
    names = [name for record in _records(vote.unit) if (name := name_of(record))]
    return names[-1] if vote.reviewer == "Ben" else names[0]


def name_of(record: Record) -> str:
    """The identifier that a reviewer would copy from this record; empty where it has none."""
    if record.source in ("ASSIA", "Europe PMC") or not record.accession:
        return delivered(record).doi
    return record.accession


def rayyan_units(search: str) -> tuple[str, ...]:
    """What was screened in Rayyan: whatever has no identifier, and a block of other reports; in January only."""
    if search != SEARCHES[0]:
        return ()
    kept = (*AGREED_IN, *AGREED_OUT, *DISPUTED, *ONE_VOTE, *NO_VOTE)
    return tuple(
        unit
        for unit, records in units(search).items()
        if unit not in kept and (not any(map(name_of, records)) or unit.startswith(("noise-2", "near-0")))
    )


_RAYYAN = (
    "key", "title", "year", "month", "day", "journal", "issn", "volume", "issue", "pages", "authors", "url", "language",
    "publisher", "location", "abstract", "notes", "doi", "keywords", "pubmed_id", "pmc_id",
)  # fmt: skip


def _rayyan(search: str, wanted: tuple[str, ...]) -> bytes:
    """Rayyan's articles.csv: verdicts in `notes`; one reviewer's name ends in a space, as people type it."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_RAYYAN)
    by_unit: dict[str, list[Vote]] = defaultdict(list)
    for vote in votes(search):
        if vote.stage == TITLE:
            by_unit[vote.unit].append(vote)
    words = {"include": "Included", "exclude": "Excluded", "maybe": "Maybe"}
    for i, unit in enumerate(wanted):
        record = units(search)[unit][0]
        report = delivered(record)
        said = ", ".join(
            f'"{vote.reviewer}{" " if vote.reviewer == "Ben" else ""}"=>"{words[vote.verdict]}"'
            for vote in by_unit[unit]
        )
        reasons = ",".join(dict.fromkeys(vote.reason for vote in by_unit[unit] if vote.reason))
        notes = f"RAYYAN-INCLUSION: {{{said}}}" + (f" | RAYYAN-EXCLUSION-REASONS: {reasons}" if reasons else "")
        journal = report.journal
        table.writerow((
            f"rayyan-9900{i + 1:05d}", report.title, report.year, "", "",
            journal.name if journal else report.host, journal.issn if journal else "",
            report.volume, report.issue, "-".join(page for page in report.pages if page),
            " and ".join(f"{one.family}, {one.given}" for one in report.authors), "", report.language,
            report.publisher, report.place,
            report.abstract_text, notes, report.doi, "; ".join(report.keywords),
            record.accession if record.source in ("MEDLINE", "PubMed") else "", "",
        ))  # fmt: skip
    return text.getvalue().encode()
