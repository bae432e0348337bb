"""Citation chasing: every record knows from which report, in which direction and by which service it was found."""

from __future__ import annotations

import pytest

from tasks.search.citations import Seed, Trail, chase

SEED = Seed("rep_1", doi="10.5555/Seed.1", pmid="90000001")


@pytest.fixture
def follow(server):
    """Chases one report; returns the outcomes by trail, and which page was saved on which trail."""

    def run(script, seed=SEED, **how):
        saved = []
        server.script = script
        done = dict(chase([seed], server.client(), lambda trail, page: saved.append((trail, page)), **how))
        return done, saved

    return run


def world(call, number):
    """OpenAlex knows one citing and two cited works, Europe PMC one and two, Crossref two references."""
    where = call.path
    if where == "/openalex/works/doi:10.5555/Seed.1":
        return {"id": "https://openalex.org/W1"}
    if where == "/openalex/works":
        ids = {"cites:W1": ["W2"], "cited_by:W1": ["W3", "W4"]}[call.params["filter"]]
        works = [{"id": f"https://openalex.org/{one}"} for one in ids]
        return {"meta": {"count": len(works), "next_cursor": None}, "results": works}
    if where == "/europepmc/MED/90000001/citations":
        return {"hitCount": 1, "citationList": {"citation": [{"id": "7", "source": "MED"}]}}
    if where == "/europepmc/MED/90000001/references":
        return {"hitCount": 2, "referenceList": {"reference": [{"id": "8", "source": "MED"}, {"unstructured": "?"}]}}
    if where == "/crossref/works/10.5555/Seed.1":
        return {"message-type": "work", "message": {"DOI": "10.5555/seed.1", "reference": [{"key": "a"}, {"key": "b"}]}}
    raise AssertionError(call)


def test_both_directions_over_all_services_that_know_the_report(follow):
    done, saved = follow(world)
    assert {(t.direction, t.service): (r.retrieved, r.complete) for t, r in done.items()} == {
        ("forwards", "openalex"): (1, True),
        ("forwards", "europepmc"): (1, True),
        ("backwards", "openalex"): (2, True),
        ("backwards", "europepmc"): (2, True),
        ("backwards", "crossref"): (2, True),
    }
    assert {trail for trail, page in saved if page.holds_records} == set(done)
    assert str(Trail("rep_1", "forwards", "openalex", "doi:10.5555/Seed.1")) == "cites it: report rep_1, by openalex"


def test_only_the_trails_that_are_due_are_followed(follow, server):
    done, _ = follow(world, due=lambda trail: trail.key == ("europepmc", "forwards", "pmid:90000001"))
    assert [(trail.service, trail.direction) for trail in done] == [("europepmc", "forwards")]
    assert [call.path for call in server.calls] == ["/europepmc/MED/90000001/citations"]


def test_only_the_services_of_the_protocol_are_asked(follow):
    done, _ = follow(world, services=("crossref", "semanticscholar"), directions=("backwards",))
    assert [trail.service for trail in done] == ["crossref"]


def test_semantic_scholar_is_asked_where_nobody_knows_the_report(follow, server):
    def unknown(call, number):
        if call.path.startswith("/semanticscholar/paper/DOI:10.5555/Seed.1/"):
            assert call.params["limit"] == "500"
            if call.params["offset"] == "0":
                return {"offset": 0, "next": 500, "data": [{"citingPaper": {"paperId": "a", "title": "A"}}]}
            return {"offset": 500, "data": [{"citingPaper": {"paperId": "b", "title": "B"}}]}
        return server.answer({"error": "not found"}, status=404)

    done, _ = follow(unknown, directions=("forwards",))
    by = {trail.service: outcome for trail, outcome in done.items()}
    assert (by["semanticscholar"].retrieved, by["semanticscholar"].complete) == (2, True)
    assert by["openalex"].complete
    assert by["openalex"].notes == ("openalex does not know the report",)


def test_one_service_that_is_down_does_not_stop_the_others(follow, server):
    def half(call, number):
        return server.answer(status=503) if call.path.startswith("/openalex") else world(call, number)

    done, _ = follow(half, directions=("backwards",))
    by = {trail.service: outcome for trail, outcome in done.items()}
    assert not by["openalex"].complete
    assert "503" in by["openalex"].reason
    assert (by["europepmc"].retrieved, by["crossref"].retrieved) == (2, 2)
    assert "semanticscholar" not in by


def test_references_come_page_by_page(follow, server, monkeypatch):
    monkeypatch.setattr("tasks.search.citations._PAGE", 2)

    def pages(call, number):
        if call.path.startswith("/europepmc"):
            start = (int(call.params["page"]) - 1) * 2
            found = [{"id": str(n), "source": "MED"} for n in range(5)][start : start + 2]
            return {"hitCount": 5, "referenceList": {"reference": found}}
        return server.answer(status=404)

    done, _ = follow(pages, Seed("rep_2", pmid="90000001"), directions=("backwards",))
    assert [(t.service, r.retrieved, r.complete) for t, r in done.items()] == [
        ("openalex", 0, True),
        ("europepmc", 5, True),
    ]


def test_a_report_without_identifiers_is_not_chased(follow, server):
    done, saved = follow(world, Seed("rep_3"))
    assert (done, saved, server.calls) == ({}, [], [])


def test_a_refusal_half_way_loses_nothing_of_what_came(follow, server, monkeypatch):
    monkeypatch.setattr("tasks.search.citations._PAGE", 1)

    def half(call, number):
        if call.params.get("page") == "1":
            return {"hitCount": 2, "citationList": {"citation": [{"id": "7", "source": "MED"}]}}
        return server.answer(status=404)

    done, _ = follow(half, Seed("rep_4", pmid="90000001"), directions=("forwards",))
    outcome = {trail.service: one for trail, one in done.items()}["europepmc"]
    assert (outcome.retrieved, outcome.complete, len(outcome.pages)) == (1, False, 1)
