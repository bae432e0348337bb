"""The ledger: every human judgement, append-only and hash-chained.

One SQLite file in WAL mode: many reviewers may append while a flow runs. Nothing is ever updated in place: undo is an
event. Each event's hash covers the event before it, so that a changed, removed or inserted event shows at `verify`.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from schemas.errors import UserError
from schemas.ledger import Kind

_SCHEMA = (Path(__file__).parent / "ledger.sql").read_text(encoding="utf-8")
_GENESIS = "0" * 64
_BUSY_SECONDS = 30


@dataclass(frozen=True)
class Event:
    """One event as it stands in the ledger; `at` is UTC, `seq` counts from 1 without gaps."""

    seq: int
    at: datetime
    actor: str
    kind: Kind
    payload: dict[str, Any]
    hash: str


class Ledger:
    """The events of one review. Every method opens and closes the file: no connection is held between them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, kind: Kind, actor: str, payload: Mapping[str, Any], *, at: datetime | None = None) -> Event:
        """Adds one event and returns it; it is on disk when this returns.

        Raises UserError where the file is not a ledger, or stays locked for longer than 30 seconds.
        """
        when = (at or datetime.now(UTC)).astimezone(UTC)
        body = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
        with closing(self._connect()) as db:
            try:
                db.execute("BEGIN IMMEDIATE")
                row = db.execute("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
                seq, previous = (row[0] + 1, row[1]) if row else (1, _GENESIS)
                stamp = when.isoformat(timespec="microseconds")
                digest = _digest(previous, [seq, stamp, actor, kind.value, body])
                db.execute(
                    "INSERT INTO event (seq, at, actor, kind, payload, hash) VALUES (?, ?, ?, ?, ?, ?)",
                    (seq, stamp, actor, kind.value, body, digest),
                )
                db.execute("COMMIT")
            except sqlite3.OperationalError as error:
                raise UserError(f"the ledger cannot be written: {error}", path=self.path) from None
        return Event(seq, when, actor, kind, json.loads(body), digest)

    def events(self, *kinds: Kind, after: int = 0, until: datetime | None = None) -> Iterator[Event]:
        """The events in order: of these kinds (all, if none is named), after a seq, up to and including a time."""
        if not self.path.exists():
            return
        with closing(self._connect()) as db:
            rows = db.execute(
                "SELECT seq, at, actor, kind, payload, hash FROM event WHERE seq > ? ORDER BY seq", (after,)
            ).fetchall()
        for seq, stamp, actor, kind, body, digest in rows:
            at = datetime.fromisoformat(stamp)
            if (not kinds or Kind(kind) in kinds) and (until is None or at <= until):
                yield Event(seq, at, actor, Kind(kind), json.loads(body), digest)

    def verify(self) -> int:
        """The number of events, if the chain holds. Raises UserError naming the first event that does not fit."""
        if not self.path.exists():
            return 0
        previous, expected = _GENESIS, 0
        with closing(self._connect()) as db:
            rows = db.execute("SELECT seq, at, actor, kind, payload, hash FROM event ORDER BY seq").fetchall()
        for seq, stamp, actor, kind, body, digest in rows:
            expected += 1
            if seq != expected or digest != _digest(previous, [seq, stamp, actor, kind, body]):
                raise UserError(
                    f"event {seq} does not fit the chain: it, or the one before it, was changed or removed",
                    path=self.path,
                    hint="restore the ledger from a backup",
                )
            previous = digest
        return expected

    def _connect(self) -> sqlite3.Connection:
        try:
            db = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.executescript(_SCHEMA)
        except sqlite3.OperationalError as error:
            raise UserError(f"the ledger cannot be opened: {error}", path=self.path) from None
        except sqlite3.DatabaseError as error:
            raise UserError(f"is not a readable ledger: {error}", path=self.path) from None
        return db


def _digest(previous: str, event: list[int | str]) -> str:
    text = json.dumps([previous, *event], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
