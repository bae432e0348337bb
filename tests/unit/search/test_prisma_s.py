"""The PRISMA-S table: 16 items, from the protocol and the searches, and what is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from schemas.protocol import Protocol
from tasks.search.prisma_s import HEADINGS, prisma_s


def protocol(*extra, **change):
    medline = {
        "name": "medline",
        "database": "MEDLINE",
        "platform": "Ovid",
        "window_from": date(2003, 1, 1),
        "limits": "no limit on language",
        "strategy": "1. nurse\n2. door\n3. 1 and 2",
        **change,
    }
    embase = {"name": "embase", "database": "Embase", "platform": "Ovid"}
    return Protocol.model_validate(
        {
            "review": {"title": "T", "question": "Q"},
            "source": [medline, embase, *extra],
            "eligibility": {"include": ["x"], "exclusion": [{"reason": "y"}]},
        }
    )


RUN = {
    "source": "medline",
    "window_from": None,
    "window_to": date(2026, 11, 1),
    "executed_at": datetime(2026, 11, 1, 6, tzinfo=UTC),
    "hits": 120,
    "loaded": 118,
    "complete": True,
    "strategy": "1. nurse",
}


@pytest.fixture
def table():
    return {row.item: row for row in prisma_s(protocol(), [RUN])}


def test_all_16_items_in_order():
    assert [row.item for row in prisma_s(protocol(), [])] == list(range(1, 17)) == sorted(HEADINGS)


def test_what_the_protocol_and_the_searches_say(table):
    assert table[1].text == "MEDLINE (Ovid)\nEmbase (Ovid)"
    assert table[2].text.startswith("Ovid: MEDLINE, Embase")
    assert "3. 1 and 2" in table[8].text
    assert "3 lines" in table[8].text
    assert "1 earlier version of this strategy was run" in table[8].text
    assert table[9].text == "medline: no limit on language; published 2003-01-01 to today"
    assert "medline: 2026-11-01, window from the beginning to 2026-11-01" in table[13].text
    assert "medline: 120 hits, 118 records loaded in 1 search" in table[15].text


def test_what_is_missing_is_named(table):
    missing = {item: row.missing for item, row in table.items() if not row.reported}
    assert missing[8] == "the strategy for embase"
    assert missing[9] == "the limits of embase, or that there are none"
    assert missing[13] == "embase has not been searched"
    assert missing[15] == "embase has brought no records yet"
    assert missing[16] == "deduplication has not been run"
    assert set(missing) == {3, 4, 5, 6, 8, 9, 10, 11, 13, 14, 15, 16}


def test_other_methods_of_the_protocol_are_reported():
    chased = {
        "name": "cites",
        "database": "Citations of included reports",
        "platform": "OpenAlex",
        "method": "citation searching",
    }
    register = {"name": "ct", "database": "ClinicalTrials.gov", "platform": "ClinicalTrials.gov", "method": "register"}
    rows = {row.item: row for row in prisma_s(protocol(chased, register), [RUN], duplicates=12)}
    assert (rows[5].reported, rows[5].text) == (True, "Citations of included reports, OpenAlex")
    assert (rows[3].reported, rows[3].text) == (True, "ClinicalTrials.gov, ClinicalTrials.gov")
    assert "12 duplicate records were removed." in rows[16].text
    assert "the strategy for ct" in rows[8].missing


def test_a_search_is_rerun_on_another_day_and_not_by_a_second_file():
    part = {**RUN, "executed_at": datetime(2026, 11, 1, 7, tzinfo=UTC)}
    undated = {**RUN, "executed_at": datetime(2026, 11, 9, tzinfo=UTC), "executed_at_known": False}
    later = {**RUN, "executed_at": datetime(2026, 12, 1, tzinfo=UTC)}
    for runs, said in (([RUN, part], False), ([RUN, undated], False), ([RUN, part, later], True)):
        text = {row.item: row for row in prisma_s(protocol(), runs)}[12].text
        assert ("medline: rerun 1 time" in text.splitlines()) is said
        assert ("rerun 1 time" in text) is said


def test_the_teams_own_words_fill_what_only_they_know():
    rows = {row.item: row for row in prisma_s(protocol(), [RUN], statements={14: "Reviewed with PRESS.", 3: "None."})}
    assert (rows[14].reported, rows[14].text, rows[14].missing) == (True, "Reviewed with PRESS.", "")
    assert rows[3].reported
    assert not rows[10].reported


def test_hits_that_nobody_noted_are_missing():
    rows = {row.item: row for row in prisma_s(protocol(), [{**RUN, "hits": None}])}
    assert "the hits that medline reported for 1 search" in rows[15].missing


def test_a_search_that_was_not_complete_says_so():
    rows = {row.item: row for row in prisma_s(protocol(), [{**RUN, "complete": False}])}
    assert "not complete" in rows[13].text


def test_citations_that_a_service_chases_are_described():
    chased = {
        "name": "c",
        "database": "Citations",
        "platform": "OpenAlex",
        "method": "citation searching",
        "service": "openalex",
    }
    (item,) = [one for one in prisma_s(protocol(chased), []) if one.item == 5]
    assert item.text == "Citations, OpenAlex; forwards and backwards from the included reports, by openalex"
