"""Dates as people and tools write them, read only where they can mean one thing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

DayOrder = Literal["day-first", "month-first", "unclear", "both"]

_SLASHED = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$")
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

    ISO 8601 in any of its usual forms; a time without an offset is taken as UTC; 03/04/2024 only where `order` decides.
    """
    text = _ZULU.sub("+00:00", value.strip())
    if not text:
        return None
    match = _SLASHED.match(text.removesuffix("+00:00"))
    try:
        if match:
            first, second, year = int(match[1]), int(match[2]), int(match[3])
            if first == second or order == "day-first":
                day, month = first, second
            elif order == "month-first":
                day, month = second, first
            else:
                return None
            return datetime(year, month, day, int(match[4] or 0), int(match[5] or 0), int(match[6] or 0))
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}\+00:00", text):
            text = text[:10]
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed.astimezone(UTC).replace(tzinfo=None) if parsed.tzinfo else parsed
