"""Which reports may be of one study: a suggestion with what speaks for it and against it, for a person to rule on. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

#: Numbers under which studies are registered.
_REGISTERED = re.compile(
    r"\b(?:NCT\s?\d{8}|ISRCTN\s?\d{8}|ACTRN\s?\d{14}|ChiCTR[\w-]*\d{6,}|DRKS\s?\d{8}|UMIN\s?\d{9}|NTR\s?\d{3,4}|"
    r"EudraCT\s?:?\s?\d{4}-\d{6}-\d{2}|CTRI/\d{4}/\d+/\d+|IRCT\w{8,}|JPRN-\w{6,})\b",
    re.IGNORECASE,
)
#: Numbers that stand behind a word for money.
_GRANT = re.compile(
    r"\b(?:grants?|awards?|funded by|funding|project)\b[^.;]{0,60}?\b([A-Z]{0,6}[-/ ]?\d[\w/-]{4,})", re.IGNORECASE
)
_FOLLOWS = re.compile(
    r"\b(?:protocol|secondary analysis|follow-?up|further analysis|part (?:two|2|ii)|companion)\b", re.IGNORECASE
)
#: From this on two reports are shown to a person.
SHOWN_FROM = 3.0
_YEARS_APART = 8
_AUTHORS_COUNTED = 4


@dataclass(frozen=True)
class ReportFacts:
    """What is known of a report. `facts`: field of the extraction form → value, of those that tell studies apart."""

    report_id: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    text: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StudySuggestion:
    """Two reports that may be of one study. `score`: the sum of what speaks for it, less what speaks against it."""

    report_a: str
    report_b: str
    score: float
    reasons: tuple[str, ...]
    against: tuple[str, ...]


def suggest_studies(reports: Iterable[ReportFacts]) -> list[StudySuggestion]:
    """The pairs that may be of one study, the likeliest first.

    A registration number or grant that both name, or an author in common, comes first; without one nothing is suggested, since
    much of what is reviewed together is alike.
    """
    ordered = sorted(reports, key=lambda report: report.report_id)
    found = [suggestion for a, b in combinations(ordered, 2) if (suggestion := _compare(a, b))]
    return sorted(found, key=lambda s: (-s.score, s.report_a, s.report_b))


def _compare(a: ReportFacts, b: ReportFacts) -> StudySuggestion | None:
    reasons: list[tuple[float, str]] = []
    registered = _numbers(_REGISTERED, a) & _numbers(_REGISTERED, b)
    grants = _numbers(_GRANT, a) & _numbers(_GRANT, b)
    authors = sorted(_names(a) & _names(b))
    reasons += [(4.0, f"registration {number}") for number in sorted(registered)]
    reasons += [(2.0, f"grant {number}") for number in sorted(grants)]
    if authors:
        shown = ", ".join(authors[:_AUTHORS_COUNTED]) + (
            f" and {len(authors) - _AUTHORS_COUNTED} more" if len(authors) > _AUTHORS_COUNTED else ""
        )
        reasons.append((float(min(len(authors), _AUTHORS_COUNTED)), f"authors in common: {shown}"))
    if not reasons:
        return None
    if a.authors and b.authors and _fold(a.authors[0]) == _fold(b.authors[0]):
        reasons.append((1.0, "the same first author"))
    if _FOLLOWS.search(a.title) or _FOLLOWS.search(b.title):
        reasons.append((1.0, "a title that speaks of another report (protocol, follow-up, secondary analysis)"))
    same = {name: value for name, value in a.facts.items() if b.facts.get(name) == value}
    reasons += [
        (2.0 if any(c.isdigit() for c in value) else 0.5, f"{name}: {value}") for name, value in sorted(same.items())
    ]
    against: list[tuple[float, str]] = [
        (1.0, f"{name}: {value} and {b.facts[name]}")
        for name, value in sorted(a.facts.items())
        if name in b.facts and name not in same
    ]
    if a.year and b.year and abs(a.year - b.year) > _YEARS_APART:
        against.append((1.0, f"{abs(a.year - b.year)} years apart"))
    mine, other = _numbers(_REGISTERED, a), _numbers(_REGISTERED, b)
    if mine and other and not registered:
        against.append((4.0, f"registered as {', '.join(sorted(mine))} and {', '.join(sorted(other))}"))
    score = sum(weight for weight, _ in reasons) - sum(weight for weight, _ in against)
    if score < SHOWN_FROM:
        return None
    return StudySuggestion(
        a.report_id, b.report_id, score, tuple(why for _, why in reasons), tuple(why for _, why in against)
    )


def _numbers(pattern: re.Pattern[str], report: ReportFacts) -> set[str]:
    text = f"{report.title}\n{report.text}"
    return {re.sub(r"[\s:]", "", match[match.re.groups and 1]).upper() for match in pattern.finditer(text)}


def _names(report: ReportFacts) -> set[str]:
    return {_fold(author) for author in report.authors} - {""}


def _fold(author: str) -> str:
    """Family name and first initial, however much of the given name is there."""
    family, _, given = author.partition(",")
    initial = given.strip()[:1]
    return f"{family.strip()} {initial}".strip().title() if family.strip() else ""
