"""What the services really sent: recorded answers read by the service modules and by the reader of exports."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from tasks.load.read import read
from tasks.search.citations import Seed, chase
from tasks.search.http import Request
from tasks.search.retractions import from_retraction_watch
from tasks.search.service import retrieve
from tasks.search.services import SERVICES
from tasks.search.unpaywall import read as read_unpaywall
from tasks.search.window import Window

API = Path(__file__).parents[4] / "shared" / "data" / "api"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not API.exists(), reason="../shared with the recorded answers is missing"),
]
EVERYTHING = Window(None, date(2026, 11, 23))


def cassette(path):
    """The bodies and states of a recorded conversation, in order."""
    import yaml

    for one in yaml.safe_load((API / path).read_text(encoding="utf-8"))["interactions"]:
        response = one["response"]
        body = response.get("content") or response["body"]["string"]
        body = body.encode() if isinstance(body, str) else body
        state = response.get("status_code") or response["status"]["code"]
        yield one["request"], gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body, state


def loaded(path):
    reading = read(path)
    for _ in reading:
        pass
    return reading.platform, reading.loaded, reading.quarantined


@pytest.mark.parametrize(
    ("service", "file", "total", "count"),
    [
        ("europepmc", "JonasHeinickeBio+pyEuropePMC__fixtures_search_cancer.json", 5_059_039, 25),
        ("europepmc", "JonasHeinickeBio+pyEuropePMC__fixtures_search_cancer_core.json", 5_059_039, 25),
        ("europepmc", "JonasHeinickeBio+pyEuropePMC__fixtures_search_no_results.json", 0, 0),
        ("europepmc", "zhangyee+fastpaper-cli__fixtures_europepmc_search.json", None, 3),
        ("openalex", "zhangyee+fastpaper-cli__fixtures_openalex_search.json", 4_013_744, 3),
        ("openalex", "EverWhy-lab+paper-radar__fixtures_openalex_works.json", 6, 6),
        ("crossref", "zhangyee+fastpaper-cli__fixtures_crossref_search.json", 668_843, 3),
        ("semanticscholar", "zhangyee+fastpaper-cli__fixtures_semantic_search.json", 12_143_225, 3),
    ],
)
def test_a_recorded_page_is_read_alike_by_search_and_reader(service, file, total, count):
    path = API / {"semanticscholar": "semantic_scholar"}.get(service, service) / file
    page = SERVICES[service].read(Request(service, "/", ()), path.read_bytes())
    assert len(page.ids) == len(set(page.ids)) == count
    assert total is None or page.total == total
    assert loaded(path) == (service, count, 0)


def test_the_recorded_pages_of_crossref_replayed(server, tmp_path):
    recorded = [body for _, body, _ in cassette("crossref/sckott+habanero__test-cursor_test_cursor_max.yaml")][:3]
    server.script = lambda call, n: recorded[n] if n < 3 else server.answer({"message": "no more"}, status=404)
    kept = []
    outcome = retrieve(SERVICES["crossref"], "widget", EVERYTHING, server.client(), kept.append)
    assert (outcome.expected, outcome.retrieved, outcome.complete) == (454, 60, False)
    for number, page in enumerate(kept):
        (tmp_path / str(number)).write_bytes(page.body)
        assert loaded(tmp_path / str(number)) == ("crossref", 20, 0)


def test_the_recorded_pages_of_semantic_scholar_replayed(server):
    name = "danielnsilva+semanticscholar__data_test_search_paper_bulk_retrieval_next_page.yaml"
    recorded = [body for _, body, _ in cassette(f"semantic_scholar/{name}")]
    end = json.dumps({"total": 2674, "token": None, "data": []}).encode()
    server.script = lambda call, n: recorded[n] if n < len(recorded) else end
    outcome = retrieve(SERVICES["semanticscholar"], "kubernetes", EVERYTHING, server.client(), lambda page: None)
    assert (outcome.expected, outcome.retrieved, outcome.complete) == (2674, 2000, False)


def test_a_refusal_recorded_at_crossref_is_told(server):
    name = "crossref/sckott+habanero__test-cursor_test_cursor_fails_cursor_value.yaml"
    _, body, state = next(cassette(name))
    server.script = lambda call, n: server.answer(body, status=state)
    outcome = retrieve(SERVICES["crossref"], "widget", EVERYTHING, server.client(), lambda page: None)
    assert "Cursor specified but it is invalid" in outcome.reason


@pytest.mark.parametrize("test", ["changes_from_previous_search", "complex_query", "multiquery"])
def test_recorded_searches_of_pubmed_are_understood(test):
    name = f"ncbi/shapiromatron+hawc__services.nih.test_pubmed_TestPubMedSearch.test_{test}.yaml"
    search = Request("ncbi", "/esearch.fcgi", (), "POST")
    pages = [
        SERVICES["ncbi"].read(search, body)
        for request, body, _ in cassette(name)
        if "rettype=count" not in request["body"]
    ]
    assert pages
    assert all(page.total and page.next and page.translation for page in pages)


@pytest.mark.parametrize(
    "test", ["book_chapter", "collective_author", "structured_abstract", "title_with_child_text", "utf8"]
)
def test_recorded_records_of_pubmed_are_counted(test, tmp_path):
    name = f"ncbi/shapiromatron+hawc__services.nih.test_pubmed_TestPubMedFetch.test_{test}.yaml"
    fetch = Request("ncbi", "/efetch.fcgi", (), "POST", (("start", "0"), ("total", "1")))
    for number, (_, body, _) in enumerate(cassette(name)):
        page = SERVICES["ncbi"].read(fetch, body)
        (tmp_path / str(number)).write_bytes(body)
        assert loaded(tmp_path / str(number)) == ("pubmed", len(page.ids), 0)
        assert page.ids


def test_the_recorded_citations_of_semantic_scholar_replayed(server, tmp_path):
    name = "semantic_scholar/danielnsilva+semanticscholar__data_test_get_paper_citations.yaml"
    recorded = [body for _, body, _ in cassette(name)]
    here = iter(recorded)

    def script(call, number):
        return next(here) if call.path.startswith("/semanticscholar") else server.answer(status=404)

    server.script, pages = script, []
    done = dict(
        chase([Seed("rep_1", doi="10.5555/x")], server.client(), lambda t, p: pages.append(p), directions=["forwards"])
    )
    outcome = {trail.service: one for trail, one in done.items()}["semanticscholar"]
    assert outcome.complete
    assert outcome.retrieved == sum(len(json.loads(body)["data"]) for body in recorded)
    (tmp_path / "page").write_bytes(pages[0].body)
    assert loaded(tmp_path / "page") == ("semanticscholar", len(json.loads(recorded[0])["data"]), 0)


def test_the_list_of_retraction_watch():
    (file,) = (API / "retractions").glob("*.csv")
    frame, problems = from_retraction_watch(file)
    assert frame.select("doi", "pmid", "notice", "date").rows() == [
        ("10.4242/2024/00", None, "retraction", date(2024, 7, 31))
    ]
    assert problems == []


def test_a_recorded_answer_of_unpaywall():
    (file,) = (API / "unpaywall").glob("*.json")
    row = read_unpaywall(file.read_bytes())
    assert (row["open"], row["status"], row["version"]) == (True, "bronze", "publishedVersion")
