"""What a file of decisions says of a report: by which ids, and by which title, authors and place it can be known again.

The screening tools name the same things by columns (CSV, Excel), tags (RIS) or fields (BibTeX); all come here as cells by
folded name (`folded`), several values of one name on lines of their own.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tasks.identifiers import doi_of, pmid_of
from tasks.screen.words import year_of
from tasks.tabular import fold

MARK = "living-review-report"
"""The word before a report's id in a text that a tool keeps (a note, a keyword): what we write is told from what people write."""

_MARKED = re.compile(rf"{MARK}\W{{0,3}}(rep_\w+)", re.IGNORECASE)
_OURS = re.compile(r"rep_\w+|r[0-9a-f]{20}")
_IDS = ("reportid", "recordid", "id", "key", "sourceid", "accessionnumber", "accession", "an", "ref", "olditemid")
_TEXTS = ("notes", "note", "n1", "keywords", "kw", "comments")
_BLANKS = re.compile(r"\s*/\s*")
"""A slash with blanks about it, as they come into a DOI where a line broke."""
_URLS = ("url", "urls", "ur", "lk")
_PUBMED_URL = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,8})\b")
_MARKUP = re.compile(r"</?(?:i|b|u|em|strong|su[bp]|inf|scp|span|p|br|h\d|jats:[\w-]+)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "ti", "t1", "primarytitle", "reporttitle"),
    "authors": ("authors", "author", "au", "a1"),
    "year": ("year", "publishedyear", "publicationyear", "pubyear", "py", "y1", "da"),
    "journal": ("journal", "jf", "t2", "jo", "booktitle", "secondarytitle", "j2", "parenttitle"),
    "volume": ("volume", "vl"),
    "issue": ("issue", "number", "is"),
    "pages": ("pages", "pg"),
    "doi": ("doi", "do"),
    "pmid": ("pmid", "pubmedid", "pubmed", "c3"),
    "accession": ("accessionnumber", "accession", "an"),
}


def folded(cells: Mapping[str, str]) -> dict[str, str]:
    """A row's cells by the folded names of their columns; of columns that fold to one name the first filled counts."""
    row: dict[str, str] = {}
    for name, value in cells.items():
        if not row.get(fold(name)):
            row[fold(name)] = value
    return row


def report_of(line: int, row: Mapping[str, str], *, key: str = "") -> dict[str, Any]:
    """What a row says of its report, as a row of ImportedReport.

    `row`: see `folded`; `key`: the tool's own name for the report; else an id, DOI, PMID or title of the row stands in,
    and '' where it has none of them. `meant` is what identifies the report best: our own id wherever the tool keeps it,
    else the accession number, else `key`.
    """
    found = {field: _first(row, names) for field, names in _FIELDS.items()}
    urls = " ".join(filter(None, (row.get(name) for name in _URLS)))
    doi = doi_of(_BLANKS.sub("/", found["doi"] or "")) or doi_of_urls(urls)
    pmid = pmid_of(found["pmid"] or "") or pmid_of_urls(urls)
    own = own_id(row)
    key = key or own or _first(row, _IDS) or doi or pmid or found["title"] or found["doi"] or ""
    pages = found["pages"] or "-".join(filter(None, (row.get("sp"), row.get("ep"))))
    accession = found["accession"]
    if accession and _is_name_of_tool(accession):
        accession = None
    return {
        "row": line,
        "key": key,
        "meant": own or accession or key,
        "title": _plain(found["title"]),
        "authors": _authors(found["authors"]),
        "year": year_of(found["year"] or ""),
        "journal": found["journal"],
        "volume": found["volume"],
        "issue": found["issue"],
        "pages": pages or None,
        "doi": doi,
        "pmid": pmid,
    }


def own_id(row: Mapping[str, str]) -> str | None:
    """Our own id of a report or record in a row: alone in a column of ids, or after our mark in a text."""
    for name in _IDS:
        for value in row.get(name, "").splitlines():
            if _OURS.fullmatch(value.strip()):
                return value.strip()
    for name in _TEXTS:
        marked = _MARKED.search(row.get(name, ""))
        if marked:
            return marked[1]
    return None


def doi_of_urls(text: str) -> str | None:
    """The DOI in addresses: a resolver's path, or a parameter named doi, as Scopus writes it."""
    for address in text.split():
        try:
            parts = urlsplit(address)
            given = parse_qs(parts.query).get("doi", [])
            if (parts.hostname or "").endswith("doi.org"):
                given.append(parts.path)
        except ValueError:
            continue
        doi = next((doi for value in given if (doi := doi_of(value))), None)
        if doi:
            return doi
    return None


def pmid_of_urls(text: str) -> str | None:
    """The PMID in an address of PubMed."""
    found = _PUBMED_URL.search(text)
    return found[1].lstrip("0") or None if found else None


def _first(row: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((value for name in names if (value := row.get(name, "").strip())), None)


def _is_name_of_tool(accession: str) -> bool:
    return accession.lower().startswith("rayyan-")


def _plain(title: str | None) -> str | None:
    """A title without the entities and the markup of web pages, which tools pass on as they got them."""
    if not title:
        return None
    return " ".join(_MARKUP.sub("", html.unescape(html.unescape(title))).split()) or None


def _authors(text: str | None) -> str | None:
    """Names joined by '; ', whether the file put each on a line, or 'and' or ';' between them."""
    if not text:
        return None
    return "; ".join(name for part in re.split(r"\s*;\s*|\s+and\s+|\n", text) if (name := part.strip().rstrip(";")))
