"""The plan of loading: which searches count, in which order, with what is known of each."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from schemas.event import Arrival, Content, Event, Note, SearchOutcome, SourceRenaming, Withdrawal
from schemas.protocol import Protocol
from tests.support.reviews import PROTOCOL
from warehouse.deliveries import find_withdrawn_events, map_current_names, read_deliveries
from warehouse.log import Entry
from warehouse.plan import PlannedSearch, plan_searches

START = datetime(2026, 1, 5, tzinfo=UTC)
SERVICE = '\n[[source]]\nname = "europepmc"\ndatabase = "Europe PMC"\nplatform = "Europe PMC"\nservice = "europepmc"\nstrategy = "x"\n'


def protocol(**changes: object) -> Protocol:
    """The small review's protocol and a service; `changes` are those of its first source, MEDLINE."""
    said = tomllib.loads(PROTOCOL.replace("[eligibility]", f"{SERVICE}\n[eligibility]", 1))
    said["source"][0] |= changes
    return Protocol.model_validate(said)


def digest(content: str) -> str:
    return content.encode().hex().ljust(64, "0")


def export(name: str = "exports/medline/a.ris", content: str = "a", source: str = "medline") -> Arrival:
    return Arrival(name=name, content=Content.EXPORT, sha256=digest(content), size=1, source=source)


def page(number: int, key: str = "k", content: str = "") -> Arrival:
    return Arrival(
        name=f"services/europepmc/{key}/{number}", content=Content.PAGE, sha256=digest(content or f"{key}{number}"), size=1,
        source="europepmc", search_key=key, page=number,
    )  # fmt: skip


def outcome(*pages: str, key: str = "k", **more: object) -> SearchOutcome:
    fields = {"executed_at": START, "strategy": "x", "complete": True, **more}
    return SearchOutcome(search_key=key, source="europepmc", pages=tuple(map(digest, pages)), **fields)


def plan(*events: Event, now: Protocol | None = None, then: Protocol | None = None) -> list[PlannedSearch]:
    entries = [Entry(n, START + timedelta(days=n), "Ada", event, "0" * 64) for n, event in enumerate(events, start=1)]
    now = now or protocol()
    gone = find_withdrawn_events(entries)
    return plan_searches(
        read_deliveries(entries, [source.name for source in now.source]),
        [entry for entry in entries if isinstance(entry.event, SearchOutcome) and entry.seq not in gone],
        now, lambda seq: then or now, map_current_names(entries),
    )  # fmt: skip


def test_searches_stand_in_the_order_of_the_log_whatever_their_kind() -> None:
    found = plan(export(), page(1), outcome("k1"), export("exports/cinahl/b.ris", "b", "cinahl"))
    assert [(one.event_id, one.source.name, one.is_export) for one in found] == [
        (1, "medline", True), (3, "europepmc", False), (4, "cinahl", True),
    ]  # fmt: skip


def test_what_does_not_count_is_no_search() -> None:
    assert plan(export(), Withdrawal(arrival=1)) == []
    assert plan(export(source="gone")) == []
    assert plan(page(1)) == []  # its run died before the outcome was noted
    assert plan(page(1), outcome("k1"), Withdrawal(arrival=2)) == []


def test_an_export_for_a_source_that_the_protocol_does_not_have_is_no_search() -> None:
    entry = Entry(1, START, "Ada", export(source="gone"), "0" * 64)
    assert plan_searches(read_deliveries([entry]), [], protocol(), lambda _: protocol(), {}) == []


def test_an_answer_has_the_pages_of_its_own_key_that_it_names_in_their_order() -> None:
    (one,) = plan(page(2), page(1), page(3), page(1, "other"), outcome("k1", "k2"))
    assert [file.arrival_id for file in one.files] == [2, 1]
    assert (one.key, one.name) == ("k", "search of europepmc")


def test_an_answer_says_when_it_was_asked_and_how_it_ended() -> None:
    said = {"window_from": date(2026, 1, 1), "window_to": date(2026, 1, 9), "expected": 7, "reason": "it fell silent"}
    (one,) = plan(page(1), outcome("k1", complete=False, **said))
    assert (one.executed_at, one.executed_at_known, one.strategy) == (START, True, "x")
    assert (one.window_from, one.window_to, one.hits) == (date(2026, 1, 1), date(2026, 1, 9), 7)
    assert (one.complete, one.reason) == (False, "it fell silent")


def test_an_export_that_nobody_said_anything_of_has_the_date_of_its_receipt_which_is_not_known() -> None:
    (one,) = plan(export())
    assert (one.executed_at, one.executed_at_known) == (START + timedelta(days=1), False)
    assert (one.key, one.name, one.files[0].sha256) == ("e1", "exports/medline/a.ris", digest("a"))
    assert one.complete


def test_what_the_note_says_goes_before_what_the_protocol_says() -> None:
    asked = protocol(strategy="of the protocol", window_from=date(2003, 1, 1), window_to=date(2026, 1, 1))
    (bare,) = plan(export(), now=asked)
    assert (bare.strategy, bare.window_from, bare.window_to) == ("of the protocol", date(2003, 1, 1), date(2026, 1, 1))
    note = Note(
        name="exports/medline/a.ris", strategy="of the note", hits=9, executed_at=START,
        window_from=date(2025, 1, 1), window_to=date(2025, 2, 1),
    )  # fmt: skip
    (noted,) = plan(export(), note, now=asked)
    assert (noted.strategy, noted.window_from, noted.window_to) == (
        "of the note",
        date(2025, 1, 1),
        date(2025, 2, 1),
    )
    assert (noted.hits, noted.files[0].hits, noted.executed_at, noted.executed_at_known) == (9, 9, START, True)


def test_the_strategy_is_that_of_the_protocol_when_the_export_came_in() -> None:
    (one,) = plan(export(), now=protocol(strategy="of today"), then=protocol(strategy="of then"))
    assert one.strategy == "of then"


def test_a_source_that_was_renamed_has_its_searches_under_its_name_of_today() -> None:
    renaming = SourceRenaming(old="europepmc", new="epmc")
    said = protocol().model_dump()
    said["source"][-1]["name"] = "epmc"
    (one,) = plan(page(1), outcome("k1"), renaming, now=Protocol.model_validate(said))
    assert (one.source.name, one.former_sources, len(one.files)) == ("epmc", ("europepmc",), 1)


@pytest.mark.parametrize(
    "change",
    [{"executed_at": START}, {"hits": 3}, {"former_sources": ("embase",)}, {"strategy": "y"}, {"reason": "why"}, {"files": ()}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_anything_that_loading_depends_on_is_in_the_fingerprint(change: dict) -> None:
    (one,) = plan(export())
    sources = protocol().source
    assert one.fingerprint(sources) == plan(export())[0].fingerprint(protocol().source)
    assert replace(one, **change).fingerprint(sources) != one.fingerprint(sources)


@pytest.mark.parametrize(
    ("change", "same"),
    [({"platform": "EBSCO"}, False), ({"database": "x"}, False), ({"method": "register"}, False), ({"every_days": 7}, True)],
)  # fmt: skip
def test_so_is_what_the_protocol_says_of_databases_and_nothing_else_of_it(change: dict, same: bool) -> None:
    (one,) = plan(export())
    assert (one.fingerprint(protocol().source) == one.fingerprint(protocol(**change).source)) == same
