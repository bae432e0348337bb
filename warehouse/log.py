"""The log (ledger.sqlite): everything that happened to a review, append-only and hash-chained.

One SQLite file in WAL mode: many reviewers may append while a flow runs. Nothing is ever updated in place: undo is an
event. Each event's hash covers the event before it, so that a changed, removed or inserted event shows at `verify`;
a tail that was cut off shows against a `Head` that was kept elsewhere (each release keeps one).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from schemas import clock
from schemas.errors import UserError
from schemas.event import AnyEvent, ReviewStarted, read_event
from schemas.event_base import Event
from warehouse.sharing import SHARE

_SCHEMA = (Path(__file__).parent / "log.sql").read_text(encoding="utf-8")
_GENESIS = "0" * 64
_BUSY_SECONDS = 30
_NOT_OPENED = ("SQLITE_CANTOPEN", "SQLITE_PERM")
_RESTORE = "restore ledger.sqlite from a backup"


@dataclass(frozen=True)
class Head:
    """The last event of a log: its place and its hash, which vouches for all before it. An empty log has seq 0."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Entry:
    """One event as it stands in the log; `at` is UTC, `seq` counts from 1 without gaps."""

    seq: int
    at: datetime
    actor: str
    event: AnyEvent
    hash: str


class Log:
    """The events of one review. Every method opens and closes the file: no connection is held between them, but by `keep_open`.

    Every method raises UserError where the file cannot be read or written, or is not a log.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, event: Event, actor: str, *, at: datetime | None = None) -> Entry:
        """Adds one event and returns it; it is on disk when this returns. The first event of a log starts the review.

        Raises UserError where the file stays locked for longer than 30 seconds.
        """
        when = (at or clock.now()).astimezone(UTC)
        with self._open(write=True) as db:
            db.execute("BEGIN IMMEDIATE")
            head = _head(db)
            if head.seq == 0:
                head = _insert(db, head, when, actor, ReviewStarted(review_id=uuid.uuid4().hex))
            head = _insert(db, head, when, actor, event)
            db.execute("COMMIT")
        return Entry(head.seq, when, actor, event, head.hash)  # type: ignore[arg-type]  # every model is one of AnyEvent

    @contextmanager
    def keep_open(self) -> Iterator[None]:
        """For a process that appends often: while it lasts, SQLite does not write the journal back after each event, which costs more
        than the event. Nothing is safer or less safe for it."""
        with self._open(write=True):
            yield

    def copy_to(self, target: Path) -> Head:
        """Copies the log as it stands to a file, in one piece though others append meanwhile; returns the last event of the copy."""
        with self._open() as db, closing(sqlite3.connect(target)) as copy:
            db.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a journal beside it
            return _head(copy)

    def entries(self, *models: type[Event], after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """The events in order: of these models (all, if none is named), after one place and up to and including another."""
        if not self.path.exists():
            return
        kinds = [str(model.model_fields["kind"].default) for model in models]
        chosen = f"AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
        with self._open() as db:
            rows = db.execute(
                "SELECT seq, at, actor, kind, version, payload, hash FROM event "  # noqa: S608 - placeholders only
                f"WHERE seq > ? AND seq <= ? {chosen} ORDER BY seq",
                (after, 2**62 if upto is None else upto, *kinds),
            ).fetchall()
        for row in rows:
            yield self._entry(row)

    def head(self) -> Head:
        """The last event; seq 0 where there is none."""
        if not self.path.exists():
            return Head(0, _GENESIS)
        with self._open() as db:
            return _head(db)

    def hash_at(self, seq: int) -> str | None:
        """The hash of one event, None where there is no such event."""
        if not self.path.exists():
            return None
        with self._open() as db:
            row = db.execute("SELECT hash FROM event WHERE seq = ?", (seq,)).fetchone()
        return str(row[0]) if row else None

    def review_id(self) -> str | None:
        """What tells this review from others; None while nothing has happened to it."""
        first = next(self.entries(ReviewStarted, upto=1), None)
        return first.event.review_id if first and isinstance(first.event, ReviewStarted) else None

    def verify(self) -> Head:
        """The last event, if the chain holds and every event can be read.

        Raises UserError naming the first event that does not fit.
        """
        previous, expected = _GENESIS, 0
        if not self.path.exists():
            return Head(expected, previous)
        with self._open() as db:
            if (found := db.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
                raise UserError(f"is damaged: {_one_line(found)}", path=self.path, hint=_RESTORE)
            rows = db.execute("SELECT seq, at, actor, kind, version, payload, hash FROM event ORDER BY seq").fetchall()
        for seq, stamp, actor, kind, version, body, digest in rows:
            expected += 1
            if seq != expected or digest != _digest(previous, [seq, stamp, actor, kind, version, body]):
                raise UserError(
                    f"event {expected} does not fit the chain: it, or the one before it, was changed or removed",
                    path=self.path,
                    hint=_RESTORE,
                )
            self._entry((seq, stamp, actor, kind, version, body, digest))
            previous = digest
        return Head(expected, previous)

    def _entry(self, row: tuple[Any, ...]) -> Entry:
        seq, stamp, actor, kind, version, body, digest = row
        try:
            return Entry(seq, datetime.fromisoformat(stamp), actor, read_event(kind, version, json.loads(body)), digest)
        except (ValueError, TypeError) as error:
            raise UserError(
                f"event {seq} cannot be read: {_one_line(error)}",
                path=self.path,
                hint=f"{_RESTORE}, or upgrade living-review where a newer one wrote it",
            ) from None

    @contextmanager
    def _open(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        db: sqlite3.Connection | None = None
        try:
            db = self._connect(write=write)
            yield db
        except sqlite3.Error as error:
            raise UserError(f"the log {_why(error)}", path=self.path, hint=_hint(error)) from None
        finally:
            if db is not None:
                db.close()

    def _connect(self, *, write: bool) -> sqlite3.Connection:
        if write:
            with suppress(
                OSError
            ):  # SQLite says better what is wrong; by itself it makes a file that no group can write
                self.path.touch()
            db = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            _refuse_old(db, self.path)
            db.executescript(_SCHEMA)
            return db
        address = f"file:{quote(str(self.path))}?mode=ro"
        db = sqlite3.connect(address, timeout=_BUSY_SECONDS, isolation_level=None, uri=True)
        try:
            db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.OperationalError as error:
            # A folder that cannot be written: there is no place for WAL's index, and nobody writes there either.
            if error.sqlite_errorname not in (
                "SQLITE_CANTOPEN",
                "SQLITE_READONLY_DIRECTORY",
                "SQLITE_READONLY_CANTINIT",
            ):
                raise
            db.close()
            db = sqlite3.connect(f"{address}&immutable=1", isolation_level=None, uri=True)
        _refuse_old(db, self.path)
        return db


def _refuse_old(db: sqlite3.Connection, path: Path) -> None:
    columns = {row[1] for row in db.execute("PRAGMA table_info(event)")}
    if columns and "version" not in columns:
        db.close()
        raise UserError(
            "was written by a living-review older than 0.2, whose events are of another shape",
            path=path,
            hint="keep that folder as it is; living-review init NEW makes another, which takes the old one's review.toml and what lies in "
            "exports, decisions, coding, extraction and appraisal",
        )


def _insert(db: sqlite3.Connection, head: Head, at: datetime, actor: str, event: Event) -> Head:
    body = event.model_dump_json(exclude={"kind"}, exclude_none=True)
    kind, seq, stamp = str(event.kind), head.seq + 1, at.isoformat(timespec="microseconds")
    read_event(kind, event.version, json.loads(body))  # what cannot be read back is not written
    digest = _digest(head.hash, [seq, stamp, actor, kind, event.version, body])
    db.execute(
        "INSERT INTO event (seq, at, actor, kind, version, payload, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (seq, stamp, actor, kind, event.version, body, digest),
    )
    return Head(seq, digest)


def _head(db: sqlite3.Connection) -> Head:
    row = db.execute("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(*row) if row else Head(0, _GENESIS)


def _digest(previous: str, event: list[int | str]) -> str:
    text = json.dumps([previous, *event], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _why(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name == "SQLITE_FULL":
        return "cannot be written: the disk is full"
    if name.startswith("SQLITE_IOERR"):
        return "cannot be read or written: the disk reports an error, or is full"
    if name.startswith("SQLITE_BUSY"):
        return "is being written by somebody else for more than 30 seconds"
    if name.startswith("SQLITE_READONLY"):
        return "cannot be written: you may only read it, or its folder"
    if name.startswith(_NOT_OPENED):
        return f"cannot be opened: {error}"
    return f"is damaged: {_one_line(error)}"


def _hint(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name == "SQLITE_FULL" or name.startswith("SQLITE_IOERR"):
        return "free some space, then run again; nothing that was noted before is lost"
    if name.startswith("SQLITE_BUSY"):
        return "try again"
    if name.startswith("SQLITE_READONLY"):
        return SHARE
    return "" if name.startswith(_NOT_OPENED) else _RESTORE


def _one_line(what: object) -> str:
    return " ".join(str(what).split())[:200]
