"""Tables of what came in: arrivals, searches, the records found in them, quarantine."""

from __future__ import annotations

from datetime import date

import pandera.polars as pa
import polars as pl

from schemas.base import READ_MASKED, READ_WHOLE, Table, UtcTime, rule
from schemas.protocol import METHODS


class Source(Table):
    """The protocol's sources: one database on one platform, or one other method."""

    source: str = pa.Field(
        unique=True, description="The source's name in review.toml; its files lie in exports/<source>/."
    )
    position: pl.Int32 = pa.Field(ge=1, description="Its place in review.toml, from 1.")
    database: str = pa.Field(description="The database, as the protocol names it.")
    platform: str = pa.Field(description="The platform on which it is searched.")
    method: str = pa.Field(
        isin=METHODS, description="How its records are found: database, register, or one of PRISMA's other methods."
    )
    service: str = pa.Field(
        nullable=True, description="The service that is searched on schedule; null for exports by hand."
    )
    every_days: pl.Int32 = pa.Field(
        nullable=True,
        ge=1,
        description="Days after which the source counts as overdue; missing where nobody promises to search it again.",
    )

    class Config:
        """Where it stands."""

        name = "core.source"
        metadata = READ_WHOLE


class ArrivalRow(Table):
    """Everything that came in, as the log has it, with what is known of it and whether it counts. The bytes lie in
    snapshots/ under their SHA-256."""

    arrival_id: pl.Int64 = pa.Field(unique=True, description="Its place in the log.")
    sha256: str = pa.Field(description="SHA-256 of the bytes.")
    kind: str = pa.Field(
        description="protocol, export, page (of a service's answer), decisions, coding, document, characteristics, appraisal, notices, "
        "notice-page, open-text."
    )
    file_name: str = pa.Field(description="The name under which it came, by its path in the review's folder.")
    bytes: pl.Int64 = pa.Field(ge=0, description="Size in bytes.")
    source: str = pa.Field(nullable=True, description="The source that it counts for, by today's name.")
    stage: str = pa.Field(nullable=True, description="The screening stage of a decisions file, by its folder.")
    who: str = pa.Field(nullable=True, description="Who searched or delivered, where said.")
    note: str = pa.Field(nullable=True, description="What the note beside it says besides.")
    request: str = pa.Field(nullable=True, description="The request that a page answers, without keys.")
    trail: str = pa.Field(nullable=True, description="How a page's records were found from a report, in words.")
    search_key: str = pa.Field(nullable=True, description="What the pages of one search share.")
    page: pl.Int32 = pa.Field(nullable=True, ge=1, description="The page's place in its search, from 1.")
    received_at: UtcTime = pa.Field(description="When it came in (UTC).")
    executed_at: UtcTime = pa.Field(nullable=True, description="When the search was run (UTC), where somebody said so.")
    hits: pl.Int64 = pa.Field(nullable=True, description="The hits that its searcher noted.")
    state: str = pa.Field(
        isin=["counts", "withdrawn", "moved", "replaced", "repeated", "no source"],
        description="counts; withdrawn by somebody; moved to another name; replaced by a newer file; repeated: the same bytes "
        "count already; no source: the protocol has no such source.",
    )
    counts: bool = pa.Field(description="Whether it counts.")
    other: pl.Int64 = pa.Field(nullable=True, description="The arrival that took its place, or that it repeats.")

    class Config:
        """Where it stands."""

        name = "core.arrival"
        metadata = READ_MASKED


class ReadingRow(Table):
    """What came of reading a file."""

    arrival_id: pl.Int64 = pa.Field(unique=True, description="The file.")
    fingerprint: str = pa.Field(description="Hash over what reading it depended on; empty for exports and pages.")
    outcome: str = pa.Field(isin=["loaded", "refused"], description="loaded, or refused whole (see problem for why).")
    format: str = pa.Field(nullable=True, description="The format that was recognised from its content.")
    encoding: str = pa.Field(nullable=True, description="The text encoding that was recognised.")

    class Config:
        """Where it stands."""

        name = "core.reading"
        metadata = READ_MASKED


class LoadedSearchRow(Table):
    """The searches that were loaded, or whose files were all refused."""

    event_id: pl.Int64 = pa.Field(
        unique=True, description="The export's arrival, or the service's outcome, in the log."
    )
    fingerprint: str = pa.Field(description="Hash over what it was loaded from: bytes, source, dates, protocol.")

    class Config:
        """Where it stands."""

        name = "core.loaded_search"
        metadata = READ_WHOLE


class Problem(Table):
    """What a file made the reader say: one line each, found again in every rebuild."""

    arrival_id: pl.Int64 = pa.Field(description="The file.")
    line: pl.Int32 = pa.Field(nullable=True, ge=0, description="The line in the file, from 1, where there is one.")
    severity: str = pa.Field(
        isin=["error", "warning"], description="error: something was not loaded; warning: it was, but look."
    )
    message: str = pa.Field(description="What is wrong, and the way out.")

    class Config:
        """Where it stands."""

        name = "core.problem"
        metadata = READ_MASKED


class BaseSearch(Table):
    """Searches as they were loaded (base of the view search)."""

    search_id: str = pa.Field(unique=True, description="One run of one strategy on one source.")
    event_id: pl.Int64 = pa.Field(description="The export's arrival, or the service's outcome, in the log.")
    source: str = pa.Field(description="The protocol's source.")
    platform: str = pa.Field(description="The platform, as recognised from the file.")
    strategy: str = pa.Field(  # type: ignore[assignment]
        nullable=True, description="The strategy as it was run."
    )
    window_from: date = pa.Field(nullable=True, description="First day of the window that was searched.")
    window_to: date = pa.Field(nullable=True, description="Last day of the window that was searched.")
    executed_at: UtcTime = pa.Field(description="When the search was run (UTC); the time of receipt where nobody said.")
    executed_at_known: bool = pa.Field(
        description="Whether somebody said when it was run; false: executed_at is the time of receipt."
    )
    hits: pl.Int64 = pa.Field(
        nullable=True, ge=0, description="Hits that the source reported; null where nobody noted them."
    )
    found: pl.Int64 = pa.Field(ge=0, description="Records found in the files = loaded + quarantined.")
    loaded: pl.Int64 = pa.Field(ge=0, description="Records loaded = new + known.")
    quarantined: pl.Int64 = pa.Field(ge=0, description="Records that could not be loaded.")
    complete: bool = pa.Field(description="Whether all that the source announced was retrieved.")
    reason: str = pa.Field(description="Why a service's answer is not complete; empty where it is.")

    adds_up = rule("found = loaded + quarantined", "found = loaded + quarantined")

    class Config:
        """Where it stands."""

        name = "core.search"
        metadata = READ_WHOLE


class Search(BaseSearch):
    """Searches: one run of one strategy on one source, with its window, its hits and what came of it."""

    method: str = pa.Field(isin=METHODS, description="How the source's records are found (PRISMA's columns).")
    new: pl.Int64 = pa.Field(ge=0, description="Records that no search had found before.")
    known: pl.Int64 = pa.Field(ge=0, description="Records that an earlier search, or this one, had already delivered.")
    repeated: pl.Int64 = pa.Field(
        ge=0, description="Of the loaded, those that stand more than once in this search's own files."
    )

    splits_up = rule("loaded = new + known", "loaded = new + known")
    repeats = rule("the repeated are known", "repeated <= known")

    class Config:
        """Where it stands."""

        name = "main.search"
        metadata = READ_WHOLE


class FoundRecord(Table):
    """Every record in every file: which record it is, in which search, in which file, at which place."""

    search_id: str = pa.Field(description="The search.")
    arrival_id: pl.Int64 = pa.Field(description="The file.")
    position: pl.Int64 = pa.Field(ge=1, description="The record's place in the file, from 1.")
    line: pl.Int64 = pa.Field(ge=0, description="The line on which it starts, from 1; 0 where the format has no lines.")
    record_id: str = pa.Field(description="The record.")
    raw_sha256: str = pa.Field(description="The version of the record that was delivered.")

    class Config:
        """Where it stands."""

        name = "core.found_record"
        metadata = READ_WHOLE


class BaseQuarantine(Table):
    """Records that were found and could not be loaded (base of the view quarantine)."""

    search_id: str = pa.Field(description="The search.")
    arrival_id: pl.Int64 = pa.Field(description="The file.")
    source: str = pa.Field(description="The protocol's source.")
    position: pl.Int64 = pa.Field(ge=1, description="The record's place in the file, from 1.")
    line: pl.Int64 = pa.Field(ge=0, description="The line on which it starts, from 1; 0 where the format has no lines.")
    reason: str = pa.Field(description="Why it could not be loaded.")
    raw: str = pa.Field(description="The record as it stands in the file.")

    class Config:
        """Where it stands."""

        name = "core.quarantine"
        metadata = READ_WHOLE


class Quarantine(BaseQuarantine):
    """Records that were found and could not be loaded: kept, counted, and to be mended at the source."""

    quarantine_id: str = pa.Field(
        description="The same for the same raw record of a source, whichever searches deliver it; a repeat within one ends in #2, #3."
    )
    method: str = pa.Field(
        nullable=True, isin=METHODS, description="How the source's records are found (PRISMA's columns)."
    )
    file_name: str = pa.Field(description="The file's name.")

    class Config:
        """Where it stands."""

        name = "main.quarantine"
        metadata = READ_WHOLE
