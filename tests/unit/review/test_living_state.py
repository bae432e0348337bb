"""The state of a living review on a day: by what was searched, by what waits, and by what a person says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pytest

from schemas.event import EvidenceJudged, Release, RunEnded
from schemas.event_base import Event
from schemas.protocol import Protocol, Schedule, SearchSource
from tasks.review.living_state import LivingState, find_living_state, read_currency
from tasks.review.six_questions import answer_six_questions
from tests.support.handmade import Handmade
from warehouse.log import Entry

TODAY = date(2026, 11, 28)


def protocol(**living: Any) -> Protocol:
    sources = [{"name": name, "database": name, "platform": "any"} for name in ("medline", "embase")]
    return Protocol.model_validate(
        {
            "review": {"title": "A review", "question": "What do invented people say?"},
            "source": sources,
            "eligibility": {"include": ["Anything."], "exclusion": [{"reason": "Wrong population"}]},
            "living": living,
        }
    )


@pytest.fixture
def made(empty: duckdb.DuckDBPyConnection) -> Handmade:
    """A warehouse whose two sources were searched ten days ago, with a report that is included."""
    made = Handmade(empty)
    empty.execute("DELETE FROM core.source WHERE source NOT IN ('medline', 'embase')")
    searched(made, "medline", 10)
    searched(made, "embase", 10)
    made.record("a")
    for stage in ("title-abstract", "full-text"):
        made.vote("a", "Ada", "include", stage)
        made.vote("a", "Ben", "include", stage)
    return made


def searched(made: Handmade, source: str, days_ago: int, *, complete: bool = True, reason: str = "") -> None:
    at = datetime.combine(TODAY, datetime.min.time(), tzinfo=UTC) - timedelta(days=days_ago)
    name = f"q-{source}-{days_ago}"
    made.search(name, source, executed_at=at, complete=complete, reason=reason)


def state(made: Handmade, *events: Event, day: date = TODAY, **living: Any) -> LivingState:
    from warehouse.materialise import materialise

    materialise(made.con)
    entries = [
        Entry(n, datetime(2026, 11, 20, tzinfo=UTC) + timedelta(minutes=n), "Ada", event, "")  # type: ignore[arg-type]
        for n, event in enumerate(events, start=1)
    ]
    return find_living_state(made.con, protocol(**living), entries, day)


def judged(effect: str) -> EvidenceJudged:
    return EvidenceJudged(effect=effect, why="the new study says otherwise")  # type: ignore[arg-type]


def run(new_reports: int) -> RunEnded:
    return RunEnded(
        run_id="r",
        started_at=datetime(2026, 11, 1, tzinfo=UTC),
        trigger="t",
        state="completed",
        new_reports=new_reports,
    )


def release() -> Release:
    return Release(
        number=3, run_id="r", upto=1, head="0" * 64, basis="b", content_hash="c", included=()
    )  # fmt: skip


def test_up_to_date_while_nothing_waits_and_no_source_is_stale(made: Handmade) -> None:
    found = state(made)
    assert found.state == "up to date"
    assert found.currency["state"].to_list() == ["current", "current"]
    assert found.overdue_from == TODAY - timedelta(days=10) + timedelta(days=31 + 14 + 1)


def test_what_waits_is_new_evidence_until_somebody_says_what_it_does(made: Handmade) -> None:
    made.record("b")
    assert state(made).state == "new evidence awaiting"
    assert state(made).reasons == ["1 report to screen"]
    assert state(made, judged("unlikely")).state == "new evidence, conclusions unlikely to change"
    assert state(made, judged("likely")).state == "new evidence, conclusions likely to change"
    assert state(made, judged("likely"), judged("unsaid")).state == "new evidence awaiting"


def test_what_was_said_lapses_when_a_run_finds_further_reports(made: Handmade) -> None:
    made.record("b")
    assert state(made, judged("likely"), run(0)).state == "new evidence, conclusions likely to change"
    assert state(made, judged("likely"), run(1)).state == "new evidence awaiting"


@pytest.mark.parametrize(
    ("days", "name", "stale_since"),
    [
        (31, "current", None),
        (32, "due", None),
        (45, "due", None),
        (46, "stale", TODAY),
        (50, "stale", TODAY - timedelta(days=4)),
    ],
)
def test_a_source_is_due_then_stale_by_the_rule_of_the_protocol(
    made: Handmade, days: int, name: str, stale_since: date | None
) -> None:
    made.con.execute("DELETE FROM core.search WHERE source = 'embase'")
    searched(made, "embase", days)
    found = state(made)
    assert found.currency.filter(source="embase").select("state", "stale_since").row(0) == (name, stale_since)
    assert found.state == ("overdue" if name == "stale" else "up to date")


def test_what_nobody_promises_to_search_again_is_never_stale(made: Handmade) -> None:
    made.con.execute("UPDATE core.source SET every_days = NULL, method = 'websites' WHERE source = 'embase'")
    later = read_currency(made.con, protocol(), TODAY + timedelta(days=900)).filter(source="embase")
    assert later.select("state", "current_until", "stale_since").row(0) == ("not repeated", None, None)
    source = {"database": "x", "platform": "y"}
    for more, days in (
        ({"name": "a"}, 31), ({"name": "a", "method": "register", "every_days": 92}, 92), ({"name": "a", "method": "websites"}, None),
        ({"name": "a", "method": "websites", "every_days": 31}, 31),
        ({"name": "a", "method": "citation searching", "service": "openalex"}, 31),
    ):  # fmt: skip
        assert SearchSource.model_validate(source | more).repeated_every == days


def test_the_window_is_that_of_the_last_search_though_it_was_not_said(made: Handmade) -> None:
    made.search("q-old", "embase", executed_at=datetime(2020, 1, 6, tzinfo=UTC), window_to=date(2019, 12, 31))
    searched(made, "embase", 1)
    assert read_currency(made.con, protocol(), TODAY).filter(source="embase")["window_to"].to_list() == [None]


def test_a_search_that_is_not_complete_leaves_the_one_before_to_count(made: Handmade) -> None:
    searched(made, "embase", 1, complete=False, reason="embase answers 503")
    row = state(made).currency.filter(source="embase").row(0, named=True)
    assert (row["state"], row["last_search"], row["reason"]) == (
        "failing",
        TODAY - timedelta(days=10),
        "embase answers 503",
    )


def test_a_database_that_was_never_searched_keeps_the_review_from_being_up_to_date(made: Handmade) -> None:
    made.con.execute("DELETE FROM core.search WHERE source = 'embase'")
    assert state(made).reasons == ["never searched: embase"]


def test_a_version_can_be_overdue_whatever_the_sources(made: Handmade) -> None:
    assert state(made, release(), version_every_days=8).state == "up to date"
    assert state(made, release(), version_every_days=7).state == "overdue"


def test_a_retired_review_is_retired_whatever_waits(made: Handmade) -> None:
    made.record("b")
    said = {"retired": date(2026, 11, 1), "retired_because": "the question is answered"}
    assert state(made, **said).reasons == ["retired on 2026-11-01: the question is answered"]
    assert state(made, day=date(2026, 10, 31), **said).state != "retired"


def test_looking_into_a_mailbox_is_no_search_and_into_a_zotero_library_is_one(made: Handmade) -> None:
    made.con.execute("DELETE FROM core.search")
    for source, feed in (("medline", "mailbox"), ("embase", "zotero")):
        made.con.execute(
            "INSERT INTO core.feed_check VALUES (1, ?, ?, 'place', TIMESTAMPTZ '2026-11-27 12:00:00Z', 0, true, '')",
            [source, feed],
        )
    assert state(made).currency.select("source", "state", "looked_at").rows() == [
        ("medline", "never searched", date(2026, 11, 27)),
        ("embase", "current", date(2026, 11, 27)),
    ]


def test_the_six_questions_say_what_is_missing() -> None:
    bare = {answer.question: answer for answer in answer_six_questions(protocol())}
    assert list(bare) == ["what", "how", "when to produce", "when to update", "how to disseminate", "when to stop"]
    assert bare["when to stop"].lines == ["there is no retirement plan"]
    assert bare["when to stop"].missing == ["living.retirement"]
    said = {
        answer.question: answer
        for answer in answer_six_questions(protocol(retirement="In 2028, or when funding ends."))
    }
    assert (said["when to stop"].lines, said["when to stop"].missing) == (["In 2028, or when funding ends."], [])


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("0 6 1 * *", "on day 1 of each month, at 6:00"),
        ("5 23 * * 1", "each Monday, at 23:05"),
        ("30 4 * * *", "each day, at 4:30"),
        ("0 6 1 */3 *", "on the cron '0 6 1 */3 *'"),
        ("*/5 * * * *", "on the cron '*/5 * * * *'"),
        ("0 6 1-7 * 1", "on the cron '0 6 1-7 * 1'"),
        ("0 6 * * 1,4", "on the cron '0 6 * * 1,4'"),
    ],
)
def test_a_schedule_is_told_in_words_where_it_is_simple(cron: str, said: str) -> None:
    rhythm = protocol().model_copy(update={"schedule": Schedule(cron=cron)})
    assert answer_six_questions(rhythm)[3].lines[0] == f"updated {said} (UTC)"
