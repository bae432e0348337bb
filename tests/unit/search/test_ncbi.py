"""PubMed: the search on the history server, the cap of 9,999, and what PubMed says of a strategy."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tasks.search.ncbi import NCBI
from tasks.search.service import retrieve
from tasks.search.window import Window

TODAY = date(2026, 11, 23)


def run(server, script, window):
    kept = []
    server.script = script
    return retrieve(NCBI, "nurse*[tiab]", window, server.client(), kept.append), kept


def test_the_search_is_kept_with_its_translation(server, fake):
    outcome, kept = run(server, fake("ncbi", 2), Window(None, TODAY))
    assert outcome.translation == "nurse*[tiab]"
    assert [page.format for page in kept] == ["ncbi-search", "pubmed-xml"]
    assert [page.holds_records for page in kept] == [False, True]
    assert server.calls[0].method == server.calls[1].method == "POST"
    assert server.calls[1].params["WebEnv"] == "MCID_1"


def test_without_the_history_server_records_are_fetched_by_pmid(server, fake):
    honest = fake("ncbi", 5)

    def forgetful(call, number):
        if number == 0:
            return {"esearchresult": {"count": "5", "idlist": honest.ids, "querytranslation": ""}}
        asked = call.params["id"].split(",")
        return honest.kind.page(asked, 5, 0, 3, False)

    outcome, _ = run(server, forgetful, Window(None, TODAY))
    assert (outcome.retrieved, outcome.complete) == (5, True)
    assert [call.params.get("id") for call in server.calls[1:]] == [
        ",".join(honest.ids[:3]),
        ",".join(honest.ids[3:]),
    ]


def test_an_answer_in_xml_is_understood_too(server, fake):
    honest = fake("ncbi", 1)
    answer = (
        b'<?xml version="1.0"?><!DOCTYPE eSearchResult><eSearchResult><Count>1</Count><IdList><Id>1</Id></IdList>'
        b"<QueryKey>1</QueryKey><WebEnv>M</WebEnv><QueryTranslation>nurse</QueryTranslation></eSearchResult>"
    )
    outcome, _ = run(server, lambda call, n: honest(call, n) if n else answer, Window(None, TODAY))
    assert (outcome.retrieved, outcome.complete, outcome.translation) == (1, True, "nurse")


def test_phrases_that_pubmed_does_not_know_are_told(server, fake):
    honest = fake("ncbi", 1)

    def unknown(call, number):
        body = honest(call, number)
        if number == 0:
            body["esearchresult"]["errorlist"] = {"phrasesnotfound": ["nurrse"], "fieldsnotfound": []}
        return body

    outcome, _ = run(server, unknown, Window(None, TODAY))
    assert outcome.notes == ("PubMed does not know the phrase 'nurrse'",)


def test_an_error_of_the_search_is_told(server):
    outcome, _ = run(
        server, lambda call, n: {"esearchresult": {"ERROR": "Invalid db name specified"}}, Window(None, TODAY)
    )
    assert "PubMed says: Invalid db name" in outcome.reason


def test_an_expired_history_is_not_an_empty_result(server, fake):
    honest = fake("ncbi", 7)
    expired = b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>"
    outcome, _ = run(server, lambda call, n: honest(call, n) if n < 2 else expired, Window(None, TODAY))
    assert (outcome.retrieved, outcome.complete) == (3, False)
    assert "Unable to obtain query #1" in outcome.reason


def test_entities_are_refused(server, fake):
    honest = fake("ncbi", 1)
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><PubmedArticleSet>&a;</PubmedArticleSet>'
    outcome, _ = run(server, lambda call, n: bomb if n else honest(call, n), Window(None, TODAY))
    assert "declares XML entities" in outcome.reason


def test_books_count_as_records(server, fake):
    honest = fake("ncbi", 1)
    book = b"<PubmedBookArticle><BookDocument><PMID>10000001</PMID></BookDocument></PubmedBookArticle>"
    book = b"<PubmedArticleSet>" + book + b"</PubmedArticleSet>"
    outcome, _ = run(server, lambda call, n: book if n else honest(call, n), Window(None, TODAY))
    assert (outcome.retrieved, outcome.complete) == (1, True)


class Dated:
    """A PubMed whose records each have a date, and which hands out only the first `cap` of a search."""

    def __init__(self, fake, days):
        self.days, self.fake, self.kept = days, fake("ncbi", 0), {}

    def __call__(self, call, number):
        if call.path.endswith("efetch.fcgi"):
            found, start = self.kept[call.params["WebEnv"]], int(call.params["retstart"])
            return self.fake.kind.page(found[start : start + int(call.params["retmax"])], 0, start, 0, False)
        start, end = call.params.get("mindate", "0"), call.params.get("maxdate", "9")
        found = [str(20_000_000 + n) for n, day in enumerate(self.days) if start <= f"{day:%Y/%m/%d}" <= end]
        self.kept[f"W{number}"] = found
        body = self.fake.kind.page([], len(found), -1, 0, False)
        body["esearchresult"]["webenv"] = f"W{number}"
        return body


@pytest.fixture
def small(monkeypatch):
    """NCBI with a cap of 10 records."""
    from dataclasses import replace

    monkeypatch.setattr("tasks.search.ncbi.CAP", 10)
    return replace(NCBI, cap=10)


@pytest.mark.parametrize("start", [None, date(2025, 1, 1)])
def test_a_search_beyond_the_cap_is_sliced_by_date(server, fake, small, start):
    days = [date(2025, 1, 1) + timedelta(days=7 * n) for n in range(95)]
    server.script, kept = Dated(fake, days), []
    outcome = retrieve(small, "nurse", Window(start, TODAY), server.client(), kept.append)
    assert (outcome.expected, outcome.retrieved, outcome.complete) == (95, 95, True)
    sliced = {call.params["datetype"] for call in server.calls if "datetype" in call.params}
    assert sliced == ({"edat"} if start is None else {"mdat"})


def test_a_day_beyond_the_cap_is_reported_and_its_first_records_are_kept(server, fake, small):
    days = [date(2026, 1, 1)] * 14 + [date(2026, 2, 1)] * 4
    server.script, kept = Dated(fake, days), []
    outcome = retrieve(small, "nurse", Window(date(2025, 12, 1), TODAY), server.client(), kept.append)
    assert not outcome.complete
    assert outcome.reason == "ncbi has 14 records for 2026-01-01 alone and hands out 10"
    assert outcome.retrieved == 14


def test_records_without_a_date_do_not_vanish_between_slices(server, fake, small):
    dated = Dated(fake, [date(2025, 1, 1) + timedelta(days=n) for n in range(20)] + [date(1700, 1, 1)])
    server.script = dated
    outcome = retrieve(small, "nurse", Window(None, TODAY), server.client(), lambda page: None)
    assert (outcome.expected, outcome.retrieved, outcome.complete) == (21, 20, False)
