"""Families of reports that are easily taken for each other, built on purpose: `python -m benchmarks.dedupe families`.

Each family varies what a rule of deduplication looks at and keeps everything else equal: ten issues of one column by one editor, an
overview that appears every year, abstracts on one page. Every report is described twice, in the style of two databases, and each
family is made anew for each mask (fields that the databases do not give), with words and people of its own. So the truth is
known, and no labelled set is needed: a wrong merge is a pair of two reports in one cluster.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from benchmarks.dedupe.generate import Record, Report, World, abbreviated

#: Fields that databases leave out: each family is tried without them. 'second:' marks those that one of the two leaves out.
MASKS: dict[str, tuple[str, ...]] = {
    "all fields": (),
    "no DOI": ("doi",),
    "no abstract": ("abstract",),
    "no issue": ("number",),
    "no pages": ("pages",),
    "no DOI, no issue": ("doi", "number"),
    "no DOI, no abstract": ("doi", "abstract"),
    "no DOI, no pages": ("doi", "pages"),
    "no DOI, no volume": ("doi", "volume"),
    "no abstract, no pages": ("abstract", "pages"),
    "DOI in one": ("second:doi",),
    "no DOI, issue in one": ("doi", "second:number"),
    "no DOI, pages in one": ("doi", "second:pages"),
    "no DOI, volume in one": ("doi", "second:volume"),
    "no DOI, volume and issue in one": ("doi", "second:volume", "second:number"),
}
#: How many reports a family has, where nothing else is said.
ISSUES = 10


class Member(NamedTuple):
    """A record, the family and mask that it was made for, and the report that it describes."""

    family: str
    mask: str
    record: Record


class Score(NamedTuple):
    """Pairs of records of one family under one mask: of one report and found, merged wrongly, and missed."""

    found: int
    wrong: int
    missed: int


def members(seed: int = 1, masks: Sequence[str] = tuple(MASKS)) -> list[Member]:
    """All families under these masks."""
    world = World(seed)
    made: list[Member] = []
    for mask in masks:
        for name, build in FAMILIES.items():
            for report in build(world):
                truth = len(made)
                for nth, fields in enumerate(_twice(world.random, report)):
                    lost = {field.removeprefix("second:") for field in MASKS[mask] if nth or ":" not in field}
                    kept: dict[str, Any] = {
                        field: None if field in lost else value or None for field, value in fields.items()
                    }
                    made.append(Member(name, mask, Record(f"f{len(made):06}", truth, **kept, isbn=None)))
    return made


def scores(made: Sequence[Member], cluster_of: dict[str, str]) -> dict[tuple[str, str], Score]:
    """By family and mask, how the clusters agree with the truth."""
    groups: dict[tuple[str, str], list[Record]] = {}
    for member in made:
        groups.setdefault((member.family, member.mask), []).append(member.record)
    found: dict[tuple[str, str], Score] = {}
    for key, records in groups.items():
        counts: Counter[str] = Counter()
        for a, b in combinations(records, 2):
            merged, true = cluster_of[a.id] == cluster_of[b.id], a.report == b.report
            if merged or true:
                counts["found" if merged and true else "wrong" if merged else "missed"] += 1
        found[key] = Score(counts["found"], counts["wrong"], counts["missed"])
    return found


def _twice(r: random.Random, report: Report) -> Iterator[dict[str, str]]:
    """The report as two databases give it: full names and journal, then initials, an abbreviated journal and short page ranges."""
    pages = f"{report.mark}{report.first}-{report.mark}{report.last}" if report.first else ""
    place = {"volume": str(report.volume or ""), "number": str(report.number or ""), "pages": pages}
    said = {"title": report.title, "year": str(report.year), **place, "abstract": report.abstract, "doi": report.doi}
    full = "; ".join(f"{family}, {given}" for family, given in report.authors)
    short = ", ".join(f"{family} {given[:1]}" for family, given in report.authors)
    yield {"source": "Scopus", "author": full, "journal": report.journal, **said}
    other = {"title": f"{report.title}." if r.random() < 0.5 else report.title.upper(), "doi": report.doi.upper()}
    yield {"source": "MEDLINE", "author": short, "journal": abbreviated(report.journal), **said, **other}


def _issues(report: Report, start: int) -> list[Report]:
    """Ten issues, four a volume: the report in each, with a DOI of its own, beginning on `start`, and no abstract."""
    found = []
    for n in range(ISSUES):
        volume, number = report.volume + n // 4, 1 + n % 4
        doi = f"{report.doi}.{volume}.{number}"
        last = start + 1 + n % 4  # within a volume, another last page
        found.append(
            report._replace(
                volume=volume, number=number, year=report.year + n // 4, first=start, last=last, abstract="", doi=doi
            )
        )  # fmt: skip
    return found


def _one_editor(world: World) -> list[Report]:
    """A column of one editor under a title of two words."""
    base = world.report(world.random.randrange(10**6))
    return _issues(base._replace(authors=base.authors[:1], title=f"{base.title.split()[2].title()} introduction"), 5)


def _two_editors(world: World) -> list[Report]:
    """A column of two editors under a title as long as a report's."""
    base = world.report(world.random.randrange(10**6))
    return _issues(base._replace(authors=(base.authors * 2)[:2]), 1)


def _no_author(world: World) -> list[Report]:
    """A column that nobody signs."""
    base = world.report(world.random.randrange(10**6))
    return _issues(base._replace(authors=(), title=f"In this issue of {base.journal}"), 3)


def _overview(world: World) -> list[Report]:
    """An overview that three authors give every year, in the second issue, on pages that differ."""
    base = world.report(world.random.randrange(10**6))
    r = world.random
    authors = (base.authors * 3)[:3]
    first = [r.randint(100, 300) + 20 * n for n in range(ISSUES)]
    return [
        base._replace(
            authors=authors, year=base.year + n, volume=base.volume + n, number=2, first=first[n], last=first[n] + r.randint(8, 15),
            abstract="", doi=f"{base.doi}.{n}",
        )
        for n in range(ISSUES)
    ]  # fmt: skip


def _within_volume(world: World) -> list[Report]:
    """A column that one author has in each issue of one volume, whose pages are counted through."""
    base = world.report(world.random.randrange(10**6))
    return [
        report._replace(volume=base.volume, year=base.year, number=n + 1, first=88 + 120 * n, last=90 + 120 * n, doi=f"{base.doi}.{n}")
        for n, report in enumerate(_issues(base._replace(authors=base.authors[:1]), 1))
    ]  # fmt: skip


def _parts(world: World) -> list[Report]:
    """Ten parts of a series, one after the other."""
    base = world.report(world.random.randrange(10**6))
    numbers = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
    return [
        base._replace(
            title=f"{base.title}. Part {numbers[n]}", first=base.first + 10 * n, last=base.first + 10 * n + 9,
            abstract="", doi=f"{base.doi}.{n}",
        )
        for n in range(ISSUES)
    ]  # fmt: skip


def _versions(world: World) -> list[Report]:
    """Versions of a Cochrane review, two years apart."""
    base = world.report(world.random.randrange(10**6))
    number = world.random.randint(10000, 99999)
    return [
        base._replace(
            journal="Cochrane Database of Systematic Reviews", year=base.year + 2 * n, volume=0, number=1 + n, mark="CD0",
            first=number, last=number, abstract="", doi=f"10.1002/14651858.CD0{number}.pub{n + 2}",
        )
        for n in range(4)
    ]  # fmt: skip


def _one_page(world: World) -> list[Report]:
    """Abstracts of one group on one page of a supplement, under the supplement's DOI."""
    base = world.report(world.random.randrange(10**6))
    others = [world.report(world.random.randrange(10**6)) for _ in range(4)]
    return [base._replace(mark="S", last=base.first, title=other.title, abstract=other.abstract) for other in others]


def _two_meetings(world: World) -> list[Report]:
    """One abstract, given at two meetings a year apart and printed in their supplements."""
    base = world.report(world.random.randrange(10**6))._replace(mark="S", abstract="")
    second = world.random.choice(world.journals)
    later = base._replace(
        journal=second,
        volume=base.volume + 31,
        number=2,
        first=base.first + 77,
        last=base.last + 77,
        year=base.year + 1,
        doi="",
    )
    return [base._replace(doi="", number=1), later]


def _joint(world: World) -> list[Report]:
    """A statement in two journals of like names, on one page of each."""
    base = world.report(world.random.randrange(10**6))
    topic = base.journal.split()[-1]
    here = base._replace(journal=f"Journal of Clinical {topic}", doi=f"{base.doi}.a")
    return [
        here,
        base._replace(
            journal=f"Journal of {topic}", volume=base.volume + 44, number=base.number + 1, doi=f"{base.doi}.b"
        ),
    ]


def _siblings(world: World) -> list[Report]:
    """Two reports of one study, in one issue, whose titles differ in one word."""
    base = world.report(world.random.randrange(10**6))
    pages = ((base.first, base.last), (base.last + 1, base.last + 12))
    return [
        base._replace(title=f"{base.title} in {who}", first=first, last=last, abstract="", doi=f"{base.doi}.{who}")
        for who, (first, last) in zip(("men", "women"), pages, strict=True)
    ]


def _chapters(world: World) -> list[Report]:
    """Introductions to ten books of a series, by their editor."""
    base = world.report(world.random.randrange(10**6))
    return [
        base._replace(
            authors=base.authors[:1], title="Introduction", volume=base.volume + n, number=0, year=base.year + n,
            first=1, last=9, abstract="", doi=f"{base.doi}.{n}",
        )
        for n in range(ISSUES)
    ]  # fmt: skip


def _letters(world: World) -> list[Report]:
    """Three letters to the editor under the title of the report that they speak of, on one page."""
    base = world.report(world.random.randrange(10**6))
    number = base.number + 2
    others = [world.report(world.random.randrange(10**6)).authors[:1] for _ in range(3)]
    return [base._replace(authors=who, number=number, first=612, last=612, abstract="", doi="") for who in others]


def _meetings(world: World) -> list[Report]:
    """A title that one group gives at ten years' meetings of one conference, whose papers are counted from 1."""
    base = world.report(world.random.randrange(10**6))
    topic = base.journal.split()[-1]
    return [
        base._replace(
            journal=f"Proceedings of the {n + 11}th International Conference on {topic}", year=base.year + n, volume=0, number=0,
            first=1, last=10, abstract="", doi=f"{base.doi}.{n}",
        )
        for n in range(ISSUES)
    ]  # fmt: skip


def _editions(world: World) -> list[Report]:
    """Five editions of a book, four years apart."""
    base = world.report(world.random.randrange(10**6))
    return [
        base._replace(
            journal="Fictional Press", year=base.year + 4 * n, volume=0, number=0, first=0, last=0, abstract="", doi=""
        )
        for n in range(5)
    ]


def _without_place(world: World) -> list[Report]:
    """Ten yearly reports of an institution, which stand in no journal."""
    base = world.report(world.random.randrange(10**6))
    who = (("University of Fictionshire", ""),)
    return [
        base._replace(
            authors=who, journal="", year=base.year + n, volume=0, number=0, first=0, last=0, abstract="", doi=""
        )
        for n in range(ISSUES)
    ]


def _protocol(world: World) -> list[Report]:
    """A trial's protocol, its preprint, its report and an erratum to that, by one group."""
    base = world.report(world.random.randrange(10**6))._replace(abstract="")
    title = f"{base.title}: a randomised trial"
    later = base._replace(year=base.year + 1, volume=base.volume + 1, first=base.first + 90, last=base.last + 90)
    return [
        base._replace(title=f"{base.title}: protocol for a randomised trial", doi=f"{base.doi}.a"),
        base._replace(
            title=title, journal="SSRN", volume=0, number=0, first=0, last=0, doi="10.1101/2020.01.01.20012345"
        ),
        later._replace(title=title, doi=f"{base.doi}.b"),
        later._replace(title=f"Erratum: {title}", number=later.number + 1, first=612, last=612, doi=f"{base.doi}.c"),
    ]


def _replies(world: World) -> list[Report]:
    """A report, a comment on it, the authors' reply, and their answer to a second comment, all three in one later issue."""
    base = world.report(world.random.randrange(10**6))
    others = world.report(world.random.randrange(10**6)).authors[:2]
    later = base._replace(number=base.number + 3, abstract="")
    titles = (f"Comment on: {base.title}", f"{base.title}: authors' reply", f"Response to comment on: {base.title}")
    return [
        base,
        *(
            later._replace(
                authors=base.authors if n else others, title=title, first=901 + n, last=902 + n, doi=f"{base.doi}.{n}"
            )
            for n, title in enumerate(titles)
        ),
    ]


def _summary(world: World) -> list[Report]:
    """A guideline and its executive summary, in one issue."""
    base = world.report(world.random.randrange(10**6))._replace(abstract="")
    return [
        base._replace(title=f"{base.title}: executive summary", first=100, last=112),
        base._replace(first=113, last=190, doi=f"{base.doi}.2"),
    ]


def _plain(world: World) -> list[Report]:
    """Ten reports that have nothing to do with each other: what a rule costs."""
    return [world.report(world.random.randrange(10**6)) for _ in range(ISSUES)]


FAMILIES: dict[str, Callable[[World], list[Report]]] = {
    "reports without relation": _plain,
    "one editor's column, a short title": _one_editor,
    "two editors' column, a long title": _two_editors,
    "a column that nobody signs": _no_author,
    "a column within one volume": _within_volume,
    "a yearly overview": _overview,
    "parts of a series": _parts,
    "introductions to ten books": _chapters,
    "versions of a Cochrane review": _versions,
    "abstracts on one page": _one_page,
    "one abstract at two meetings": _two_meetings,
    "a joint statement in two journals": _joint,
    "titles that differ in one word": _siblings,
    "letters under one title on a page": _letters,
    "a title at ten meetings of a conference": _meetings,
    "editions of a book": _editions,
    "yearly reports that stand in no journal": _without_place,
    "protocol, preprint, report and erratum": _protocol,
    "a report, a comment and two replies": _replies,
    "a guideline and its executive summary": _summary,
}
