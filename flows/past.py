"""Past versions: the same derivation, from what was known by then."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path

import duckdb

from schemas.errors import UserError
from schemas.ledger import Kind
from warehouse.connect import reader
from warehouse.publish import publish
from warehouse.review import Review


@contextmanager
def past_or_published(review: Review, as_of: str | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A reader of the published warehouse, or of one derived as of a version or time, in a folder that goes away.

    Raises UserError for a moment that cannot be read or that lies before anything came in.
    """
    if as_of is None:
        with reader(review.published_warehouse) as con:
            yield con
        return
    from flows.steps import Place, derive
    from warehouse.connect import writer

    until = moment(review, as_of)
    if not any(s.received_at <= until for s in review.snapshots.all("export", "page")):
        raise UserError(f"there was nothing yet at {until:%Y-%m-%d %H:%M} UTC", path=review.root)
    with tempfile.TemporaryDirectory() as folder:
        derived, copy = Path(folder) / "past.duckdb", Path(folder) / "published.duckdb"
        derive(Place(review, derived, until))
        with writer(derived) as con:
            publish(con, copy)
        with reader(copy) as con:
            yield con


def moment(review: Review, as_of: str) -> datetime:
    """The end of a version, of a day, or a time, in UTC. Raises UserError where it is none of them."""
    releases = {event.payload["version"]: event.at for event in review.ledger.events(Kind.RELEASE)}
    if as_of.isdigit() and len(as_of) < 4:
        if int(as_of) not in releases:
            known = ", ".join(map(str, releases)) or "none"
            raise UserError(f"there is no version {as_of}", path=review.root, hint=f"versions: {known}")
        return releases[int(as_of)]
    try:
        at = datetime.fromisoformat(as_of)
    except ValueError:
        raise UserError(
            f"'{as_of}' is neither a version nor a date", hint="for example: --as-of 3, --as-of 2026-10-31"
        ) from None
    if len(as_of) == len("2026-10-31"):
        at = datetime.combine(at.date(), time.max)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
