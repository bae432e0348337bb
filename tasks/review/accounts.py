"""Accounts: who may log in to the page, by one-time links; and who is logged in.

Kept in private/people.sqlite, which no run reads or publishes, and of links and sessions as hashes alone: who reads the file
can log in as nobody. Links are long random words, so there is nothing to guess and no password to forget.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from schemas.errors import UserError
from warehouse.review import Review
from warehouse.sharing import is_shared, restrict_to_team

LINK_LASTS = timedelta(days=2)
SESSION_LASTS = timedelta(days=14)
"""Since it was last used."""
_SEEN_AGAIN = timedelta(minutes=10)
_SCHEMA = Path(__file__).with_name("accounts.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Account:
    """Somebody who may log in: since when, in how many browsers she is logged in, and when the page saw her last."""

    name: str
    added_at: datetime
    sessions: int
    seen_at: datetime | None


class Accounts:
    """The accounts of one review. One connection, for all threads in turn; `now` is the clock."""

    def __init__(self, review: Review, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path = review.private_warehouse.with_name("people.sqlite")
        self._now, self._lock = now, threading.Lock()
        try:
            self._db = _open(review, self.path)
        except (OSError, sqlite3.Error) as error:
            raise UserError(f"cannot be opened: {error}", path=self.path) from None

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def list_accounts(self) -> list[Account]:
        """Who may log in, by name."""
        rows = self._all(
            "SELECT a.name, a.added_at, count(s.hash), max(s.seen_at) FROM account AS a "
            "LEFT JOIN session AS s ON s.name = a.name AND s.seen_at > ? WHERE a.removed_at IS NULL GROUP BY a.name ORDER BY a.name",
            self._oldest(),
        )
        return [
            Account(name, _time(added), sessions, _time(seen) if seen else None) for name, added, sessions, seen in rows
        ]

    def is_removed(self, name: str) -> bool:
        """Whether somebody was removed."""
        return bool(self._all("SELECT 1 FROM account WHERE name = ? AND removed_at IS NOT NULL", name))

    def add(self, name: str) -> None:
        """Lets somebody log in, again too after a removal."""
        self._do(
            "INSERT INTO account (name, added_at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET removed_at = NULL",
            name, self._stamp(),
        )  # fmt: skip

    def remove(self, name: str) -> None:
        """Logs somebody out everywhere, for good. What she decided stays. Raises UserError where there is no such account."""
        if not self._has(name):
            raise UserError(f"'{name}' has no account", path=self.path)
        self.log_out_everywhere(name)
        self._do("DELETE FROM link WHERE name = ?", name)
        self._do("UPDATE account SET removed_at = ? WHERE name = ?", self._stamp(), name)

    def make_link(self, name: str) -> str:
        """A new word by which somebody logs in, once, within two days; an older one is void. Raises UserError without account."""
        if not self._has(name):
            raise UserError(f"'{name}' has no account", path=self.path, hint=f"living-review people add '{name}'")
        word = secrets.token_urlsafe(32)
        expires = (self._now() + LINK_LASTS).isoformat()
        self._do("INSERT OR REPLACE INTO link (name, hash, expires_at) VALUES (?, ?, ?)", name, _hash(word), expires)
        return word

    def find_link(self, word: str) -> str | None:
        """Whose link this is; None where it is nobody's, was used, or is too old."""
        rows = self._all("SELECT name FROM link WHERE hash = ? AND expires_at > ?", _hash(word), self._stamp())
        return rows[0][0] if rows and self._has(rows[0][0]) else None

    def log_in(self, word: str) -> str | None:
        """Uses a link up: the secret of a new session, always a fresh one; None where the link is none."""
        name = self.find_link(word)
        if name is None or not self._do("DELETE FROM link WHERE hash = ?", _hash(word)):
            return None
        self._do("DELETE FROM session WHERE seen_at <= ?", self._oldest())
        secret, now = secrets.token_urlsafe(32), self._stamp()
        self._do(
            "INSERT INTO session (hash, name, started_at, seen_at) VALUES (?, ?, ?, ?)", _hash(secret), name, now, now
        )
        return secret

    def find_session(self, secret: str) -> str | None:
        """Who is logged in by this session; None where nobody is."""
        rows = self._all(
            "SELECT name, seen_at FROM session WHERE hash = ? AND seen_at > ?", _hash(secret), self._oldest()
        )
        if not rows:
            return None
        name, seen = rows[0]
        if self._now() - _time(seen) > _SEEN_AGAIN:
            self._do("UPDATE session SET seen_at = ? WHERE hash = ?", self._stamp(), _hash(secret))
        return str(name)

    def log_out(self, secret: str) -> None:
        """Ends one session."""
        self._do("DELETE FROM session WHERE hash = ?", _hash(secret))

    def log_out_everywhere(self, name: str) -> None:
        """Ends all sessions of somebody."""
        self._do("DELETE FROM session WHERE name = ?", name)

    def read_settings(self, name: str) -> dict[str, Any]:
        """What somebody has set for herself on the page."""
        rows = self._all("SELECT settings FROM account WHERE name = ?", name)
        return dict(json.loads(rows[0][0])) if rows else {}

    def write_settings(self, name: str, settings: dict[str, Any]) -> None:
        """Keeps what somebody sets for herself."""
        self._do("UPDATE account SET settings = ? WHERE name = ?", json.dumps(settings), name)

    def _has(self, name: str) -> bool:
        return bool(self._all("SELECT 1 FROM account WHERE name = ? AND removed_at IS NULL", name))

    def _stamp(self) -> str:
        return self._now().isoformat()

    def _oldest(self) -> str:
        return (self._now() - SESSION_LASTS).isoformat()

    def _all(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def _do(self, statement: str, *values: str) -> int:
        """How many rows a statement changed."""
        with self._lock:
            return self._db.execute(statement, values).rowcount


def copy_accounts(review: Review, target: Path) -> bool:
    """Copies who may log in to a file, without their links and sessions, so that nobody is logged in by a copy. False where there is
    no such file. Raises UserError where it cannot be read."""
    path = review.private_warehouse.with_name("people.sqlite")
    if not path.exists():
        return False
    try:
        address = f"file:{quote(str(path))}?mode=ro"
        with closing(sqlite3.connect(address, timeout=10, uri=True)) as db, closing(sqlite3.connect(target)) as copy:
            db.backup(copy)
            copy.executescript("DELETE FROM link; DELETE FROM session; VACUUM;")
    except sqlite3.Error as error:
        raise UserError(f"cannot be copied: {error}", path=path) from None
    return True


def csrf_of(secret: str) -> str:
    """The word that every form of a session sends back, so that no other site can send one for it."""
    return _hash(f"form of {secret}")


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def _time(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def _open(review: Review, path: Path) -> sqlite3.Connection:
    """The file, made where it is missing, in a folder that is closed to others and kept out of git."""
    path.parent.mkdir(exist_ok=True)
    with suppress(OSError):  # as where the private copy is published
        restrict_to_team(review.root, path.parent)
    mode = 0o660 if is_shared(review.root) else 0o600
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, mode))
    ignored = path.with_name(".gitignore")
    if not ignored.exists():
        ignored.write_text("*\n", encoding="utf-8")
    db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    db.executescript(_SCHEMA)
    return db
