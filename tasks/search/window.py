"""Windows of time: what the next search of a source asks for, and when its watermark may move. Pure.

A watermark is the day up to which a source is known to be complete. The next window reaches 14 days behind it, because
services index late and out of order; loading the same record twice changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

OVERLAP = timedelta(days=14)
#: The oldest record of PubMed is of 1781; nothing that is searched here was added earlier.
EARLIEST = date(1780, 1, 1)


@dataclass(frozen=True)
class Window:
    """What one search asks a source for; all days are included.

    `start`, `end`: when the record was added to the source (or revised, where the service knows no other date); no
    start means from the beginning. `published_from`, `published_to`: when the report was published, by the protocol.
    `full`: the window is a slice of a search from the beginning.
    """

    start: date | None
    end: date
    published_from: date | None = None
    published_to: date | None = None
    full: bool = False

    def __str__(self) -> str:
        return f"{self.start} to {self.end}" if self.start else f"up to {self.end}"


def next_window(
    watermark: date | None, today: date, published_from: date | None = None, published_to: date | None = None
) -> Window:
    """Everything, where the source has never been searched completely; else from 14 days before the watermark."""
    start = min(watermark, today) - OVERLAP if watermark else None
    return Window(start, today, published_from, published_to)


def move_watermark(watermark: date | None, window: Window, *, complete: bool) -> date | None:
    """The watermark after a search of this window: it moves only forward, and only when the search was complete."""
    if not complete or (watermark is not None and watermark >= window.end):
        return watermark
    if watermark is not None and window.start is not None and window.start > watermark:
        return watermark
    return window.end


def halve_window(window: Window) -> tuple[Window, Window] | None:
    """The window as two that share no day, the earlier one first; None where it is a single day."""
    start = window.start or EARLIEST
    days = (window.end - start).days
    if days < 1:
        return None
    middle = start + timedelta(days=days // 2)
    full = window.full or window.start is None
    return (
        replace(window, start=start, end=middle, full=full),
        replace(window, start=middle + timedelta(days=1), full=full),
    )
