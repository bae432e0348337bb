"""Notices on reports from three origins in one shape, and open full texts."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.errors import UserError
from tasks.search.retractions import (
    NOTICES,
    from_crossref,
    from_pubmed,
    from_retraction_watch,
    search_crossref,
    search_pubmed,
)
from tasks.search.unpaywall import fetch_open_texts
from tasks.search.window import Window

HEADER = (
    "Record ID,Title,RetractionDate,RetractionDOI,RetractionPubMedID,"
    "OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason\n"
)


def notice(doi, about, kind, day):
    update = {"DOI": about, "type": kind, "label": kind.title(), "updated": {"date-parts": [day]}}
    return {"DOI": doi, "title": ["Notice"], "update-to": [update]}


def test_crossref_notices_name_the_report_they_are_about(server):
    items = [
        notice("10.5555/N.1", "10.5555/Old.1", "retraction", [2026, 3, 4]),
        notice("10.5555/n.2", "10.5555/old.2", "new_version", [2026, 3, 5]),
    ]
    server.script = lambda call, n: {"message": {"total-results": 2, "next-cursor": "x", "items": [] if n else items}}
    pages = []
    window = Window(date(2026, 3, 1), date(2026, 3, 31))
    outcome = search_crossref(window, server.client(), lambda page: pages.append(page.body))
    assert outcome.complete
    assert server.calls[0].params["filter"].startswith("update-type:retraction,update-type:removal")
    assert "from-created-date:2026-03-01,until-created-date:2026-03-31" in server.calls[0].params["filter"]
    rows = from_crossref(pages).to_dicts()
    assert [(r["doi"], r["notice"], r["date"], r["notice_doi"]) for r in rows] == [
        ("10.5555/old.1", "retraction", date(2026, 3, 4), "10.5555/n.1")
    ]


PUBMED = b"""<?xml version="1.0"?><PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID>90000001</PMID>
<Article><PublicationTypeList><PublicationType>Retracted Publication</PublicationType></PublicationTypeList></Article>
<CommentsCorrectionsList>
<CommentsCorrections RefType="RetractionIn"><RefSource>Imag Nurs. 2026;1:2. doi: 10.5555/N.7.</RefSource>
<PMID>90000009</PMID></CommentsCorrections>
<CommentsCorrections RefType="CommentIn"><RefSource>Imag Nurs. 2025;1:2</RefSource></CommentsCorrections>
</CommentsCorrectionsList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">10.5555/Old.1</ArticleId></ArticleIdList></PubmedData>
</PubmedArticle>
<PubmedArticle><MedlineCitation><PMID>90000002</PMID>
<Article><PublicationTypeList><PublicationType>Retracted Publication</PublicationType></PublicationTypeList></Article>
</MedlineCitation></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID>90000003</PMID></MedlineCitation></PubmedArticle>
</PubmedArticleSet>"""


def test_pubmed_links_notices_to_its_records(server, monkeypatch):
    monkeypatch.setattr("tasks.search.ncbi.BATCH", 2)
    server.script = lambda call, n: PUBMED if n == 0 else b"<PubmedArticleSet></PubmedArticleSet>"
    pages = []
    asked = ["90000001", "90000002", "90000003", "90000001"]
    search_pubmed(asked, server.client(), lambda page: pages.append(page.body))
    assert [call.params["id"] for call in server.calls] == ["90000001,90000002", "90000003"]
    rows = from_pubmed(pages).to_dicts()
    assert [(r["pmid"], r["doi"], r["notice"], r["notice_pmid"], r["notice_doi"]) for r in rows] == [
        ("90000001", "10.5555/old.1", "retraction", "90000009", "10.5555/n.7"),
        ("90000002", None, "retraction", None, None),
    ]


def test_no_reports_no_call(server):
    assert search_pubmed([], server.client(), lambda page: None).complete
    assert server.calls == []


def test_retraction_watch_dates_and_missing_identifiers(tmp_path):
    file = tmp_path / "retraction_watch.csv"
    file.write_text(
        HEADER
        + "1,A,7/31/2024 14:00,10.5555/n.1,0,10.5555/Old.1,90000001,Retraction,+Issues About Data;+Duplication;\n"
        + "2,B,12/1/2023,unavailable,90000009,unavailable,0,Expression of concern,\n"
        + "3,C,31/31/2024 0:00,,0,10.5555/old.3,0,Correction,+Error;\n"
        + "4,D,1/1/2024 0:00,,0,10.5555/old.4,0,Something new,\n",
        encoding="utf-8",
    )
    frame, problems = from_retraction_watch(file)
    rows = frame.to_dicts()
    assert frame.schema == NOTICES
    assert [(r["doi"], r["pmid"], r["date"], r["notice"]) for r in rows] == [
        ("10.5555/old.1", "90000001", date(2024, 7, 31), "retraction"),
        (None, None, date(2023, 12, 1), "expression of concern"),
        ("10.5555/old.3", None, None, "correction"),
    ]
    assert rows[0]["reason"] == "Issues About Data; Duplication"
    assert [str(problem) for problem in problems] == ["retraction_watch.csv:4: '31/31/2024 0:00' is not a date"]


def test_another_csv_is_not_taken_for_the_list(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("doi,title\n10.5555/1,A\n")
    with pytest.raises(UserError, match="not Retraction Watch's list"):
        from_retraction_watch(file)


def answer(doi, **best):
    return {
        "doi": doi,
        "is_oa": bool(best),
        "oa_status": "gold" if best else "closed",
        "best_oa_location": best or None,
    }


def test_open_full_texts(server):
    def script(call, n):
        known = {
            "/unpaywall/10.5555/A": answer(
                "10.5555/A", url="https://example.org/a", url_for_pdf="https://example.org/a.pdf"
            )
        }
        known["/unpaywall/10.5555/b"] = answer("10.5555/b")
        return known.get(call.path) or server.answer({"message": "not found"}, status=404)

    server.script, pages = script, []
    http = server.client({"LIVING_REVIEW_CONTACT": "a@example.org"})
    texts = fetch_open_texts(["10.5555/A", "10.5555/b", "10.5555/c", "10.5555/A"], http, pages.append)
    assert texts.found.select("doi", "open", "status", "url").rows() == [
        ("10.5555/a", True, "gold", "https://example.org/a.pdf"),
        ("10.5555/b", False, "closed", None),
    ]
    assert (texts.unknown, texts.reason, len(pages)) == (("10.5555/c",), "", 2)
    assert server.calls[0].params == {"email": "a@example.org"}


def test_unpaywall_that_is_down_is_not_asked_for_every_doi(server):
    server.script = lambda call, n: server.answer(status=500)
    texts = fetch_open_texts(
        ["10.5555/a", "10.5555/b"], server.client({"LIVING_REVIEW_CONTACT": "a@b.org"}), lambda page: None
    )
    assert "500" in texts.reason
    assert len(server.calls) == 5


def test_unpaywall_needs_an_address(server):
    with pytest.raises(UserError, match="LIVING_REVIEW_CONTACT"):
        fetch_open_texts(["10.5555/a"], server.client(), lambda page: None)
