"""What time it is for a review: the machine's clock, or one that was set for a simulation.

Whatever goes into the log, or is worked out of how old something is, asks here. Locks, logins and the patience with servers are about
this machine and its people: they keep to the machine's clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

_ahead = timedelta(0)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC) + _ahead


def today() -> date:
    """This day, in UTC."""
    return now().date()


@contextmanager
def simulated(at: datetime) -> Iterator[None]:
    """For the whole process, all its threads, it is this moment when the block begins, and time runs on from there."""
    global _ahead  # noqa: PLW0603  one clock a process is what this is
    before = _ahead
    _ahead = at.astimezone(UTC) - datetime.now(UTC)
    try:
        yield
    finally:
        _ahead = before
