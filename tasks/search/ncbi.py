"""PubMed by NCBI's E-utilities: esearch (by POST, kept on the history server), then efetch of the records as XML.

A search hands out no more than its first 9,999 records; a bigger one is sliced by date. A first search is sliced by
Entrez date. An update asks for the date of modification: NLM sets the Entrez date of a record that enters more than a
year after publication back to its publication, so that an update by Entrez date would never see it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from lxml import etree

from tasks.search.http import Request
from tasks.search.service import PageContent, Service, UnreadableError, parse_json, value_at
from tasks.search.window import EARLIEST, Window

CAP = 9_999
BATCH = 500
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def first(strategy: str, window: Window) -> Request:
    """The esearch of a window. Both ends of a date range are always sent, as NCBI asks."""
    term = " ".join(strategy.split())
    if window.published_from or window.published_to:
        since, until = window.published_from or EARLIEST, window.published_to
        term = f"({term}) AND ({since:%Y/%m/%d}:{f'{until:%Y/%m/%d}' if until else '3000'}[dp])"
    params = {"db": "pubmed", "term": term, "usehistory": "y", "retmode": "json", "retmax": str(CAP)}
    if window.start:
        params |= {"mindate": f"{window.start:%Y/%m/%d}", "maxdate": f"{window.end:%Y/%m/%d}"}
        params["datetype"] = "edat" if window.full else "mdat"
    return Request("ncbi", "/esearch.fcgi", tuple(params.items()), "POST")


def read(request: Request, body: bytes) -> PageContent:
    """Raises UnreadableError where the answer is neither of a search nor of a fetch, as the request has it."""
    return _search(body) if request.path == "/esearch.fcgi" else _fetch(request, body)


def _search(body: bytes) -> PageContent:
    result = value_at(parse_json(body), "esearchresult", dict) if body.lstrip().startswith(b"{") else _from_xml(body)
    if error := result.get("ERROR"):
        raise UnreadableError(f"PubMed says: {error}")
    count = value_at(result, "count", str)
    if not count.isdigit():
        raise UnreadableError(f"has changed its shape: its count is '{count}'")
    total = int(count)
    phrases = result.get("errorlist", {}).get("phrasesnotfound", [])
    notes = tuple(f"PubMed does not know the phrase '{phrase}'" for phrase in phrases)
    ids = [str(pmid) for pmid in value_at(result, "idlist", list)]
    memo = {"total": str(min(total, CAP))}
    if result.get("webenv") and result.get("querykey"):
        memo |= {"WebEnv": str(result["webenv"]), "query_key": str(result["querykey"])}
    else:
        memo |= {"ids": ",".join(ids), "total": str(len(ids))}
    fetch = _batch(memo, 0) if total else None
    return PageContent(total, (), fetch, str(result.get("querytranslation", "")), notes)


def _from_xml(body: bytes) -> dict[str, Any]:
    """esearch answers in XML where it is asked to, and where it fails."""
    root = parse_xml(body)
    if root.tag != "eSearchResult":
        raise UnreadableError(f"has changed its shape: <{root.tag}> where <eSearchResult> was expected")
    return {
        "ERROR": root.findtext("ERROR"),
        "count": root.findtext("Count"),
        "idlist": [element.text for element in root.findall("IdList/Id")],
        "webenv": root.findtext("WebEnv"),
        "querykey": root.findtext("QueryKey"),
        "querytranslation": root.findtext("QueryTranslation") or "",
        "errorlist": {"phrasesnotfound": [element.text for element in root.findall("ErrorList/PhraseNotFound")]},
    }


def _fetch(request: Request, body: bytes) -> PageContent:
    if body.lstrip().startswith(b"{"):
        raise UnreadableError(f"PubMed says: {json.dumps(parse_json(body))[:200]}")
    memo = dict(request.memo)
    start = int(memo["start"]) + BATCH
    following = _batch(memo, start) if start < int(memo["total"]) else None
    return PageContent(None, read_pmids(body), following)


def read_pmids(body: bytes) -> tuple[str, ...]:
    """The PMIDs of the records of an efetch. Raises UnreadableError where the answer is none."""
    root = parse_xml(body)
    if root.tag != "PubmedArticleSet":
        text_of_answer = re.sub(r"\s+", " ", "".join(str(text) for text in root.itertext())).strip()[:200]
        raise UnreadableError(
            f"has changed its shape: <{root.tag}> where <PubmedArticleSet> was expected: {text_of_answer}"
        )
    elements = [
        *root.findall("PubmedArticle/MedlineCitation/PMID"),
        *root.findall("PubmedBookArticle/BookDocument/PMID"),
    ]
    if len(elements) != len(root.findall("PubmedArticle")) + len(root.findall("PubmedBookArticle")):
        raise UnreadableError("has changed its shape: a record has no PMID")
    return tuple(element.text or "" for element in elements)


def _batch(memo: dict[str, str], start: int) -> Request:
    """The efetch of the records from `start` on: of the history server, or by their PMIDs where it kept nothing."""
    params = {"db": "pubmed", "retmode": "xml"}
    if "WebEnv" in memo:
        params |= {"WebEnv": memo["WebEnv"], "query_key": memo["query_key"]}
        params |= {"retstart": str(start), "retmax": str(min(BATCH, int(memo["total"]) - start))}
    else:
        params["id"] = ",".join(memo["ids"].split(",")[start : start + BATCH])
    kept = tuple({**memo, "start": str(start)}.items())
    return Request("ncbi", "/efetch.fcgi", tuple(params.items()), "POST", kept)


def parse_xml(body: bytes) -> etree._Element:
    """The answer's root. Raises UnreadableError where it is not whole, or declares entities."""
    if b"<!ENTITY" in body:
        raise UnreadableError("declares XML entities")
    try:
        return etree.fromstring(body, _PARSER)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"is not whole XML: {error.msg}") from None


NCBI = Service("ncbi", "pubmed-xml", first, read, cap=CAP, holds_records=lambda request: request.path == "/efetch.fcgi")
