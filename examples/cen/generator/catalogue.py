"""All reports of the example, numbered, each as complete as any source could know it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from examples.cen.generator import vocabulary
from examples.cen.generator.model import Report, draw
from examples.cen.generator.relevant import (
    EXCLUDED,
    EXCLUDED_LATER,
    FICTION,
    INCLUDED,
    INCLUDED_LATER,
    OPEN,
    SIBLINGS,
    Relevant,
)
from examples.cen.generator.topics import ANGLES, GREY, NEAR, TOPICS

FIRST_GREY = 26
"""So many of the policy documents are found in databases; the others by other methods."""

_CONGRESS = "Suppl 1"
_AIMS = (
    "Little is said in print about how clinicians see this work.",
    "Services for complex emotional needs differ from place to place.",
    "What staff believe shapes what service users meet.",
    "Community teams carry most of this care.",
)


@cache
def reports() -> dict[str, Report]:
    """Every report by its key, in the order of their numbers."""
    found: dict[str, Report] = {}
    for one in (*INCLUDED, *EXCLUDED, *OPEN, *INCLUDED_LATER, *EXCLUDED_LATER):
        add(found, relevant_report(one, len(found) + 1))
    for pair in SIBLINGS:
        for half, (key, title, kind, year) in enumerate((pair.first, pair.second)):
            authors = pair.first[0] if pair.same_authors else key
            report = journal_report(key, len(found) + 1, title, year, kind=kind, authors=authors)
            first = found.get(pair.first[0])
            if half and first and pair.same_journal and kind != "book":
                report = replace(report, journal=first.journal)
            if key == "part-2" and first:  # the part that follows on the next page
                last = int(first.pages[1])
                report = replace(report, volume=first.volume, issue=first.issue, pages=(str(last + 1), str(last + 9)))
            if kind == "editorial":  # the column has no author
                report = replace(report, authors=(), abstract=())
                if first:
                    report = replace(report, volume=first.volume, issue=str(int(first.issue) % 6 + 1))
            add(found, report)
    for i, title in enumerate(NEAR):
        add(found, journal_report(f"near-{i + 1:02d}", len(found) + 1, title, _year(f"near-{i}", 2003, 2019)))
    for topic in range(len(TOPICS)):
        for angle in angles_of(topic)[:3]:
            add(found, _noise(topic, angle, len(found) + 1, 2003, 2019))
    for i, title in enumerate(GREY):
        add(found, _grey(i, title, len(found) + 1))
    for topic in range(len(TOPICS)):  # found by other methods, or in the second search
        late = topic < len(TOPICS) // 2
        add(found, _noise(topic, angles_of(topic)[3], len(found) + 1, *((2019, 2020) if late else (2003, 2018))))
    return found


def add(found: dict[str, Report], report: Report) -> None:
    """Adds a report under its key. Raises ValueError where there is one."""
    if report.key in found:
        raise ValueError(f"two reports are called {report.key}")
    found[report.key] = report


def angles_of(topic: int) -> tuple[int, int, int, int]:
    """Four of the eight angles; topics beside each other take different ones."""
    half = 4 * (topic % 2)
    return half, half + 1, half + 2, half + 3


def _year(key: str, first: int, last: int) -> int:
    return draw(f"year:{key}", range(first, last + 1))


def relevant_report(one: Relevant, number: int) -> Report:
    """A report on the review's topic, as complete as any source could know it."""
    kind = one.kind
    report = journal_report(one.key, number, one.title, one.year, kind=kind if kind != "report" else "article")
    abstract = (
        ("BACKGROUND", draw(f"aim:{one.key}", _AIMS)),
        ("METHODS", one.method),
        ("FINDINGS", one.finding),
        ("NOTE", FICTION),
    )
    report = replace(
        report,
        abstract=abstract,
        keywords=("personality disorders", "community mental health services", "attitude of health personnel"),
    )
    if one.language == "German":
        journal = next(j for j in vocabulary.JOURNALS if j.name.startswith("Beispielhefte"))
        report = replace(report, language="German", original_title=one.original_title, journal=journal)
    if one.key == "inc-02":  # the second report of one dataset, by the same people
        report = replace(report, authors=vocabulary.people("inc-01", len(report.authors))[:3])
    if kind in ("report", "thesis"):
        report = replace(
            report, kind=kind, journal=None, volume="", issue="", pages=("", ""), pmid="",
            publisher=draw(one.key, vocabulary.PUBLISHERS), place="Exampleshire",
        )  # fmt: skip
    return report


def journal_report(key: str, number: int, title: str, year: int, *, kind: str = "article", authors: str = "") -> Report:
    """A report in an invented journal, with its volume, pages and identifiers; a book where it is one."""
    if kind == "book":
        return _book(key, number, title, year, authors or key)
    start = 101 + (number * 37) % 800
    supplement = kind == "conference"
    preprint = kind == "preprint"
    pages = ("", "") if preprint else (str(start), str(start + draw(f"length:{key}", range(5, 16))))
    if supplement:
        pages = (f"S{start}", f"S{start}")
    if kind in ("erratum", "letter", "editorial"):
        pages = (str(start), str(start))
    method, finding = _MATTER.get(key.partition("-")[0], ("", ""))
    return Report(
        key=key,
        number=number,
        title=title,
        authors=vocabulary.people(authors or key, draw(f"authors:{authors or key}", range(2, 8))),
        year=year,
        kind=kind,
        journal=vocabulary.PREPRINTS if preprint else draw(f"journal:{authors or key}", vocabulary.JOURNALS[:-1]),
        volume="" if preprint else str(year - 1990),
        issue="" if preprint else _CONGRESS if supplement else draw(f"issue:{key}", ("1", "2", "3", "4", "5", "6")),
        pages=pages,
        doi=f"10.5555/cen.{number:04d}",
        pmid="" if supplement or preprint else f"99{number:06d}",
        abstract=(("BACKGROUND", f"This record is about: {title.lower()}."), ("METHODS", method), ("NOTE", FICTION))
        if method
        else (("NOTE", f"{finding} {FICTION}".strip()),),
        keywords=("mental health services", "personality disorders"),
    )


#: What the abstract of a hand-titled report that nobody reads in full says of its method.
_MATTER = {
    "near": ("As the title says; nothing was measured.", ""),
    "part": ("A review of 80 invented reports.", ""),
    "abs": ("A poster.", ""),
    "con": ("Two programmes in 90 people.", ""),
    "pre": ("Forty people were offered calls.", ""),
}


def _noise(topic: int, angle: int, number: int, first: int, last: int) -> Report:
    name = TOPICS[topic]
    key = f"noise-{topic + 1:02d}{'abcdefgh'[angle]}"
    title, method, finding = ANGLES[angle]
    text = title.format(topic=name, place=draw(f"place:{key}", vocabulary.PLACES))
    report = journal_report(key, number, text[0].upper() + text[1:], _year(key, first, last))
    abstract = (
        ("BACKGROUND", f"Care for {name} varies."),
        ("METHODS", method),
        ("RESULTS", finding),
        ("NOTE", FICTION),
    )
    return replace(report, abstract=abstract, keywords=(name, "health services research"))


def _book(key: str, number: int, title: str, year: int, authors: str) -> Report:
    return Report(
        key=key, number=number, title=title, authors=vocabulary.people(authors, 2), year=year, kind="book",
        abstract=(("NOTE", FICTION),), keywords=("mental health services",), place="Specimen City",
        publisher=draw(f"publisher:{authors}", vocabulary.PUBLISHERS), isbn=vocabulary.isbn(number),
    )  # fmt: skip


def _grey(index: int, title: str, number: int) -> Report:
    """A policy document: by turns a report, a book, a chapter, without a DOI; some have a corporate author only."""
    key = f"grey-{index + 1:02d}"
    report = _book(key, number, title, _year(key, 2003, 2019), key)
    kind = ("report", "book", "chapter")[index % 3]
    publisher = report.publisher
    if kind == "report":
        return replace(report, kind=kind, isbn="", authors=() if index % 2 else report.authors)
    if kind == "chapter":
        return replace(
            report,
            kind=kind,
            host=f"The {publisher} companion to care {report.year}",
            pages=(str(10 + index), str(28 + index)),
        )
    return report
