"""The ledger: append-only, hash-chained, and many may write at once."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest
from schemas.ledger import Kind
from warehouse.ledger import Ledger

from schemas.errors import UserError

VERDICT = {"report_id": "rep_a", "stage": "title-abstract", "verdict": "include"}


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


def appended(path: Path, actor: str, n: int) -> list[int]:
    """One process's work in the test of many."""
    return [Ledger(path).append(Kind.SCREENING_DECISION, actor, {**VERDICT, "n": number}).seq for number in range(n)]


def test_events_come_back_in_order_as_they_were_said(ledger: Ledger) -> None:
    at = datetime(2020, 1, 6, 12, tzinfo=UTC)
    first = ledger.append(Kind.SCREENING_DECISION, "Ada", {**VERDICT, "reason": "Jonnö"}, at=at)
    second = ledger.append(Kind.SCREENING_UNDO, "Ada", {"seq": 1})
    assert list(ledger.events()) == [first, second]
    assert (first.seq, first.at, first.actor, first.payload["reason"]) == (1, at, "Ada", "Jonnö")
    assert list(ledger.events(Kind.SCREENING_UNDO)) == list(ledger.events(after=1)) == [second]
    assert list(ledger.events(until=at)) == [first]
    assert ledger.verify() == 2


def test_no_file_is_no_event_and_reading_makes_none(ledger: Ledger) -> None:
    assert list(ledger.events()) == []
    assert ledger.verify() == 0
    assert not ledger.path.exists()


@pytest.mark.parametrize(
    "change", ["UPDATE event SET payload = '{}'", "DELETE FROM event", "REPLACE INTO event SELECT * FROM event"]
)
def test_no_client_of_sqlite_can_change_an_event(ledger: Ledger, change: str) -> None:
    ledger.append(Kind.SCREENING_DECISION, "Ada", VERDICT)
    before = list(ledger.events())
    with closing(sqlite3.connect(ledger.path)) as db, pytest.raises(sqlite3.DatabaseError, match="append-only"):
        db.execute(change)
    assert list(ledger.events()) == before


@pytest.mark.parametrize(
    ("tampering", "found_at"),
    [
        ("UPDATE event SET payload = replace(payload, 'include', 'exclude') WHERE seq = 2", 2),
        ("UPDATE event SET actor = 'Ben' WHERE seq = 3", 3),
        ("UPDATE event SET at = '2019-01-01T00:00:00+00:00' WHERE seq = 1", 1),
        ("DELETE FROM event WHERE seq = 2", 3),
        ("DELETE FROM event WHERE seq = 1", 2),
    ],
)
def test_who_drops_the_triggers_breaks_the_chain(ledger: Ledger, tampering: str, found_at: int) -> None:
    for _ in range(4):
        ledger.append(Kind.SCREENING_DECISION, "Ada", VERDICT)
    with closing(sqlite3.connect(ledger.path)) as db, db:
        db.executescript(f"DROP TRIGGER event_is_never_updated; DROP TRIGGER event_is_never_deleted; {tampering};")
    with pytest.raises(UserError, match=f"event {found_at} does not fit"):
        ledger.verify()


def test_eight_processes_at_once_lose_nothing(ledger: Ledger) -> None:
    with ProcessPoolExecutor(8, mp_context=get_context("spawn")) as pool:
        work = [pool.submit(appended, ledger.path, f"reviewer-{n}", 12) for n in range(8)]
        given = sorted(seq for one in work for seq in one.result())
    assert given == list(range(1, 8 * 12 + 1))
    assert ledger.verify() == 8 * 12
    said = {(event.actor, event.payload["n"]) for event in ledger.events()}
    assert said == {(f"reviewer-{n}", number) for n in range(8) for number in range(12)}


def test_a_file_that_is_no_ledger_is_one_line(ledger: Ledger) -> None:
    ledger.path.write_bytes(b"not a database at all, but long enough to be mistaken for one" * 20)
    with pytest.raises(UserError, match="not a readable ledger") as error:
        ledger.append(Kind.SCREENING_DECISION, "Ada", VERDICT)
    assert error.value.path == ledger.path
