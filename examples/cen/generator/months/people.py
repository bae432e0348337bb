"""What the reviewers decide in months 3 to 12. Ada and Ben screen; from October on Cleo has Ben's place at titles."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from examples.cen.generator import decisions
from examples.cen.generator.decisions import FULL, RETRIEVAL, TITLE, Vote, name_of, plain_table
from examples.cen.generator.model import Record, draw
from examples.cen.generator.months.arrivals import FILES, exports
from examples.cen.generator.months.calendar import AMENDMENT, EXCLUSION, MONTHS, day_in
from examples.cen.generator.months.reports import EXCLUDED, month_reports

RETRACTED = "Retracted"
#: A report whose retraction was told a month before, and the month in which the team excludes it.
TAKEN_OUT = {"2020-03": "inc-05", EXCLUSION: "inc-08"}
#: At full text Ben says the opposite of Ada; the consensus says what `month_reports` does.
DISPUTED_TEXTS = ("inc-14", "exc-19")
#: Of a month's new titles, by their place: the two differ and settle it; settle it a month later; only Ada has voted yet.
SETTLED, SETTLED_LATER, ONE_VOTE = 0, 1, 2


@cache
def new_units(month: str) -> dict[str, tuple[Record, ...]]:
    """The reports that are screened for the first time in a month, with the records known by then: those of this month's exports, and
    what mailbox and service brought at the end of the month before."""
    known = set(decisions.units("first-search")) | set(decisions.units("second-search")) | {"bridge"}
    found: dict[str, list[Record]] = defaultdict(list)
    for one in MONTHS[: MONTHS.index(month) + 1]:
        for export in exports(one):
            dropped = export.source in FILES
            for record in export.records:
                if record.report is None or record.report.key in known:
                    continue
                if one == month and not dropped and record.report.key not in found:
                    continue  # it comes when the month's decisions are made
                found[record.report.key].append(record)
    before = {unit for one in MONTHS[: MONTHS.index(month)] for unit in new_units(one)}
    return {unit: tuple(records) for unit, records in found.items() if unit not in before}


@cache
def votes(month: str) -> tuple[Vote, ...]:
    """All votes of a month, in the order of stages."""
    made = _left_over() if month == MONTHS[0] else _carried_over(month)
    made += _title_votes(month) + _read_in_full(month)
    if unit := TAKEN_OUT.get(month):
        made.append(Vote(unit, FULL, "consensus", "exclude", _day(month, 12), RETRACTED))
    return tuple(sorted(made, key=lambda vote: (TITLE, RETRIEVAL, FULL).index(vote.stage)))


def second_reviewer(month: str) -> str:
    """Who screens titles beside Ada."""
    return "Cleo" if month > AMENDMENT else "Ben"


def _day(month: str, day: int) -> str:
    return day_in(month, day).isoformat()


def _passed(unit: str) -> bool:
    return unit.startswith(("inc-", "exc-", "open-"))


def _title_votes(month: str) -> list[Vote]:
    made = []
    doubtful = _doubtful(month)
    for unit in new_units(month):
        day = _day(month, 8 + draw(f"day:{unit}", range(7)))
        verdict, reason = ("include", "") if _passed(unit) else ("exclude", "Other population")
        ada = Vote(unit, TITLE, "Ada", verdict, day, reason)
        other = Vote(unit, TITLE, second_reviewer(month), verdict, day, reason)
        if unit in doubtful[:ONE_VOTE]:
            ada = Vote(unit, TITLE, "Ada", "maybe", day)
        made += [ada] if unit == doubtful[ONE_VOTE] else [ada, other]
        if unit == doubtful[SETTLED]:
            made.append(Vote(unit, TITLE, "consensus", "exclude", _day(month, 21)))
    return made


def _doubtful(month: str) -> list[str]:
    """The titles on which the two differ or that one of them has left."""
    return [unit for unit in new_units(month) if unit.startswith("new-")][: ONE_VOTE + 1]


def _carried_over(month: str) -> list[Vote]:
    """What the month before left open: a conflict, and a second vote."""
    left = _doubtful(MONTHS[MONTHS.index(month) - 1])
    second = Vote(left[ONE_VOTE], TITLE, second_reviewer(month), "exclude", _day(month, 8), "Other population")
    return [Vote(left[SETTLED_LATER], TITLE, "consensus", "exclude", _day(month, 8)), second]


def _left_over() -> list[Vote]:
    """March clears what the first two searches left open."""
    day = _day(MONTHS[0], 8)
    made = [Vote(decisions.DISPUTED[1], TITLE, "consensus", "exclude", day)]
    made += [Vote(unit, TITLE, "Ben", "exclude", day) for unit in (*decisions.ONE_VOTE, *decisions.LATE_ONE_VOTE)]
    made += [
        Vote(unit, TITLE, who, "exclude", day)
        for unit in (*decisions.NO_VOTE, *decisions.LATE_NO_VOTE)
        for who in ("Ada", "Ben")
    ]
    return [*made, Vote(decisions.AWAITS_SECOND[0], FULL, "consensus", "exclude", day, "Other population")]


def _read_in_full(month: str) -> list[Vote]:
    reasons = {one.key: one.fate for one in EXCLUDED}
    made = []
    for unit in filter(_passed, new_units(month)):
        if unit.startswith("open-"):
            made.append(Vote(unit, RETRIEVAL, "Ada", "not-retrieved", _day(month, 28)))
            continue
        made.append(Vote(unit, RETRIEVAL, "Ada", "retrieved", _day(month, 17)))
        reason = reasons.get(unit, "")
        verdict, opposite = ("exclude", "include") if reason else ("include", "exclude")
        made.append(Vote(unit, FULL, "Ada", verdict, _day(month, 20), reason))
        if unit in DISPUTED_TEXTS:
            said = "" if reason else "Not community care"
            made.append(Vote(unit, FULL, "Ben", opposite, _day(month, 22), said))
            made.append(Vote(unit, FULL, "consensus", verdict, _day(month, 26), reason))
        else:
            made.append(Vote(unit, FULL, "Ben", verdict, _day(month, 22), reason))
    return made


def decision_files(month: str) -> dict[str, bytes]:
    """The drop folder decisions/: a file a reviewer and stage, consensus apart."""
    tables: dict[str, list[tuple[str, Vote]]] = defaultdict(list)
    for vote in votes(month):
        name = "retrieval" if vote.stage == RETRIEVAL else vote.reviewer.lower()
        tables[f"decisions/{vote.stage}/{name}-{month}.csv"].append((_identifier(vote, month), vote))
    return {name: plain_table(rows) for name, rows in sorted(tables.items())}


def _identifier(vote: Vote, month: str) -> str:
    """What the reviewer wrote for the report: the DOI, or, as Ben and Cleo do, what the last record of it has."""
    report = month_reports().get(vote.unit)
    if report is None:
        return decisions.identifier(vote)
    first = next(one for one in MONTHS if vote.unit in new_units(one))
    names = [name for record in new_units(first)[vote.unit] if (name := name_of(record))]
    return report.doi if vote.reviewer in ("Ada", "consensus") or not names else names[-1]
