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
from tasks.search.service import Page, Reading, Retrieval, Service, parsed, retrieve
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
WORDS = {
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
        _row(about, work, update)
        for body in pages
        for work in parsed(body)["message"]["items"]
        for update in work.get("update-to", [])
        if (about := WORDS.get(str(update.get("type", "")).casefold()))
    ]
    return pl.DataFrame(rows, schema=NOTICES).unique(maintain_order=True)


def search_pubmed(pmids: Iterable[str], http: Http, save: Callable[[Page], object]) -> Retrieval:
    """The PubMed records of these reports as they are today, as pages for `from_pubmed`."""
    wanted = list(dict.fromkeys(pmids))
    batches = [",".join(wanted[start : start + ncbi.BATCH]) for start in range(0, len(wanted), ncbi.BATCH)]

    def request(place: int) -> Request:
        params = (("db", "pubmed"), ("retmode", "xml"), ("id", batches[place]))
        return Request("ncbi", "/efetch.fcgi", params, "POST", (("place", str(place)),))

    def read(asked: Request, body: bytes) -> Reading:
        place = int(dict(asked.memo)["place"]) + 1
        return Reading(None, ncbi.pmids(body), request(place) if place < len(batches) else None)

    if not batches:
        return Retrieval(0, 0, (), complete=True)
    service = Service("ncbi", "pubmed-xml", lambda query, window: request(0), read)
    return retrieve(service, "pmids", Window(None, date.max), http, save)


def from_pubmed(pages: Iterable[bytes]) -> pl.DataFrame:
    """The notices that PubMed links to its records."""
    return pl.DataFrame([row for body in pages for row in _linked(ncbi.xml(body))], schema=NOTICES)


def _linked(root: etree._Element) -> Iterator[dict[str, Any]]:
    for record in root.findall("PubmedArticle"):
        own = {
            "pmid": record.findtext("MedlineCitation/PMID"),
            "doi": _lower(record.findtext("PubmedData/ArticleIdList/ArticleId[@IdType='doi']")),
            "origin": "pubmed",
        }
        links = record.findall("MedlineCitation/CommentsCorrectionsList/CommentsCorrections")
        found = [(link, about) for link in links if (about := WORDS.get(str(link.get("RefType")).casefold()))]
        for link, about in found:
            source = link.findtext("RefSource") or ""
            yield {
                **own,
                "notice": about,
                "notice_pmid": link.findtext("PMID"),
                "notice_doi": doi_of(source),
            }
        types = {one.text for one in record.findall("MedlineCitation/Article/PublicationTypeList/PublicationType")}
        if "Retracted Publication" in types and not any(about == "retraction" for _, about in found):
            yield {**own, "notice": "retraction"}


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
        about = WORDS.get(cells["RetractionNature"].casefold())
        given = cells["RetractionDate"]
        day = _day(given)
        if given and day is None:
            problems.append(Problem(table.name, line, f"'{given}' is not a date", "warning"))
        if about:
            rows.append(
                {
                    "doi": doi_of(cells["OriginalPaperDOI"]),
                    "pmid": pmid_of(cells["OriginalPaperPubMedID"]),
                    "notice": about,
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


def concerning(notices: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """The notices about these reports (columns report_id, doi, pmid), by DOI or PMID; a row a notice and report."""
    known = reports.select("report_id", doi=pl.col("doi").str.to_lowercase(), pmid=pl.col("pmid").cast(pl.String))
    by_doi = notices.join(known.select("report_id", "doi"), on="doi")
    by_pmid = notices.join(known.select("report_id", "pmid"), on="pmid").select(by_doi.columns)
    return pl.concat([by_doi, by_pmid]).unique(maintain_order=True)


def _row(about: str, work: dict[str, Any], update: dict[str, Any]) -> dict[str, Any]:
    parts = (update.get("updated") or {}).get("date-parts") or [[]]
    return {
        "doi": _lower(update.get("DOI")),
        "notice": about,
        "date": _whole_day(parts[0]),
        "reason": update.get("label"),
        "notice_doi": _lower(work.get("DOI")),
        "origin": "crossref",
    }


def _whole_day(parts: list[int]) -> date | None:
    try:
        return date(*parts)
    except (TypeError, ValueError):
        return None


def _lower(text: str | None) -> str | None:
    return text.strip().casefold() if text and text.strip() else None


def _day(text: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    return None
