"""Dates as people and tools write them, read only where they can mean one thing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

DayOrder = Literal["day-first", "month-first", "unclear", "both"]

_TIME = r"(?:[ T,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?: ?(?P<half>[AP])M)?)?$"
_SLASHED = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](?P<year>\d{4})" + _TIME, re.IGNORECASE)
_PLAIN = [
    re.compile(day + _TIME, re.IGNORECASE)
    for day in (
        r"^(?P<year>\d{4})[./](?P<month>\d{1,2})[./](?P<day>\d{1,2})",
        r"^(?P<day>\d{1,2})[ -](?P<month>[A-Z]{3,9})[ -](?P<year>\d{4})",
        r"^(?P<month>[A-Z]{3,9}) (?P<day>\d{1,2}),? (?P<year>\d{4})",
    )
]
"""Days that can only mean one."""
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ZULU = re.compile(r"\s*(?:UTC|GMT|Z)$", re.IGNORECASE)


def day_order(values: Iterable[str]) -> DayOrder:
    """Whether a file's dates such as 03/04/2024 put the day or the month first, by those that can only be one."""
    day_first = month_first = False
    for value in values:
        match = _SLASHED.match(value.strip())
        if match:
            first, second = int(match[1]), int(match[2])
            # 03.04.2024 with full stops is nowhere written month first.
            day_first |= first > 12 or "." in value.split()[0]
            month_first |= second > 12
    if day_first and month_first:
        return "both"
    return "day-first" if day_first else "month-first" if month_first else "unclear"


@lru_cache(maxsize=4096)
def parse_time(value: str, order: DayOrder = "unclear") -> datetime | None:
    """A time as naive UTC, or None where it is no date or can mean two days.

    ISO 8601 in any of its usual forms, 2024/5/31, 31-May-2024, May 31, 2024; a time without an offset is taken as UTC;
    03/04/2024 only where `order` decides.
    """
    text = _ZULU.sub("+00:00", value.strip())
    if not text:
        return None
    without_zone = text.removesuffix("+00:00")
    try:
        if match := _SLASHED.match(without_zone):
            first, second = match[1], match[2]
            if int(first) == int(second) or order == "day-first":
                return _time_of(match, second, first)
            return _time_of(match, first, second) if order == "month-first" else None
        if match := next(filter(None, (pattern.match(without_zone) for pattern in _PLAIN)), None):
            return _time_of(match, match["month"], match["day"])
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}\+00:00", text):
            text = text[:10]
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed.astimezone(UTC).replace(tzinfo=None) if parsed.tzinfo else parsed


def _time_of(match: re.Match[str], month: str, day: str) -> datetime:
    """The time that was matched. Raises ValueError where there is no such month, day or hour."""
    number = int(month) if month.isdigit() else _number_of(month)
    hour, half = int(match["hour"] or 0), (match["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half == "p" else 0)
    return datetime(int(match["year"]), number, int(day), hour, int(match["minute"] or 0), int(match["second"] or 0))


def _number_of(month: str) -> int:
    """The number of an English month, by its name or the name's first letters. Raises ValueError for another word."""
    for number, name in enumerate(_MONTHS, start=1):
        if name.startswith(month.lower()):
            return number
    raise ValueError(month)
