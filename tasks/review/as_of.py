"""Past versions: the same derivation, from the log as it was at that moment."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from pathlib import Path

import duckdb

from schemas.errors import UserError
from schemas.event import Arrival, Content, Release
from tasks.publish.updated_flow import Earlier, read_earlier
from tasks.review.state import read_state
from tasks.review.steps import Steps
from warehouse.connect import reader, writer
from warehouse.publish import publish
from warehouse.review import Review
from warehouse.runs import write_runs


@contextmanager
def open_warehouse_as_of(review: Review, as_of: str | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A reader of the published warehouse, or of one derived as of a version or time, in a folder that goes away.

    Raises UserError for a moment that cannot be read or that lies before anything came in.
    """
    if as_of is None:
        with reader(review.published_warehouse) as con:
            yield con
        return
    from tasks.review.derive import derive  # noqa: PLC0415 - it brings all readers along; what is published needs none

    upto, until_version = find_event_as_of(review, as_of)
    with tempfile.TemporaryDirectory() as folder:
        derived, copy = Path(folder) / "past.duckdb", Path(folder) / "published.duckdb"
        derive(read_state(review, upto), derived, Steps())
        with writer(derived) as con:
            if until_version is not None:  # a version's own release stands behind what it covers
                releases = [e for e in review.log.entries(Release) if isinstance(e.event, Release)]
                write_runs(
                    con, [e for e in releases if isinstance(e.event, Release) and e.event.number <= until_version]
                )
            publish(con, copy)
        with reader(copy) as con:
            yield con


def read_earlier_version(review: Review, since: str, as_of: str | None = None) -> tuple[Earlier, str]:
    """What a version (or moment) knew, and how it is called, for the flow of what is new since.

    Raises UserError for one that cannot be read, or that lies after the moment `as_of` with which it is compared.
    """
    seq, number = find_event_as_of(review, since)
    if as_of is not None and find_event_as_of(review, as_of)[0] < seq:
        raise UserError(
            f"--since {since} lies after --as-of {as_of}", path=review.root, hint="the earlier one is --since"
        )
    with open_warehouse_as_of(review, since) as con:
        at = (
            con.execute("SELECT released_at FROM core.release WHERE version = ?", [number]).fetchall() if number else []
        )
        earlier = read_earlier(con)
    name = f"version {number} ({at[0][0]:%d %B %Y})".replace("(0", "(") if at else f"{since}"
    return earlier, name


def find_event_as_of(review: Review, as_of: str) -> tuple[int, int | None]:
    """The log's last event at that moment (a version, the end of a day, a time in UTC), and the version where it is one.

    Raises UserError where it is none of them, or nothing had come in by then.
    """
    releases = {e.event.number: e.event for e in review.log.entries(Release) if isinstance(e.event, Release)}
    number = int(as_of) if as_of.isdecimal() else None
    if number is not None and (number in releases or len(as_of) < len("2026")):
        if number not in releases:
            known = ", ".join(map(str, releases)) or "none"
            raise UserError(f"there is no version {as_of}", path=review.root, hint=f"versions: {known}")
        return releases[number].upto, number
    before = _end_of(as_of)
    first = next((e.seq for e in review.log.entries(Arrival) if _brings_records(e.event)), None)
    # By the log's order: a clock that was set back puts nothing into the past.
    by_then = takewhile(lambda entry: entry.at < before, review.log.entries())
    upto = max((entry.seq for entry in by_then), default=0)
    if first is None or upto < first:
        raise UserError(f"there was nothing yet before {before:%Y-%m-%d %H:%M} UTC", path=review.root)
    return upto, None


def _end_of(as_of: str) -> datetime:
    """The first moment after a day, or a time itself, in UTC."""
    try:
        if len(as_of) == len("2026-10-31"):
            return datetime.combine(date.fromisoformat(as_of) + timedelta(days=1), time.min, tzinfo=UTC)
        at = datetime.fromisoformat(as_of)
    except (ValueError, OverflowError):
        raise UserError(
            f"'{as_of}' is neither a version nor a date", hint="for example: --as-of 3, --as-of 2026-10-31"
        ) from None
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return at + timedelta(microseconds=1)


def _brings_records(event: object) -> bool:
    return isinstance(event, Arrival) and event.content in (Content.EXPORT, Content.PAGE)
