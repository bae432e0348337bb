"""How one report differs between sources: the pitfalls, each a small change of what the report could have said."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace

from examples.cen.generator.model import Journal, Record, Report, draw


def delivered(record: Record) -> Report:
    """The report as this record tells it. Raises KeyError for an unknown variant, ValueError for a blank record."""
    if record.report is None:
        raise ValueError("a blank record delivers no report")
    report = record.report
    for name in record.variants:
        report = VARIANTS[name](report)
    return report


def _short_pages(report: Report) -> Report:
    """244-258 becomes 244-58."""
    first, last = report.pages
    if not (first.isdigit() and last.isdigit()) or len(first) != len(last):
        return report
    same = next((i for i, (a, b) in enumerate(zip(first, last, strict=True)) if a != b), len(last) - 1)
    return replace(report, pages=(first, last[same:]))


def _title_case(report: Report) -> Report:
    small = {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}
    words = [
        word if i and word in small else word[:1].upper() + word[1:] for i, word in enumerate(report.title.split())
    ]
    return replace(report, title=" ".join(words))


def _journal_short(report: Report) -> Report:
    if report.journal is None:
        return report
    return replace(report, journal=Journal(report.journal.abbreviation, report.journal.abbreviation, ""))


def _plain(text: str) -> str:
    marks = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("Ł", "L").replace("ø", "o"))
    return "".join(character for character in marks if not unicodedata.combining(character))


def _plain_letters(report: Report) -> Report:
    authors = tuple(replace(one, family=_plain(one.family), given=_plain(one.given)) for one in report.authors)
    return replace(report, authors=authors)


def _initials(report: Report) -> Report:
    return replace(report, authors=tuple(replace(one, given=" ".join(one.initials)) for one in report.authors))


def _subtitle_lost(report: Report) -> Report:
    return replace(report, title=report.title.split(": ")[0])


def _original_only(report: Report) -> Report:
    return replace(report, title=report.original_title, original_title="")


VARIANTS: dict[str, Callable[[Report], Report]] = {
    "short pages": _short_pages,
    "title case": _title_case,
    "journal abbreviated": _journal_short,
    "diacritics lost": _plain_letters,
    "initials": _initials,
    "no doi": lambda report: replace(report, doi=""),
    "no abstract": lambda report: replace(report, abstract=()),
    "three authors": lambda report: replace(report, authors=report.authors[:3]),
    "colon as dash": lambda report: replace(report, title=report.title.replace(": ", " - ")),
    "ahead of print": lambda report: replace(report, volume="", issue="", pages=("", "")),
    "year of the print issue": lambda report: replace(report, year=report.year + 1),
    "subtitle lost": _subtitle_lost,
    "original title only": _original_only,
}

#: What a second source's record usually gets wrong; drawn from for duplicates.
USUAL = (
    ("short pages",),
    ("title case", "initials"),
    ("no doi",),
    ("journal abbreviated", "short pages"),
    ("three authors",),
    ("diacritics lost", "colon as dash"),
    ("no abstract", "journal abbreviated"),
    ("initials", "no doi"),
    ("title case", "no doi", "short pages"),
    ("ahead of print",),
)


def usual(key: str) -> tuple[str, ...]:
    """The variants of a duplicate, by its key."""
    return draw(f"variants:{key}", USUAL)
