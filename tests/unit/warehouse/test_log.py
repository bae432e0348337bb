"""The log: append-only, hash-chained, typed, and many may write at once."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest
from pydantic import ValidationError

from schemas.errors import UserError
from schemas.event import MODELS, ReviewStarted, ScreeningDecision, ScreeningUndo, read_event
from warehouse.log import Head, Log
from warehouse.sharing import SHARE


def verdict(report: str = "rep_a", said: str = "include", reason: str | None = None) -> ScreeningDecision:
    return ScreeningDecision(report_id=report, stage="title-abstract", verdict=said, reason=reason)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "ledger.sqlite")


def appended(path: Path, actor: str, n: int) -> list[int]:
    """One process's work in the test of many."""
    return [Log(path).append(verdict(f"rep_{number}"), actor).seq for number in range(n)]


def test_events_come_back_in_order_as_they_were_noted_behind_the_one_that_starts_the_review(log: Log) -> None:
    at = datetime(2020, 1, 6, 12, tzinfo=UTC)
    first = log.append(verdict(reason="Jonnö"), "Ada", at=at)
    second = log.append(ScreeningUndo(decision=2), "Ada")
    started, *rest = log.entries()
    assert isinstance(started.event, ReviewStarted)
    assert rest == [first, second]
    assert (first.seq, first.at, first.actor, first.event.reason) == (2, at, "Ada", "Jonnö")
    assert list(log.entries(ScreeningUndo)) == list(log.entries(after=2)) == [second]
    assert list(log.entries(ScreeningDecision, ScreeningUndo, upto=2)) == [first]
    assert log.verify() == log.head() == Head(3, second.hash)
    assert log.hash_at(2) == first.hash


def test_two_reviews_have_two_ids_and_a_review_keeps_its_own(tmp_path: Path) -> None:
    one, other = Log(tmp_path / "one.sqlite"), Log(tmp_path / "other.sqlite")
    for log in (one, other, one):
        log.append(verdict(), "Ada")
    assert one.review_id() != other.review_id()
    assert len(list(one.entries(ReviewStarted))) == 1


def test_no_file_is_no_event_and_reading_makes_none(log: Log) -> None:
    assert list(log.entries()) == []
    assert log.verify().seq == log.head().seq == 0
    assert log.review_id() is None
    assert not log.path.exists()


def test_each_hash_covers_the_event_before_it(tmp_path: Path) -> None:
    at = datetime(2020, 1, 6, tzinfo=UTC)
    logs = [Log(tmp_path / f"{n}.sqlite") for n in range(2)]
    logs[0].append(verdict("rep_a"), "Ada", at=at)
    with closing(sqlite3.connect(logs[0].path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    logs[1].path.write_bytes(logs[0].path.read_bytes())
    logs[0].append(verdict("rep_b"), "Ada", at=at)
    logs[1].append(verdict("rep_c"), "Ada", at=at)
    one, other = (log.append(verdict("rep_d"), "Ada", at=at) for log in logs)
    assert (one.seq, one.event, one.at, one.actor) == (other.seq, other.event, other.at, other.actor)
    assert one.hash != other.hash


def test_the_hash_is_one_that_can_be_made_by_hand_and_never_changes(log: Log) -> None:
    """Ledgers of today must hold under every later program."""
    entry = log.append(verdict(reason="Müller & Söhne"), "Jörg", at=datetime(2026, 1, 5, 12, tzinfo=UTC))
    with closing(sqlite3.connect(log.path)) as db:
        before, body = db.execute(
            "SELECT a.hash, b.payload FROM event AS a, event AS b WHERE a.seq = 1 AND b.seq = 2"
        ).fetchone()
    event = [before, 2, "2026-01-05T12:00:00.000000+00:00", "Jörg", "screening_decision", 2, body]
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    assert "Müller & Söhne" in text
    assert body.startswith('{"report_id":"rep_a","stage":"title-abstract",')
    # Neither its kind, which stands beside it, nor what is not known.
    assert "kind" not in json.loads(body)
    assert None not in json.loads(body).values()
    assert entry.hash == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "change", ["UPDATE event SET payload = '{}'", "DELETE FROM event", "REPLACE INTO event SELECT * FROM event"]
)
def test_no_client_of_sqlite_can_change_an_event(log: Log, change: str) -> None:
    log.append(verdict(), "Ada")
    before = list(log.entries())
    with closing(sqlite3.connect(log.path)) as db, pytest.raises(sqlite3.DatabaseError, match="append-only"):
        db.execute(change)
    assert list(log.entries()) == before


@pytest.mark.parametrize(
    ("tampering", "found_at"),
    [
        ("UPDATE event SET payload = replace(payload, 'include', 'exclude') WHERE seq = 3", 3),
        ("UPDATE event SET actor = 'Ben' WHERE seq = 4", 4),
        ("UPDATE event SET version = 1 WHERE seq = 4", 4),
        ("UPDATE event SET at = '2019-01-01T00:00:00+00:00' WHERE seq = 2", 2),
        ("DELETE FROM event WHERE seq = 3", 3),
        ("DELETE FROM event WHERE seq = 1", 1),
    ],
)
def test_who_drops_the_triggers_breaks_the_chain(log: Log, tampering: str, found_at: int) -> None:
    for _ in range(4):
        log.append(verdict(), "Ada")
    with closing(sqlite3.connect(log.path)) as db, db:
        db.executescript(f"DROP TRIGGER event_is_never_updated; DROP TRIGGER event_is_never_deleted; {tampering};")
    with pytest.raises(UserError, match=f"event {found_at} does not fit"):
        log.verify()


def test_a_payload_that_is_no_event_of_its_kind_is_neither_written_nor_read(log: Log) -> None:
    with pytest.raises(ValidationError):
        ScreeningDecision(report_id="rep_a", stage="title-abstract", verdict="perhaps")
    log.append(verdict(), "Ada")
    with closing(sqlite3.connect(log.path)) as db, db:
        values = (
            3,
            "2020-01-06T00:00:00+00:00",
            "Ada",
            "screening_decision",
            1,
            json.dumps({"verdict": "x"}),
            "0" * 64,
        )
        db.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    with pytest.raises(UserError, match="event 3 cannot be read") as error:
        list(log.entries())
    assert "\n" not in str(error.value)


def test_an_event_of_a_newer_program_is_told_as_such() -> None:
    with pytest.raises(ValueError, match="newer living-review"):
        read_event("screening_decision", 3, {})
    with pytest.raises(ValueError, match="newer living-review"):
        read_event("teleportation", 1, {})
    # What has had another shape before: a log of then is read all the same.
    assert {kind: model.version for kind, model in MODELS.items() if model.version != 1} == {
        "note": 4,
        "screening_decision": 2,
        "coding_settlement": 2,
        "release": 2,
    }
    assert read_event("note", 1, {"name": "decisions/a.csv", "who": "Ada"}).who == "Ada"
    first = {"report_id": "rep_a", "stage": "full-text", "verdict": "include", "consensus": False, "names": {}}
    assert read_event("screening_decision", 1, first).note is None


def test_eight_processes_at_once_lose_nothing(log: Log) -> None:
    with ProcessPoolExecutor(8, mp_context=get_context("spawn")) as pool:
        work = [pool.submit(appended, log.path, f"reviewer-{n}", 12) for n in range(8)]
        given = sorted(seq for one in work for seq in one.result())
    assert given == list(range(2, 8 * 12 + 2))
    assert log.verify().seq == 8 * 12 + 1
    said = {(entry.actor, entry.event.report_id) for entry in log.entries(ScreeningDecision)}
    assert said == {(f"reviewer-{n}", f"rep_{number}") for n in range(8) for number in range(12)}


def test_a_file_that_is_no_log_is_one_line(log: Log) -> None:
    log.path.write_bytes(b"not a database at all, but long enough to be mistaken for one" * 20)
    for use in (lambda: log.append(verdict(), "Ada"), lambda: list(log.entries()), log.verify, log.head):
        with pytest.raises(UserError, match="the log is damaged") as error:
            use()
        assert error.value.path == log.path


def test_a_ledger_of_an_older_program_is_told_and_left_alone(log: Log) -> None:
    with closing(sqlite3.connect(log.path)) as db, db:
        db.execute("CREATE TABLE event (seq INTEGER, at TEXT, actor TEXT, kind TEXT, payload TEXT, hash TEXT)")
    for use in (lambda: log.append(verdict(), "Ada"), lambda: list(log.entries())):
        with pytest.raises(UserError, match=r"older than 0\.2"):
            use()
    with closing(sqlite3.connect(log.path)) as db:
        assert [row[1] for row in db.execute("PRAGMA table_info(event)")] == [
            "seq",
            "at",
            "actor",
            "kind",
            "payload",
            "hash",
        ]


def test_a_log_in_a_folder_that_nobody_may_write_can_be_read(log: Log) -> None:
    log.append(verdict(), "Ada")
    with closing(sqlite3.connect(log.path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    log.path.parent.chmod(0o555)
    try:
        assert log.verify().seq == 2
    finally:
        log.path.parent.chmod(0o755)


def test_the_first_event_stands_on_64_zeros(log: Log) -> None:
    assert log.head() == Head(0, "0" * 64)
    started = Log(log.path).append(verdict(), "Ada", at=datetime(2026, 1, 5, 12, tzinfo=UTC)).seq - 1
    with closing(sqlite3.connect(log.path)) as db:
        (body,) = db.execute("SELECT payload FROM event WHERE seq = 1").fetchone()
    event = ["0" * 64, 1, "2026-01-05T12:00:00.000000+00:00", "Ada", "review_started", 1, body]
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    assert log.hash_at(started) == hashlib.sha256(text.encode()).hexdigest()
    assert log.hash_at(99) is None


SPACE, AGAIN, RESTORE = "free some space", "try again", "restore ledger.sqlite from a backup"


@pytest.mark.parametrize(
    ("name", "says", "hint"),
    [
        ("SQLITE_FULL", "the log cannot be written: the disk is full", SPACE),
        ("SQLITE_IOERR_FSYNC", "the log cannot be read or written: the disk reports an error, or is full", SPACE),
        ("SQLITE_BUSY_SNAPSHOT", "the log is being written by somebody else for more than 30 seconds", AGAIN),
        ("SQLITE_READONLY", "the log cannot be written: you may only read it, or its folder", SHARE),
        ("SQLITE_CANTOPEN", "the log cannot be opened: so it is", ""),
        ("SQLITE_PERM", "the log cannot be opened: so it is", ""),
        ("SQLITE_CORRUPT", "the log is damaged: so it is", RESTORE),
        (None, "the log is damaged: so it is", RESTORE),
    ],
)
def test_what_goes_wrong_is_told_with_the_way_out(log, monkeypatch, name: str | None, says: str, hint: str) -> None:
    log.append(verdict(), "Ada")

    def fails(*_: object, **__: object) -> None:
        error = sqlite3.OperationalError("so it is")
        if name:
            error.sqlite_errorname = name
        raise error

    monkeypatch.setattr("warehouse.log.sqlite3.connect", fails)
    with pytest.raises(UserError) as told:
        log.head()
    assert told.value.message == says
    assert (told.value.hint or "").startswith(hint)
    assert bool(told.value.hint) == bool(hint)


def test_whoever_holds_the_log_too_long_is_told(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    log.append(verdict(), "Ada")
    monkeypatch.setattr("warehouse.log._BUSY_SECONDS", 0)
    with closing(sqlite3.connect(log.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert log.head().seq == 2
        with pytest.raises(UserError, match="written by somebody else"):
            log.append(verdict(), "Ben")


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("SQLITE_CANTOPEN", True),
        ("SQLITE_READONLY_DIRECTORY", True),
        ("SQLITE_READONLY_CANTINIT", True),
        ("SQLITE_CORRUPT", False),
    ],
)
def test_where_there_is_no_place_for_an_index_the_file_alone_is_read(
    log, monkeypatch, name: str, readable: bool
) -> None:
    """As a user who may not write: the tests may run as one who may do anything."""
    log.append(verdict(), "Ada")
    with closing(sqlite3.connect(log.path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connect = sqlite3.connect

    class Locked(sqlite3.Connection):
        def execute(self, *_: object) -> sqlite3.Cursor:
            error = sqlite3.OperationalError("no place for it")
            error.sqlite_errorname = name
            raise error

    def connected(address: str, **options: object) -> sqlite3.Connection:
        return connect(address, **options, **({} if "immutable" in address else {"factory": Locked}))

    monkeypatch.setattr("warehouse.log.sqlite3.connect", connected)
    if readable:
        assert log.head().seq == 2
    else:
        with pytest.raises(UserError, match="is damaged"):
            log.head()


def test_a_log_of_before_0_2_is_refused_with_the_way_out_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            "CREATE TABLE event (seq INTEGER PRIMARY KEY, at TEXT, actor TEXT, kind TEXT, payload TEXT, hash TEXT)"
        )
    before = path.read_bytes()
    for use in (lambda: Log(path).head(), lambda: list(Log(path).entries()), lambda: Log(path).verify()):
        with pytest.raises(UserError, match=r"written by a living-review older than 0\.2") as refused:
            use()
        assert "living-review init NEW makes another" in refused.value.hint
    assert path.read_bytes() == before
