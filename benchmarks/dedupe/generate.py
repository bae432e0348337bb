"""Fictional records as several databases would give them, with what goes wrong on the way: for measuring and for tests.

Deterministic by seed. Each report has one record or more (about a quarter of all records are duplicates); sources abbreviate, truncate,
translate, damage and misplace fields as real exports do. Some reports are traps: columns that recur, parts of a series, meeting
abstracts, errata, preprints. `report` says which records are one report.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

ONSETS = "b br c ch d dr f fl g gr h j k kl l m n p pr qu r s sh st t tr v w y z".split()  # noqa: SIM905
VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ia", "io", "ou"]
CODAS = ["", "", "l", "m", "n", "nd", "r", "rt", "s", "st", "th", "x"]
FIELDS = "patients nurses carers adolescents veterans midwives migrants survivors teachers families students".split()  # noqa: SIM905
SETTINGS = "hospital rural urban community primary hospice school home prison online emergency outpatient".split()  # noqa: SIM905
ACTS = "experiences perceptions management prevention effects outcomes prevalence barriers attitudes treatment recovery".split()  # noqa: SIM905
DESIGNS = [
    "a qualitative study",
    "an interview study",
    "a randomised controlled trial",
    "a systematic review",
    "a cohort study",
    "a cross-sectional survey",
    "a systematic review and meta-analysis",
    "a case series",
    "a feasibility study",
    "a grounded theory",
    "a mixed-methods evaluation",
    "a pilot trial",
]
KINDS = [
    "Journal of",
    "Annals of",
    "Archives of",
    "International Journal of",
    "European Review of",
    "Advances in",
    "Quarterly of",
]
COLUMNS = ("Editorial", "In this issue", "Notes from the editor", "Letters to the editor", "Book reviews")
SOURCES = ("MEDLINE", "Embase", "CINAHL", "Scopus", "PsycINFO")
COLUMNS_OUT = (
    "id",
    "report",
    "source",
    "author",
    "title",
    "year",
    "journal",
    "volume",
    "number",
    "pages",
    "abstract",
    "doi",
    "isbn",
)


class Report(NamedTuple):
    """A report before any database described it."""

    authors: tuple[tuple[str, str], ...]
    title: str
    year: int
    journal: str
    volume: int
    number: int
    first: int
    last: int
    mark: str
    abstract: str
    doi: str


class Record(NamedTuple):
    """A record as an export gives it; None where it says nothing. `report` is the truth."""

    id: str
    report: int
    source: str
    author: str | None
    title: str | None
    year: str | None
    journal: str | None
    volume: str | None
    number: str | None
    pages: str | None
    abstract: str | None
    doi: str | None
    isbn: str | None


class World:
    """The words, people and journals that reports are made of."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.words = sorted({self._word() for _ in range(6000)})
        self.families = sorted({self._word().capitalize() for _ in range(9000)})
        self.givens = sorted({self._word().capitalize() for _ in range(600)})
        self.journals = [
            f"{self.random.choice(KINDS)} {self._word().capitalize()} {self._word().capitalize()}" for _ in range(3000)
        ]
        self.sentences = [
            " ".join(
                [w.choice(ACTS), "of", w.choice(self.words), "among", w.choice(FIELDS), *w.choices(self.words, k=9)]
            ).capitalize()
            + "."
            for w in [self.random] * 5000
        ]

    def _word(self) -> str:
        r = self.random
        return "".join(r.choice(ONSETS) + r.choice(VOWELS) + r.choice(CODAS) for _ in range(r.choice((2, 2, 2, 3, 3))))

    def report(self, number: int) -> Report:
        """One report."""
        r = self.random
        topic = " ".join(r.choices(self.words, k=r.randint(3, 6)))
        title = f"{r.choice(ACTS).capitalize()} of {topic} among {r.choice(SETTINGS)} {r.choice(FIELDS)}"
        if r.random() < 0.6:
            title += f": {r.choice(DESIGNS)}"
        year, journal = r.randint(1985, 2024), r.choice(self.journals)
        first = r.randint(1, 1800)
        opening = f"{r.choice(ACTS)} of {' '.join(r.choices(self.words, k=12))}."
        abstract = " ".join([opening, *r.choices(self.sentences, k=r.randint(5, 11))])
        return Report(
            tuple((r.choice(self.families), r.choice(self.givens)) for _ in range(r.choice((1, 2, 3, 3, 4, 5, 6, 8)))),
            title, year, journal, year - 1960 - len(journal) % 20, r.randint(1, 12), first, first + r.randint(1, 18), "",
            abstract, f"10.{5000 + len(journal) * 7}/{number:x}.{year}",
        )  # fmt: skip


def records(n: int, seed: int = 1) -> Iterator[Record]:
    """`n` records, in an order that is not that of the reports."""
    world = World(seed)
    r = world.random
    waiting: list[Record] = []
    numbers, ids = count(), count()
    made = 0
    while made < n:
        for report, copies in _family(world, numbers):
            truth = next(numbers)
            sources = r.sample(SOURCES, copies)
            waiting += [_describe(r, report, truth, source, next(ids)) for source in sources]
        if len(waiting) > 20000 or made + len(waiting) >= n:
            r.shuffle(waiting)
            batch = waiting[: min(len(waiting), n - made)]
            made += len(batch)
            yield from batch
            waiting = []


def _family(world: World, numbers: count[int]) -> list[tuple[Report, int]]:
    """A report, and now and then others that look like it; each with its number of records."""
    r = world.random
    report = world.report(next(numbers))
    copies = r.choices((1, 2, 3, 4), weights=(76, 14, 7, 3))[0]
    kind = r.random()
    family = [(report, copies)]
    if kind < 0.01:  # a column that recurs
        title = r.choice(COLUMNS)
        family = [
            (report._replace(title=title, number=k, first=1 + 90 * k, last=2 + 90 * k, abstract="", doi=""), 1)
            for k in range(1, r.randint(3, 9))
        ]
    elif kind < 0.02:  # parts of a series
        later = report._replace(
            title=f"{report.title}. Part II", first=report.last + 1, last=report.last + 9, doi=report.doi + "b"
        )
        family = [(report._replace(title=f"{report.title}. Part I"), copies), (later, copies)]
    elif kind < 0.04:  # a meeting abstract before the full report
        other = report._replace(
            journal=r.choice(world.journals),
            mark="S",
            volume=report.volume + 3,
            year=report.year - 1,
            doi="",
            last=report.first,
        )
        family.append((other, 1))
    elif kind < 0.05:  # an erratum
        family.append(
            (
                report._replace(
                    title=f"Erratum: {report.title}",
                    first=report.last + 200,
                    last=report.last + 200,
                    abstract="",
                    doi="",
                ),
                1,
            )
        )
    elif kind < 0.06:  # a preprint
        family.append(
            (
                report._replace(
                    journal="medRxiv",
                    volume=0,
                    number=0,
                    first=0,
                    last=0,
                    year=report.year - 1,
                    doi=f"10.1101/{report.doi[8:]}",
                ),
                1,
            )
        )
    return family


def _describe(r: random.Random, report: Report, truth: int, source: str, number: int) -> Record:
    """The record that a source makes of a report, in its style, and damaged now and then."""
    full = source in ("CINAHL", "Scopus")
    author = "; ".join(f"{family}, {given if full else given[0] + '.'}" for family, given in report.authors)
    if source == "Embase":
        author = "".join(f"{family} {given[0]}." for family, given in report.authors)
    short = abbreviated(report.journal)
    said = {
        "author": author,
        "title": report.title,
        "year": str(report.year),
        "journal": report.journal if full else short,
        "volume": str(report.volume),
        "number": str(report.number),
        "pages": _pages(report, source),
        "abstract": report.abstract,
        "doi": report.doi,
    }
    if not report.volume:
        said |= {"volume": "", "number": "", "pages": ""}
    elif source == "Embase" and r.random() < 0.3:
        place = f"{report.volume} ({report.number}) ()(pp {said['pages']}) {report.year}"
        said |= {"journal": f"{report.journal}.{place}.Date of Publication: {report.year}.", "volume": ""}
    said = _damaged(r, report, said)
    number_of_journal = zlib.crc32(report.journal.encode()) % 10_000_000
    isbn = f"{number_of_journal // 1000:04d}-{number_of_journal % 1000:03d}X" if full else None
    return Record(f"g{number:07d}", truth, source, **{field: value or None for field, value in said.items()}, isbn=isbn)


def abbreviated(journal: str) -> str:
    """The journal's name as MEDLINE shortens it."""
    return " ".join(w[:4] + "." if len(w) > 5 else w for w in journal.split() if w not in ("of", "in"))


def _pages(report: Report, source: str) -> str:
    """MEDLINE drops the digits of the last page that the first page has already."""
    first, last = str(report.first), str(report.last)
    same = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
    shown = last[same:] if source == "MEDLINE" and len(first) == len(last) else last
    return f"{report.mark}{first}-{report.mark}{shown}"


def _damaged(r: random.Random, report: Report, said: dict[str, str]) -> dict[str, str]:
    """What goes wrong: remarks, brackets, typing errors, lost subtitles; missing and misplaced fields."""
    title = said["title"]
    spot = r.randrange(len(title))
    remark = r.choice((". [Review] [57 refs]", " [Erratum appears in the next issue]", " [see comments]"))
    typo = title[:spot] + r.choice("aeiourst?") + title[spot + 1 :]
    versions = (title, title + remark, f"[{title}]", typo, title.split(":")[0], title.upper())
    changed = {"title": r.choices(versions, weights=(92, 2, 1, 2, 2, 1))[0]}
    if r.random() < 0.35:
        changed["doi"] = ""
    elif said["doi"] and r.random() < 0.4:
        changed["doi"] = f"http://dx.doi.org/{said['doi'].upper()}"
    if r.random() < 0.06:
        changed["pages"] = r.choice(("", str(r.randint(1, 30)), said["year"]))
    if r.random() < 0.03:
        changed |= {"volume": "", "number": ""}
    if r.random() < 0.03:
        changed["year"] = str(report.year + r.choice((-1, 1)))
    if r.random() < 0.12:
        changed["abstract"] = ""
    if r.random() < 0.04 and len(report.authors) > 3:
        changed["author"] = "; ".join(said["author"].split("; ")[:3]) + "; et al."
    return said | changed


def write(path: Path, n: int, seed: int = 1) -> None:
    """Writes `n` records as Parquet, in groups of 100,000."""
    schema = pa.schema([(name, pa.int64() if name == "report" else pa.string()) for name in COLUMNS_OUT])
    with pq.ParquetWriter(path, schema) as writer:
        batch: list[Record] = []
        for record in records(n, seed):
            batch.append(record)
            if len(batch) == 100_000:
                writer.write_table(_table(batch, schema))
                batch = []
        if batch:
            writer.write_table(_table(batch, schema))


def _table(batch: list[Record], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_arrays(
        [pa.array(column, type=field.type) for column, field in zip(zip(*batch, strict=True), schema, strict=True)],
        schema=schema,
    )
