"""Past versions: the same derivation, from the log as it was at that moment."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from pathlib import Path

import duckdb

from schemas.errors import UserError
from schemas.event import Arrival, Content, Release, RunEnded
from schemas.protocol import Protocol
from tasks.publish.updated_flow import Earlier, read_earlier
from tasks.review.basis import program_basis
from tasks.review.state import read_state
from tasks.review.steps import Steps
from warehouse.connect import reader, writer
from warehouse.log import Entry
from warehouse.meta import read_meta
from warehouse.publish import publish
from warehouse.review import Review
from warehouse.runs import EVENTS, write_runs

#: Past copies that are kept, since deriving one takes as long as a rebuild. Each is as the log and the program say, or not read.
_KEPT = 3


@dataclass(frozen=True)
class Moment:
    """A moment in a review's log: derived from the events up to `upto`, it knows of the runs and versions up to `shown`."""

    upto: int
    shown: int


@contextmanager
def open_warehouse_as_of(review: Review, as_of: str | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A reader of the published warehouse, or of one derived as of a version or time.

    Raises UserError for a moment that cannot be read or that lies before anything came in.
    """
    if as_of is None:
        with reader(review.published_warehouse) as con:
            yield con
        return
    with past_copy(review, find_moment(review, as_of)) as copy, reader(copy) as con:
        yield con


def protocol_as_of(review: Review, as_of: str | None) -> Protocol:
    """The protocol as it stands now, or as it was at that moment. Raises UserError where it cannot be read."""
    if as_of is None:
        return review.protocol().protocol
    return read_state(review, find_moment(review, as_of).upto).protocol


@contextmanager
def past_copy(review: Review, moment: Moment) -> Iterator[Path]:
    """The copy for everybody as it was at a moment: the published one where it is that; else one that was derived and kept, or is
    derived now and kept, where the review's folder can be written."""
    if _is_published(review, moment):
        yield review.published_warehouse
        return
    kept = review.root / ".past" / _name(review, moment)
    if _can_be_read(kept):
        yield kept
        return
    with tempfile.TemporaryDirectory() as folder:
        derived, copy = Path(folder) / "past.duckdb", Path(folder) / "published.duckdb"
        from tasks.review.derive import derive  # noqa: PLC0415 - it brings all readers along; what is there needs none

        derive(read_state(review, moment.upto), derived, Steps())
        with writer(derived) as con:  # a version's own run and release stand behind what it covers
            write_runs(con, review.log.entries(*EVENTS, upto=moment.shown))
            publish(con, copy)
        derived.unlink()
        _keep(copy, kept)
        yield copy


def find_moment(review: Review, as_of: str) -> Moment:
    """The moment that a version, a day or a time stands for. Raises UserError as `find_event_as_of` does."""
    upto, version = find_event_as_of(review, as_of)
    return Moment(upto, upto) if version is None else _moment_of_version(review, upto, version)


def _moment_of_version(review: Review, upto: int, version: int) -> Moment:
    """A version's moment: it was published with the note of its own release, and of the end of the run that made it."""
    runs_and_releases = list(review.log.entries(RunEnded, Release, after=upto))
    release = next(e for e in runs_and_releases if isinstance(e.event, Release) and e.event.number == version)
    ended = (
        e.seq
        for e in runs_and_releases
        if e.seq > release.seq and isinstance(e.event, RunEnded) and e.event.run_id == _run_of(release)
    )
    return Moment(upto, next(ended, release.seq))


def _run_of(release: Entry) -> str:
    return release.event.run_id if isinstance(release.event, Release) else ""


def _is_published(review: Review, moment: Moment) -> bool:
    """Whether the published copy is that of this moment, made by this program."""
    try:
        with reader(review.published_warehouse) as con:
            meta = read_meta(con)
    except (UserError, duckdb.Error):
        return False
    if meta.get("program") != program_basis() or int(meta.get("seq", 0)) != moment.upto or "log_seq" not in meta:
        return False
    published = int(meta["log_seq"])
    return published >= moment.shown and not any(review.log.entries(*EVENTS, after=moment.shown, upto=published))


def _name(review: Review, moment: Moment) -> str:
    """What a kept copy is called: by all that it depends on."""
    vouched = [review.log.hash_at(moment.upto), review.log.hash_at(moment.shown), program_basis()]
    return f"{hashlib.sha256(' '.join(map(str, vouched)).encode()).hexdigest()[:32]}.duckdb"


def _can_be_read(kept: Path) -> bool:
    if not kept.is_file():
        return False
    try:
        with reader(kept):
            return True
    except UserError:
        return False


def _keep(copy: Path, kept: Path) -> None:
    """Keeps a copy for the next time, and no more than a few; where nothing can be written, or the disk is full, it is not kept.

    What a process left half copied is removed. One that is at it yet finds its own gone, and keeps none.
    """
    fresh = kept.with_name(f".{kept.name}.{os.getpid()}")
    try:
        kept.parent.mkdir(exist_ok=True)
        for left in kept.parent.glob(".*.duckdb.*"):
            left.unlink(missing_ok=True)
        shutil.copyfile(copy, fresh)
        fresh.chmod(0o444)
        fresh.replace(kept)
        ages = sorted(kept.parent.glob("*.duckdb"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in ages[_KEPT:]:
            old.unlink(missing_ok=True)
    except OSError:
        pass
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


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
        with suppress(ValueError):  # it is a time
            return datetime.combine(date.fromisoformat(as_of) + timedelta(days=1), time.min, tzinfo=UTC)
        at = datetime.fromisoformat(as_of)
        return (at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)) + timedelta(microseconds=1)
    except (ValueError, OverflowError):
        raise UserError(
            f"'{as_of}' is neither a version nor a date", hint="for example: --as-of 3, --as-of 2026-10-31"
        ) from None


def _brings_records(event: object) -> bool:
    return isinstance(event, Arrival) and event.content in (Content.EXPORT, Content.PAGE)
