"""The months after the two committed searches: their names, days and windows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

FIRST, LAST = 3, 12
MONTHS = tuple(f"2020-{number:02d}" for number in range(FIRST, LAST + 1))
#: The service does not answer; it is asked again a month later, for what it missed.
SERVICE_DOWN = "2020-04"
#: A publisher's back issues come into the service at once: ten times what it ever found.
BACK_ISSUES = "2020-10"
NOTICE, EXCLUSION = "2020-07", "2020-08"
AMENDMENT = "2020-09"
NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def number_of(month: str) -> int:
    """3 of '2020-03'."""
    return int(month[-2:])


def day_in(month: str, day: int) -> date:
    """A day of the month."""
    return date(2020, number_of(month), day)


def last_day(number: int) -> date:
    """The last day of a month of 2020."""
    return date(2021, 1, 1) - timedelta(days=1) if number == 12 else date(2020, number + 1, 1) - timedelta(days=1)


def closing(number: int) -> datetime:
    """When the update of a month is made: its last day, in the evening."""
    return datetime.combine(last_day(number), time(18), tzinfo=UTC)


def window(month: str) -> tuple[date, date]:
    """The entry dates that a month's exports are of: those of the month before, and a fortnight for what was late."""
    number = number_of(month)
    return date(2020, number - 1, 1) - timedelta(days=14), last_day(number - 1)
