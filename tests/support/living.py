"""A review that asks services: a world of records that they answer from, and the steps of its updates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from schemas.problem import Problem
from tasks.review.ask_services import search_service
from tasks.review.chase_citations import chase_citations
from tasks.review.check_reports import fetch_crossref_notices, fetch_pubmed_notices, find_open_texts
from tasks.review.collect import keep_protocol
from tasks.review.state import read_state
from tasks.review.update import asks_about_reports, list_reports_to_ask_about
from tasks.search.http import Http
from tests.support.exports import Rec
from tests.support.reviews import PROTOCOL, SmallReview
from tests.support.services import Answer, Call, Fake

STATUS = Path(__file__).parents[2] / "tasks" / "review"
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


def said(problems: Iterable[Problem]) -> list[str]:
    return [f"{one.severity}: {one.name}: {one.message}" for one in problems]


class Living(SmallReview):
    """A small review whose updates go out to the server of the tests; each step as the flows call it."""

    def __init__(self, root: Path, extra: str, server) -> None:
        head, tail = PROTOCOL.split("[eligibility]")
        super().__init__(root, f"{head}{extra}\n[eligibility]{tail}")
        self.server = server

    def ask(self, today: date) -> Http:
        """Searches the services; what they answer is in the log."""
        http = self.server.client({"LIVING_REVIEW_CONTACT": "team@example.org"})
        keep_protocol(self.review)
        state = read_state(self.review)
        for source in state.protocol.source:
            if source.service and not source.chased:
                search_service(state, source, http, today)
        return http

    def load(self) -> list[str]:
        """An update without its searches."""
        return said(self.update(check=False))

    def live(self, today: date) -> list[str]:
        """A whole update; returns what was said."""
        http = self.ask(today)
        problems = self.update(check=False)
        state = read_state(self.review)
        if not asks_about_reports(state.protocol):
            return said(problems)
        included, at_full_text = list_reports_to_ask_about(self.review)
        both = [*included, *at_full_text]
        chase_citations(state, included, http, today)
        if state.protocol.notices.crossref:
            fetch_crossref_notices(state, http, today)
            fetch_pubmed_notices(state, [seed.pmid for seed in both if seed.pmid], http)
        if state.protocol.open_texts.unpaywall:
            find_open_texts(state, [seed.doi for seed in both if seed.doi], http, today)
        return said(problems + self.update())

    def states(self) -> dict[str, str]:
        """Source → its state in `living-review status`, as of the day of the run."""
        rows = self.rows((STATUS / "status_sources.sql").read_text(encoding="utf-8"))
        return {row[0]: row[4] for row in rows}

    def broken(self) -> list[tuple]:
        return [(*row[:2], row[3]) for row in self.rows((STATUS / "status_broken.sql").read_text(encoding="utf-8"))]

    def rebuilt_equal(self) -> bool:
        """Whether the log alone gives the same tables."""
        again, grown = self.rebuilt(), self.hashes()
        assert {name for name in grown if grown[name] != again[name]} == set()
        return grown.keys() == again.keys()
