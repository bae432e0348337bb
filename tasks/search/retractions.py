"""Retractions and other notices on reports: from Crossref, from PubMed, and from Retraction Watch's list.

All three become rows of NOTICES: the report that a notice is about, by DOI or PMID, and the notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from lxml import etree

from schemas.errors import UserError
from schemas.problem import Problem
from tasks.identifiers import doi_of, pmid_of
from tasks.search import crossref, ncbi
from tasks.search.http import Http, Request
from tasks.search.service import Page, PageContent, Retrieval, Service, parse_json, retrieve
from tasks.search.window import Window
from tasks.tabular import read_tabular

#: `doi`, `pmid`: of the report; `notice`: retraction, partial retraction, expression of concern, correction,
#: reinstatement; `date`: of the notice; `notice_doi`, `notice_pmid`: of the notice; `origin`: crossref, pubmed,
#: retraction-watch.
NOTICES = pl.Schema(
    {
        "doi": pl.String,
        "pmid": pl.String,
        "notice": pl.String,
        "date": pl.Date,
        "reason": pl.String,
        "notice_doi": pl.String,
        "notice_pmid": pl.String,
        "origin": pl.String,
    }
)
#: What each origin calls a notice. Anything else (a new version, a comment) is none.
NOTICE_KINDS = {
    "retraction": "retraction",
    "withdrawal": "retraction",
    "removal": "retraction",
    "retractionin": "retraction",
    "retractedandrepublishedin": "retraction",
    "partial_retraction": "partial retraction",
    "partialretractionin": "partial retraction",
    "expression_of_concern": "expression of concern",
    "expression of concern": "expression of concern",
    "expressionofconcernin": "expression of concern",
    "correction": "correction",
    "corrigendum": "correction",
    "erratum": "correction",
    "erratumin": "correction",
    "reinstatement": "reinstatement",
}
_DATES = ("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")


def search_crossref(window: Window, http: Http, save: Callable[[Page], object]) -> Retrieval:
    """All retraction notices that Crossref registered in the window, as pages for `from_crossref`."""

    def first(kinds: str, asked: Window) -> Request:
        days = [f"from-created-date:{asked.start}", f"until-created-date:{asked.end}"] if asked.start else []
        filters = ",".join([*(f"update-type:{kind}" for kind in kinds.split()), *days])
        # Of each notice only what it is about: there are tens of thousands, and the first search asks for all.
        return crossref.works(filters=filters, select="DOI,update-to")

    service = Service("crossref", "crossref-notices", first, crossref.read, same_cursor=True)
    return retrieve(service, "retraction removal withdrawal expression_of_concern", window, http, save)


def from_crossref(pages: Iterable[bytes]) -> pl.DataFrame:
    """The notices of pages that `search_crossref` saved; one notice can be about several reports."""
    rows = [
        _notice_row(kind, work, update)
        for body in pages
        for work in parse_json(body)["message"]["items"]
        for update in work.get("update-to", [])
        if (kind := NOTICE_KINDS.get(str(update.get("type", "")).casefold()))
    ]
    return pl.DataFrame(rows, schema=NOTICES).unique(maintain_order=True)


def search_pubmed(pmids: Iterable[str], http: Http, save: Callable[[Page], object]) -> Retrieval:
    """The PubMed records of these reports as they are today, as pages for `from_pubmed`."""
    wanted = list(dict.fromkeys(pmids))
    batches = [",".join(wanted[start : start + ncbi.BATCH]) for start in range(0, len(wanted), ncbi.BATCH)]

    def request(place: int) -> Request:
        params = (("db", "pubmed"), ("retmode", "xml"), ("id", batches[place]))
        return Request("ncbi", "/efetch.fcgi", params, "POST", (("place", str(place)),))

    def read(asked: Request, body: bytes) -> PageContent:
        place = int(dict(asked.memo)["place"]) + 1
        return PageContent(None, ncbi.read_pmids(body), request(place) if place < len(batches) else None)

    if not batches:
        return Retrieval(0, 0, (), complete=True)
    service = Service("ncbi", "pubmed-xml", lambda query, window: request(0), read)
    return retrieve(service, "pmids", Window(None, date.max), http, save)


def from_pubmed(pages: Iterable[bytes]) -> pl.DataFrame:
    """The notices that PubMed links to its records."""
    return pl.DataFrame([row for body in pages for row in _linked_notices(ncbi.parse_xml(body))], schema=NOTICES)


def _linked_notices(root: etree._Element) -> Iterator[dict[str, Any]]:
    for record in root.findall("PubmedArticle"):
        report = {
            "pmid": record.findtext("MedlineCitation/PMID"),
            "doi": _lower_case(record.findtext("PubmedData/ArticleIdList/ArticleId[@IdType='doi']")),
            "origin": "pubmed",
        }
        links = record.findall("MedlineCitation/CommentsCorrectionsList/CommentsCorrections")
        notices = [(link, kind) for link in links if (kind := NOTICE_KINDS.get(str(link.get("RefType")).casefold()))]
        for link, kind in notices:
            source = link.findtext("RefSource") or ""
            yield {
                **report,
                "notice": kind,
                "notice_pmid": link.findtext("PMID"),
                "notice_doi": doi_of(source),
            }
        types = {
            element.text for element in record.findall("MedlineCitation/Article/PublicationTypeList/PublicationType")
        }
        if "Retracted Publication" in types and not any(kind == "retraction" for _, kind in notices):
            yield {**report, "notice": "retraction"}


def from_retraction_watch(path: Path, *, name: str | None = None) -> tuple[pl.DataFrame, list[Problem]]:
    """The notices of Retraction Watch's CSV, and the rows whose date cannot be read (kept, without a date).

    Its dates are American, often with a time (`7/31/2024 14:00`); a PMID of 0, and a DOI of `unavailable`, mean none.
    Raises UserError where the file is not that list.
    """
    table = read_tabular(path, name=name)
    needed = ("RetractionNature", "RetractionDate", "OriginalPaperDOI", "OriginalPaperPubMedID")
    if missing := [name for name in needed if name not in table.header]:
        raise UserError(f"is not Retraction Watch's list: it has no column '{missing[0]}'", path=table.name)
    rows, problems = [], list(table.problems)
    for line, cells in table.records():
        kind = NOTICE_KINDS.get(cells["RetractionNature"].casefold())
        date_text = cells["RetractionDate"]
        day = _parse_day(date_text)
        if date_text and day is None:
            problems.append(Problem(table.name, line, f"'{date_text}' is not a date", "warning"))
        if kind:
            rows.append(
                {
                    "doi": doi_of(cells["OriginalPaperDOI"]),
                    "pmid": pmid_of(cells["OriginalPaperPubMedID"]),
                    "notice": kind,
                    "date": day,
                    "reason": "; ".join(
                        why for part in cells.get("Reason", "").split(";") if (why := part.strip(" +"))
                    ),
                    "notice_doi": doi_of(cells.get("RetractionDOI", "")),
                    "notice_pmid": pmid_of(cells.get("RetractionPubMedID", "")),
                    "origin": "retraction-watch",
                }
            )
    return pl.DataFrame(rows, schema=NOTICES), problems


def _notice_row(kind: str, work: dict[str, Any], update: dict[str, Any]) -> dict[str, Any]:
    parts = (update.get("updated") or {}).get("date-parts") or [[]]
    return {
        "doi": _lower_case(update.get("DOI")),
        "notice": kind,
        "date": _date_of_parts(parts[0]),
        "reason": update.get("label"),
        "notice_doi": _lower_case(work.get("DOI")),
        "origin": "crossref",
    }


def _date_of_parts(parts: list[int]) -> date | None:
    try:
        return date(*parts)
    except (TypeError, ValueError):
        return None


def _lower_case(text: str | None) -> str | None:
    return text.strip().casefold() if text and text.strip() else None


def _parse_day(text: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    return None
