"""Match full texts: to which report a PDF belongs, by what it is called and by what is written into it about itself. Pure.

A DOI counts before a PMID, and both before a title; of each only where one report alone has it. What stands in the pages is not
read here: tasks/synthesise reads texts, and may give `texts` for `find_report`.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Literal

from tasks.identifiers import doi_of

By = Literal["doi", "pmid", "title"]
_XMP = re.compile(rb"<x:xmpmeta\b.*?</x:xmpmeta>", re.DOTALL)
_XMP_DOI = re.compile(r"<(?:prism|pdfx|crossmark):doi>([^<]{5,200})<", re.IGNORECASE)
_XMP_IDENTIFIER = re.compile(r"<dc:identifier>([^<]{5,200})<", re.IGNORECASE)
_XMP_TITLE = re.compile(r"<dc:title>\s*<rdf:Alt>\s*<rdf:li[^>]*>([^<]{5,1000})<", re.IGNORECASE)
_PMID = re.compile(r"(?i)(?<![a-z0-9])(?:pmid[ _:.-]*)?(\d{7,8})(?![0-9])")
_FEWEST = 25
"""Letters of a title that tell it from others; a shorter one must be the file's whole name."""
_END = 1_000_000


@dataclass(frozen=True)
class Wanted:
    """A report whose full text is looked for."""

    report_id: str
    title: str | None
    doi: str | None
    pmid: str | None


@dataclass(frozen=True)
class Found:
    """The report that a file belongs to, and by what."""

    report_id: str
    by: By


class Index:
    """The reports that files may belong to."""

    def __init__(self, reports: Iterable[Wanted]) -> None:
        self._reports = list(reports)

    def find_report(self, name: str, content: bytes = b"", texts: Sequence[str] = ()) -> Found | None:
        """The report of a PDF; None where none, or more than one, fits. `texts`: of its first pages, where somebody has read them."""
        packet = _read_packet(content)
        stem = PurePath(name.replace("\\", "/")).stem
        dois = [doi for text in (packet, *texts) for doi in _find_dois(text)]
        for by, keys, known in (
            ("doi", [*_spell_dois(stem), *dois], self._by_doi),
            ("pmid", _PMID.findall(stem), self._by_pmid),
        ):
            if found := _one(known, keys):
                return Found(found, by)  # type: ignore[arg-type]
        titles = [stem, *(html.unescape(title) for title in _XMP_TITLE.findall(packet)), *texts]
        matches = {report for title in titles for report in self._find_by_title(fold_title(title))}
        return Found(matches.pop(), "title") if len(matches) == 1 else None

    @cached_property
    def _by_doi(self) -> Mapping[str, set[str]]:
        return _group((_flatten(report.doi), report.report_id) for report in self._reports if report.doi)

    @cached_property
    def _by_pmid(self) -> Mapping[str, set[str]]:
        return _group((report.pmid, report.report_id) for report in self._reports if report.pmid)

    @cached_property
    def _titles(self) -> list[tuple[str, str]]:
        return [(fold_title(report.title), report.report_id) for report in self._reports if report.title]

    def _find_by_title(self, said: str) -> set[str]:
        """Reports whose title is that of the file, or stands in it whole, or is cut off in it as names of files are."""
        exact = {report for title, report in self._titles if title and title == said}
        within = {
            (len(title), report)
            for title, report in self._titles
            if len(title) >= _FEWEST and (title in said or (len(said) >= _FEWEST and title.startswith(said)))
        }
        longest = max((length for length, _ in within), default=0)
        return exact or {report for length, report in within if length == longest}


def fold_title(text: str) -> str:
    """A title as letters and digits alone, so that blanks, dashes and underscores of a file's name do not matter."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _read_packet(content: bytes) -> str:
    """The metadata that a PDF has of itself (XMP), which stands in it as plain text near its beginning or end."""
    for part in (content[:_END], content[-_END:]):
        if found := _XMP.search(part):
            return found[0].decode("utf-8", "replace")
    return ""


def _find_dois(text: str) -> list[str]:
    told = [*_XMP_DOI.findall(text), *_XMP_IDENTIFIER.findall(text)]
    return [_flatten(doi) for one in told if (doi := doi_of(html.unescape(one)))]


def _spell_dois(stem: str) -> list[str]:
    """The DOIs that a file's name may mean: what may stand in a name instead of '/' is many things."""
    found = re.search(r"10[._]\d{4,9}(?=[^0-9]).{2,}", stem)
    return [_flatten(found[0])] if found else []


def _flatten(doi: str) -> str:
    return "".join(letter for letter in doi.casefold() if letter.isalnum())


def _group(pairs: Iterable[tuple[str, str]]) -> Mapping[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for key, report in pairs:
        found[key].add(report)
    return found


def _one(known: Mapping[str, set[str]], keys: Iterable[str]) -> str | None:
    reports = {report for key in keys for report in known.get(key, ())}
    return reports.pop() if len(reports) == 1 else None
