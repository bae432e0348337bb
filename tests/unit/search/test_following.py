"""What an update asks beside its searches: citations of included reports, notices, open texts."""

from __future__ import annotations

from datetime import date, timedelta

from tasks.review.update import asks_about_reports
from tests.support.living import (
    CHECKS,
    CITATIONS,
    DECISIONS,
    FEBRUARY,
    JANUARY,
    OTHER,
    SEED,
)


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
    assert [what for _, what, _ in review.broken()] == ["notice", "notice"]
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
    assert broken[1] == "notices"
    assert broken[2].startswith("the last answer of crossref is not complete")


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
    assert not asks_about_reports(review.review.protocol().protocol)
    assert server.calls == []
