"""What the example is made of: reports, and the records by which sources deliver them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")

SEED = "cen-1"
"""Part of every draw: another seed makes another example."""


def draw(key: str, options: Sequence[T]) -> T:
    """One of the options, by a hash of the key: the same in every run and Python, whatever else is drawn."""
    return options[int.from_bytes(sha256(f"{SEED}:{key}".encode()).digest()[:8], "big") % len(options)]


@dataclass(frozen=True)
class Person:
    """A fictional author."""

    family: str
    given: str

    @property
    def initials(self) -> str:
        """The first letters of the given names, without dots."""
        return "".join(part[0] for part in self.given.replace("-", " ").split())


@dataclass(frozen=True)
class Journal:
    """An invented journal; the ISSN's block is not assigned to anybody."""

    name: str
    abbreviation: str
    issn: str


@dataclass(frozen=True)
class Report:
    """A fictional document, as complete as any source could know it.

    `number` counts all reports of the example from 1; DOI and PMID follow from it. `kind`: article, conference,
    preprint, erratum, letter, editorial, book, report, chapter or thesis.
    """

    key: str
    number: int
    title: str
    authors: tuple[Person, ...]
    year: int
    kind: str = "article"
    journal: Journal | None = None
    volume: str = ""
    issue: str = ""
    pages: tuple[str, str] = ("", "")
    doi: str = ""
    pmid: str = ""
    abstract: tuple[tuple[str, str], ...] = ()
    keywords: tuple[str, ...] = ()
    language: str = "English"
    original_title: str = ""
    host: str = ""
    publisher: str = ""
    place: str = ""
    isbn: str = ""

    @property
    def abstract_text(self) -> str:
        """The abstract as one paragraph with its labels."""
        return " ".join(f"{label}: {text}" for label, text in self.abstract)


@dataclass(frozen=True)
class Study:
    """One included study. `reports` are plan keys, `values` in the order of the form's fields; the countries do not exist."""

    name: str
    reports: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """One report as one source delivers it; `report` None is a record without content, which no review can use.

    `variants` name how it differs from what the source could have said (variants.py). `accession` is empty where the
    platform gives none.
    """

    report: Report | None
    source: str
    accession: str
    variants: tuple[str, ...] = ()
    again: bool = False


@dataclass(frozen=True)
class Export:
    """One file of a drop folder: `path` below the search's folder, its records in order, what its sidecar says."""

    path: str
    source: str
    writer: str
    records: tuple[Record, ...]
    executed_at: str
    hits: int
    window_from: str = ""
    window_to: str = ""
    note: str = ""
