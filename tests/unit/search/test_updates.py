"""Updates of a review from services and exports together: what comes in, what goes stale, what a rebuild makes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.http import shared_http
from tasks.review.ask_services import log_failed_search, search_service
from tasks.review.collect import keep_protocol
from tasks.review.state import read_state
from tests.support.exports import Rec
from tests.support.living import (
    DECISIONS,
    FEBRUARY,
    JANUARY,
    OTHER,
    SEED,
    SERVICES,
)


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
    review.review.warehouse.unlink()
    assert review.load() == [], "derived anew, it does not tell of a failure that was made up for"


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
    assert review.rows("SELECT count(*) FROM core.found_record WHERE record_id IN (SELECT record_id FROM record)") == [
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
    log_failed_search(review.review, review.review.protocol().protocol.source[-2], RuntimeError("api_key=secret"))
    review.load()
    assert review.states()["europepmc"] == "stale: europepmc: the search failed with RuntimeError"


def test_pages_of_a_search_that_was_cut_off_are_not_loaded(living, world, server, monkeypatch):
    review = living(SERVICES)
    noted = type(review.review.log).append

    def power_cut(self, event, actor, **how):
        if event.kind == "search_outcome":
            raise KeyboardInterrupt
        return noted(self, event, actor, **how)

    keep_protocol(review.review)
    state = read_state(review.review)
    (source,) = [source for source in state.protocol.source if source.name == "europepmc"]
    with monkeypatch.context() as patch:
        patch.setattr(type(review.review.log), "append", power_cut)
        with pytest.raises(KeyboardInterrupt):
            search_service(state, source, server.client(), JANUARY)
    assert review.load() == []
    assert review.rows("SELECT count(*) FROM record") == [(0,)]
    review.ask(JANUARY)
    assert review.load() == []
    assert review.rows("SELECT count(*) FROM record WHERE source = 'europepmc'") == [(5,)]


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


def test_one_way_out_for_the_whole_process_and_another_for_other_keys(monkeypatch):
    monkeypatch.setenv("LIVING_REVIEW_OPENALEX_KEY", "k1")
    one = shared_http()
    assert shared_http() is one
    monkeypatch.setenv("LIVING_REVIEW_OPENALEX_KEY", " ")
    assert shared_http() is not one
