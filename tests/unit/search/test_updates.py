"""Updates of a review from services and exports together: what comes in, what goes stale, what a rebuild makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from prefect.states import Failed

from flows.chase import chase_citations
from flows.checks import notices_from_crossref, notices_from_pubmed, where_open
from flows.follow import asks, wanted
from flows.http import shared_http
from flows.search import network_failed
from flows.services import note_failure, search_service
from flows.steps import Place, derive, load_searches, note_search, prepare, waiting_searches
from schemas.problem import Problem
from tasks.search.http import Http
from tests.support.exports import Rec
from tests.support.reviews import PROTOCOL, SmallReview, begin
from tests.support.services import Answer, Call, Fake
from warehouse.connect import writer
from warehouse.content import table_hashes
from warehouse.dropfolder import collect

FLOWS = Path(__file__).parents[3] / "flows"
JANUARY, FEBRUARY = date(2026, 1, 5), date(2026, 2, 5)
SERVICES = """
[[source]]
name = "europepmc"
database = "Europe PMC"
platform = "Europe PMC"
service = "europepmc"
strategy = "nurse*"

[[source]]
name = "trials"
database = "ClinicalTrials.gov"
platform = "ClinicalTrials.gov"
method = "register"
service = "clinicaltrials"
strategy = "personality"
"""
CITATIONS = """
[[source]]
name = "citations"
database = "Citations by OpenAlex"
platform = "OpenAlex"
method = "citation searching"
service = "openalex"
"""
CHECKS = "\n[notices]\ncrossref = true\npubmed = true\n\n[open_texts]\nunpaywall = true\n"
SEED = Rec("9001", "Nurses on personality disorder services", doi="10.5555/seed.1")
OTHER = Rec("9002", "Waiting lists and what they do", doi="10.5555/other.2", authors=("Anders, Ada",))
DECISIONS = "doi,stage,reviewer,verdict\n" + "".join(
    f"10.5555/seed.1,{stage},{who},include\n" for stage in ("title-abstract", "full-text") for who in ("Ada", "Ben")
)


class World:
    """All services in one: Europe PMC and ClinicalTrials.gov with some records, others that know one report, and what
    is set to fail (a service, or a filter of OpenAlex)."""

    def __init__(self, fake: type[Fake]) -> None:
        self.europepmc, self.clinicaltrials = fake("europepmc", 5), fake("clinicaltrials", 2)
        self.cites = {"cites:W1": ["W2", "W3"], "cited_by:W1": ["W4"]}
        self.notices: list[dict] = []
        self.down: set[str] = set()

    def __call__(self, call: Call, number: int) -> Any:
        service = call.path.split("/")[1]
        if {service, call.params.get("filter")} & self.down:
            return Answer(status=503)
        return getattr(self, service)(call, number)

    def openalex(self, call: Call, number: int) -> Any:
        if call.path == "/openalex/works/doi:10.5555/seed.1":
            return {"id": "https://openalex.org/W1"}
        found = self.cites[call.params["filter"]]
        works = [{"id": f"https://openalex.org/{one}", "title": f"On the matter of {one}"} for one in found]
        return {"meta": {"count": len(works), "next_cursor": None}, "results": works}

    def crossref(self, call: Call, number: int) -> Any:
        items = self.notices if call.params["cursor"] == "*" else []
        return {"message": {"total-results": len(self.notices), "next-cursor": "c", "items": items}}

    def ncbi(self, call: Call, number: int) -> bytes:
        assert call.params["id"] == "9001"
        link = (
            '<CommentsCorrections RefType="ExpressionOfConcernIn"><RefSource>J. 2026</RefSource></CommentsCorrections>'
        )
        record = f"<PMID>9001</PMID><CommentsCorrectionsList>{link}</CommentsCorrectionsList>"
        answer = f"<PubmedArticle><MedlineCitation>{record}</MedlineCitation></PubmedArticle>"
        return f"<PubmedArticleSet>{answer}</PubmedArticleSet>".encode()

    def unpaywall(self, call: Call, number: int) -> Any:
        assert call.path == "/unpaywall/10.5555/seed.1"
        best = {"url": "https://example.org/seed", "version": "acceptedVersion", "license": "cc-by"}
        known = {"doi": "10.5555/seed.1", "is_oa": True, "oa_status": "green", "updated": "2026-01-02T00:00:00"}
        return {**known, "best_oa_location": best}


@pytest.fixture
def world(server, fake):
    one = World(fake)
    server.script = one
    return one


def said(problems: Iterable[Problem]) -> list[str]:
    return [f"{one.severity}: {one.name}: {one.message}" for one in problems]


class Living(SmallReview):
    """A small review whose updates go out to the server of the tests; each step as the flows call it."""

    def __init__(self, root: Path, extra: str, server) -> None:
        head, tail = PROTOCOL.split("[eligibility]")
        super().__init__(root, f"{head}{extra}\n[eligibility]{tail}")
        self.server = server

    def ask(self, today: date) -> Http:
        """Searches the services; what they answer is in the store."""
        http = self.server.client({"LIVING_REVIEW_CONTACT": "team@example.org"})
        for source in self.review.protocol().protocol.source:
            if source.service and not source.chased:
                search_service(self.review, source.name, http, today)
        return http

    def load(self) -> list[str]:
        """The first steps of an update, up to the records."""
        problems = collect(self.review, self.review.protocol().protocol).problems
        begin(self.review.warehouse)
        prepare(self.place)
        problems += [one for done in load_searches(self.place, waiting_searches(self.place)) for one in done.problems]
        return said(problems + note_search(self.place))

    def live(self, today: date) -> list[str]:
        """A whole update; returns what was said."""
        protocol, http = self.review.protocol().protocol, self.ask(today)
        problems = self.update(check=False)
        if not asks(protocol):
            return said(problems)
        reports = wanted(self.place)
        chase_citations(self.place, reports.included, http, today)
        if protocol.notices.crossref:
            notices_from_crossref(self.review, http, today)
            notices_from_pubmed(self.review, reports.pmids, http)
        if protocol.open_texts.unpaywall:
            where_open(self.review, reports.dois, protocol.open_texts.every_days, http, today)
        return said(problems + self.update())

    def states(self) -> dict[str, str]:
        """Source → its state in `living-review status`, as of the day of the run."""
        rows = self.rows((FLOWS / "status_sources.sql").read_text(encoding="utf-8"))
        return {row[0]: row[4] for row in rows}

    def broken(self) -> list[tuple]:
        return self.rows((FLOWS / "status_broken.sql").read_text(encoding="utf-8"))

    def rebuilt_equal(self) -> bool:
        """Whether the truths alone give the same tables."""
        fresh = Place(self.review, self.review.root / "fresh.duckdb")
        begin(fresh.warehouse)
        derive(fresh)
        with writer(fresh.warehouse) as con:
            again = table_hashes(con)
        fresh.warehouse.unlink()
        with writer(self.review.warehouse) as con:
            grown = table_hashes(con)
        assert {name for name in grown if grown[name] != again[name]} == set()
        return grown.keys() == again.keys()


@pytest.fixture
def living(tmp_path, server):
    return lambda extra: Living(tmp_path / "review", extra, server)


def test_services_and_exports_make_one_review(living, world):
    review = living(SERVICES)
    review.search("medline", "first", [SEED, OTHER])
    review.search("pubmed", "first", [Rec("10000001", "On 10000001", doi="10.5555/pmc.1")])
    assert review.live(JANUARY) == []
    assert review.rows("SELECT source, records, reports FROM source_contribution WHERE searches > 0") == [
        ("medline", 2, 2),
        ("pubmed", 1, 1),
        ("europepmc", 5, 5),
        ("trials", 2, 2),
    ]
    assert review.rows("SELECT source, hits, found, complete FROM search WHERE source IN ('europepmc', 'trials')") == [
        ("europepmc", 5, 5, True),
        ("trials", 2, 2, True),
    ]
    assert review.rebuilt_equal()


def test_a_service_that_fails_leaves_its_source_stale_and_the_others_load(living, world):
    review = living(SERVICES)
    review.search("medline", "first", [SEED])
    world.down = {"europepmc"}
    reason = "europepmc answers 503 Service Unavailable (5 tries)"
    review.ask(JANUARY)
    assert review.load() == [f"error: search of europepmc: {reason}"]
    states = review.states()
    assert (states["europepmc"], states["trials"], states["cinahl"]) == (
        f"stale: {reason}",
        "current",
        "not searched yet",
    )
    assert review.rows("SELECT count(*) FROM record") == [(3,)]
    world.down = set()
    review.ask(FEBRUARY)
    assert review.load() == []
    assert review.states()["europepmc"] == "current"
    assert review.rows("SELECT count(*) FROM record") == [(8,)]


def test_a_second_update_brings_nothing_twice_and_asks_from_14_days_before(living, world, server):
    review = living(SERVICES)
    review.ask(JANUARY)
    review.load()
    server.calls.clear()
    world.europepmc.ids.append("10000099")
    world.europepmc.total += 1
    review.ask(FEBRUARY)
    assert review.load() == []
    first = next(call.params["query"] for call in server.calls if call.path.startswith("/europepmc"))
    assert f"FIRST_IDATE:[{JANUARY - timedelta(days=14)} TO {FEBRUARY}]" in first
    assert review.rows("SELECT found, new, known FROM search WHERE source = 'europepmc' ORDER BY executed_at") == [
        (5, 5, 0),
        (6, 1, 5),
    ]
    assert review.rows("SELECT count(*) FROM core.delivery WHERE record_id IN (SELECT record_id FROM record)") == [
        (15,)
    ]
    review.update()
    assert review.rebuilt_equal()


def test_the_watermark_moves_only_after_a_complete_search(living, world, server):
    review = living(SERVICES)
    world.europepmc.total = 9
    review.ask(JANUARY)
    (problem,) = review.load()
    assert problem == "error: search of europepmc: europepmc counts 9 records, but its pages ended after 5"
    assert review.rows("SELECT loaded, complete FROM search WHERE source = 'europepmc'") == [(5, False)]
    server.calls.clear()
    world.europepmc.total = 5
    review.ask(FEBRUARY)
    assert review.load() == []
    asked = {call.path.split("/")[1]: call.params for call in server.calls}
    assert "FIRST_IDATE" not in asked["europepmc"]["query"]
    assert "RANGE" in asked["clinicaltrials"]["filter.advanced"]


def test_a_strategy_that_cannot_be_sent_leaves_its_source_stale(living, world):
    review = living(SERVICES.replace("nurse*", "1 nurse*\\n2 #1 AND #7"))
    reason = "line 2 of the strategy refers to line 7, which is not above it"
    review.ask(JANUARY)
    assert review.load() == [f"error: search of europepmc: {reason}"]
    assert review.states()["europepmc"] == f"stale: {reason}"
    assert review.states()["trials"] == "current"


def test_a_search_that_died_of_something_unforeseen_is_noted_without_its_words(living, world):
    review = living(SERVICES)
    note_failure(review.review, "europepmc", RuntimeError("api_key=secret"))
    review.load()
    assert review.states()["europepmc"] == "stale: europepmc: the search failed with RuntimeError"


def test_pages_of_a_search_that_was_cut_off_are_not_loaded(living, world, server, monkeypatch):
    review = living(SERVICES)
    kept = type(review.review.snapshots).add

    def power_cut(self, file, delivery, **how):
        if delivery.kind == "retrieval":
            raise KeyboardInterrupt
        return kept(self, file, delivery, **how)

    with monkeypatch.context() as patch:
        patch.setattr(type(review.review.snapshots), "add", power_cut)
        with pytest.raises(KeyboardInterrupt):
            search_service(review.review, "europepmc", server.client(), JANUARY)
    assert review.load() == []
    assert review.rows("SELECT count(*) FROM record") == [(0,)]
    review.ask(JANUARY)
    assert review.load() == []
    assert review.rows("SELECT count(*) FROM record WHERE source = 'europepmc'") == [(5,)]


def test_citations_of_included_reports_come_by_other_methods_and_tell_how(living, world):
    review = living(CITATIONS)
    review.search("medline", "first", [SEED, OTHER])
    review.drop("decisions/votes.csv", DECISIONS)
    assert review.live(JANUARY) == []
    (seed,) = review.rows("SELECT report_id FROM report WHERE doi = '10.5555/seed.1'")
    found = review.rows(
        "SELECT r.accession, f.method, f.direction, f.service, f.from_report_id FROM found_by AS f JOIN record AS r USING (record_id) "
        "WHERE f.source = 'citations' ORDER BY 1"
    )
    assert found == [
        ("W2", "citation searching", "forwards", "openalex", *seed),
        ("W3", "citation searching", "forwards", "openalex", *seed),
        ("W4", "citation searching", "backwards", "openalex", *seed),
    ]
    assert review.rows("SELECT label, n FROM prisma_detail WHERE box = 'identified_other'") == [
        ("citation searching", 3)
    ]
    assert review.rows("SELECT hits, found, complete FROM search WHERE source = 'citations'") == [(3, 3, True)]
    assert review.rebuilt_equal()


def test_a_trail_is_followed_again_once_in_every_days(living, world, server):
    review = living(CITATIONS)
    review.search("medline", "first", [SEED])
    review.drop("decisions/votes.csv", DECISIONS)
    review.live(JANUARY)
    asked = len(server.calls)
    review.live(JANUARY + timedelta(days=20))
    assert len(server.calls) == asked
    world.cites["cites:W1"].append("W5")
    review.live(FEBRUARY)
    assert len(server.calls) == 2 * asked
    assert review.rows("SELECT found, new FROM search WHERE source = 'citations' ORDER BY executed_at") == [
        (3, 3),
        (4, 1),
    ]
    assert review.rebuilt_equal()


def test_a_trail_that_broke_off_is_followed_again_at_the_next_update_alone(living, world, server):
    review = living(CITATIONS)
    review.search("medline", "first", [SEED])
    review.drop("decisions/votes.csv", DECISIONS)
    world.down = {"cited_by:W1"}
    (problem,) = review.live(JANUARY)
    assert problem == (
        "error: search of citations: 1 of 2 trails of citations broke off: openalex answers 503 Service Unavailable (5 tries)"
    )
    assert review.states()["citations"].startswith("stale: 1 of 2 trails")
    assert review.rows("SELECT count(*) FROM record WHERE source = 'citations'") == [(2,)]
    world.down = set()
    server.calls.clear()
    assert review.live(JANUARY + timedelta(days=1)) == []
    assert [call.params.get("filter") for call in server.calls] == [None, "cited_by:W1"]
    assert review.states()["citations"] == "current"
    assert review.rows("SELECT direction, complete FROM citation_trail ORDER BY executed_at, direction") == [
        ("backwards", False),
        ("forwards", True),
        ("backwards", True),
    ]


def test_nothing_is_chased_before_anything_is_included(living, world, server):
    review = living(CITATIONS)
    review.search("medline", "first", [SEED])
    review.live(JANUARY)
    assert server.calls == []
    assert review.states()["citations"] == "not searched yet"


def test_notices_and_open_texts_of_reports(living, world, server):
    review = living("")
    path = review.review.protocol_path
    path.write_text(path.read_text() + CHECKS)
    review.search("medline", "first", [SEED, OTHER])
    review.drop("decisions/votes.csv", DECISIONS)
    update = {
        "DOI": "10.5555/SEED.1",
        "type": "retraction",
        "label": "Retraction",
        "updated": {"date-parts": [[2026, 1, 3]]},
    }
    elsewhere = {**update, "DOI": "10.5555/of-another-review"}
    world.notices = [{"DOI": "10.5555/n.1", "update-to": [update, elsewhere]}]
    assert review.live(JANUARY) == []
    notices = "SELECT place, nature, date, source, notice_doi FROM retraction_notice ORDER BY source"
    told = [
        ("included", "retraction", date(2026, 1, 3), "crossref", "10.5555/n.1"),
        ("included", "expression of concern", None, "pubmed", None),
    ]
    assert review.rows(notices) == told
    assert [what for what, _ in review.broken()] == ["notice", "notice"]
    assert review.rows("SELECT is_open, url, version, licence, status, updated FROM open_text") == [
        (True, "https://example.org/seed", "acceptedVersion", "cc-by", "green", date(2026, 1, 2))
    ]
    assert review.rebuilt_equal()
    server.calls.clear()
    assert review.live(JANUARY + timedelta(days=3)) == []
    again = [call for call in server.calls if call.path.startswith("/crossref")]
    assert f"from-created-date:{JANUARY - timedelta(days=14)}" in again[0].params["filter"]
    assert not [call for call in server.calls if call.path.startswith("/unpaywall")]
    assert review.rows(notices) == told
    assert review.rebuilt_equal()


def test_notices_that_could_not_be_asked_for_are_told(living, world):
    review = living("")
    path = review.review.protocol_path
    path.write_text(path.read_text() + CHECKS)
    world.down = {"crossref"}
    (problem,) = review.live(JANUARY)
    assert problem == "error: notices from crossref: crossref answers 503 Service Unavailable (5 tries)"
    (broken,) = review.broken()
    assert broken[0] == "notices"
    assert broken[1].startswith("the last answer of crossref is not complete")


def test_the_last_list_of_retraction_watch_counts(living, world):
    head = "RetractionNature,RetractionDate,OriginalPaperDOI,OriginalPaperPubMedID,Reason\n"
    review = living("")
    review.search("medline", "first", [SEED])
    review.drop("notices/first.csv", head + "Retraction,7/31/2024 14:00,10.5555/SEED.1,0,+Data;\n")
    assert review.update() == []
    assert review.rows("SELECT nature, date, reason, source FROM retraction_notice") == [
        ("retraction", date(2024, 7, 31), "Data", "retraction-watch")
    ]
    review.drop("notices/second.csv", head + "Retraction,7/31/2024 14:00,10.5555/else,0,\n")
    assert review.update() == []
    assert review.rows("SELECT * FROM retraction_notice") == []
    review.drop("notices/third.csv", "Title\nNo list\n")
    assert [one.message for one in review.update()] == [
        "is not Retraction Watch's list: it has no column 'RetractionNature'"
    ]
    assert review.rebuilt_equal()


def test_a_protocol_that_asks_for_nothing_asks_nobody(living, server):
    review = living("")
    review.search("medline", "first", [SEED])
    review.drop("decisions/votes.csv", DECISIONS)
    review.live(JANUARY)
    assert not asks(review.review.protocol().protocol)
    assert server.calls == []


def piece(first: int, last: int) -> list[Rec]:
    return [
        Rec(str(n), f"Study number {n} of many", doi=f"10.5555/m.{n}", pages=(str(n), str(n)))
        for n in range(first, last + 1)
    ]


def test_pieces_of_an_export_are_one_search_and_what_is_missing_is_told(living):
    review = living("")
    review.search("cinahl", "alerts 1-50", piece(1, 50))
    review.search("cinahl", "alerts 101-120", piece(101, 120))
    assert review.load() == ["warning: exports/cinahl/alerts: records 51 to 100 are in no file"]
    assert review.broken() == [("split export", "exports/cinahl/alerts: records 51 to 100 are in no file")]
    assert review.load() == []
    review.search("cinahl", "alerts 51-100", piece(51, 100))
    assert review.load() == []
    assert review.broken() == []
    assert review.rows("SELECT position, file_name, found FROM split_search ORDER BY position") == [
        (1, "exports/cinahl/alerts 1-50.ris", 50),
        (2, "exports/cinahl/alerts 51-100.ris", 50),
        (3, "exports/cinahl/alerts 101-120.ris", 20),
    ]
    review.update()
    assert review.rows("SELECT searches, records FROM source_contribution WHERE source = 'cinahl'") == [(1, 120)]
    assert review.rebuilt_equal()


def test_the_counters_of_ovid_tell_the_pieces(living):
    review = living("")
    review.search("medline", "citation", piece(1, 40))
    review.search("medline", "citation(1)", piece(51, 60), first=51)
    assert review.load() == ["warning: exports/medline/citation: records 41 to 50 are in no file"]


def test_exports_that_count_from_one_are_searches_of_their_own(living):
    review = living("")
    review.search("medline", "citation", piece(1, 40))
    review.search("medline", "citation(1)", piece(41, 60))
    assert review.load() == []
    assert review.rows("SELECT searches FROM source_contribution WHERE source = 'medline'") == [(2,)]


def test_what_each_source_contributed(living):
    review = living("")
    review.search("medline", "first", [SEED, OTHER])
    review.search("cinahl", "first", [Rec("c1", SEED.title, doi=SEED.doi)])
    review.search("pubmed", "first", [Rec("10000777", "Only here", doi="10.5555/only", authors=("Solo, Sam",))])
    review.drop("decisions/votes.csv", DECISIONS)
    review.update()
    wanted_ = (
        "SELECT source, reports, unique_reports, included, included_alone, relative_recall FROM source_contribution"
    )
    assert review.rows(wanted_) == [
        ("medline", 2, 1, 1, 0, 1.0),
        ("cinahl", 1, 0, 1, 0, 1.0),
        ("pubmed", 1, 1, 0, 0, 0.0),
        ("websites", 0, 0, 0, 0, 0.0),
    ]
    assert sorted(review.rows("SELECT * FROM source_overlap")) == [
        (["cinahl", "medline"], 1, 1),
        (["medline"], 1, 0),
        (["pubmed"], 1, 0),
    ]
    assert review.rows("SELECT reports FROM source_pair WHERE source_a = 'medline' AND source_b = 'cinahl'") == [(1,)]


@pytest.mark.parametrize(("error", "again"), [(requests.ConnectionError(), True), (ValueError(), False)])
def test_a_task_is_tried_again_only_where_the_network_failed(error, again):
    assert network_failed(None, None, Failed(data=error)) is again


def test_one_way_out_for_the_whole_process_and_another_for_other_keys(monkeypatch):
    monkeypatch.setenv("LIVING_REVIEW_OPENALEX_KEY", "k1")
    one = shared_http()
    assert shared_http() is one
    assert one.has_key("openalex")
    monkeypatch.setenv("LIVING_REVIEW_OPENALEX_KEY", " ")
    other = shared_http()
    assert other is not one
    assert not other.has_key("openalex")
