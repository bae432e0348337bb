"""Tables of the living review: runs, releases, PRISMA's numbers, and the warehouse's own notes."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_MASKED, READ_NEVER, READ_WHOLE, REPORT_ID, Table, UtcTime


class Meta(Table):
    """Notes of the warehouse about itself."""

    key: str = pa.Field(
        unique=True,
        description="review_id; seq and head: up to where in the log it is derived; log_seq and log_head: up to where the log "
        "was when it was published; program and protocol: the basis; content_hash.",
    )
    value: str = pa.Field(description="The note.")

    class Config:
        """Where it stands."""

        name = "core.meta"
        metadata = READ_MASKED


class ContentPart(Table):
    """Hashes of the parts of large tables, so that what has not changed is not hashed again."""

    table_name: str = pa.Field(description="The table.")
    part: pl.Int64 = pa.Field(ge=0, description="The part's place in the table, from 0.")
    stamp: str = pa.Field(description="Rows and the sum of DuckDB's hashes of them: by this it is known again.")
    total: str = pa.Field(description="The sum of its rows' MD5.")

    class Config:
        """Where it stands."""

        name = "core.content_part"
        metadata = READ_NEVER


class CheckedView(Table):
    """Views whose rows kept their contracts, so that those which rest on the same rows are not asked again."""

    view_name: str = pa.Field(unique=True, description="The view.")
    stamp: str = pa.Field(description="A hash over the hashes of the tables that it rests on.")

    class Config:
        """Where it stands."""

        name = "core.checked_view"
        metadata = READ_NEVER


class BaseRun(Table):
    """Updates that ended (base of the view run)."""

    run_id: str = pa.Field(unique=True, description="Names the run.")
    started_at: UtcTime = pa.Field(description="Start (UTC).")
    ended_at: UtcTime = pa.Field(description="End (UTC).")
    trigger: str = pa.Field(description="What started it: command line, schedule, demo.")
    state: str = pa.Field(
        isin=["completed", "completed_with_problems", "failed"],
        description="completed, completed_with_problems, or failed.",
    )
    new_records: pl.Int64 = pa.Field(ge=0, description="Records found for the first time.")
    new_reports: pl.Int64 = pa.Field(description="Reports more than before.")
    problems: pl.Int64 = pa.Field(
        ge=0, description="Error lines that the run gave; those about decisions and codings are one."
    )

    class Config:
        """Where it stands."""

        name = "core.run"
        metadata = READ_WHOLE


class Run(BaseRun):
    """Updates that ended, well or not."""

    class Config:
        """Where it stands."""

        name = "main.run"
        metadata = READ_WHOLE


class BaseRelease(Table):
    """Published versions (base of the view release)."""

    version: pl.Int32 = pa.Field(unique=True, ge=1, description="Its number, from 1.")
    run_id: str = pa.Field(description="The run that published it.")
    released_at: UtcTime = pa.Field(description="When (UTC).")
    content_hash: str = pa.Field(
        description="Hash over all derived tables of this version: a rebuild gives the same. Hidden in the copy for everybody, "
        "since it is over all verdicts too."
    )
    upto: pl.Int64 = pa.Field(description="The log's last event that it covers.")
    head: str = pa.Field(description="That event's hash, which vouches for all before it.")

    class Config:
        """Where it stands."""

        name = "core.release"
        metadata = READ_MASKED


class Release(BaseRelease):
    """Published versions of the review."""

    studies: pl.Int64 = pa.Field(ge=0, description="Included studies.")
    reports: pl.Int64 = pa.Field(ge=0, description="Included reports.")

    class Config:
        """Where it stands."""

        name = "main.release"
        metadata = READ_MASKED


class ReleaseReport(Table):
    """The reports that each published version included."""

    version: pl.Int32 = pa.Field(description="The version.")
    report_id: str = pa.Field(description="The report's id at that time.")
    study_id: str = pa.Field(description="The study's id at that time.")

    class Config:
        """Where it stands."""

        name = "core.release_report"
        metadata = READ_WHOLE
        unique: ClassVar = ["version", "report_id"]


class ReleaseFlow(Table):
    """The numbers of the PRISMA flow of each published version, as they were noted with it (base of the view prisma_version)."""

    version: pl.Int32 = pa.Field(ge=1, description="The version.")
    box: str = pa.Field(description="The box.")
    n: pl.Int64 = pa.Field(ge=0, description="How many.")

    class Config:
        """Where it stands."""

        name = "core.release_flow"
        metadata = READ_WHOLE
        unique: ClassVar = ["version", "box"]


class PrismaVersion(ReleaseFlow):
    """The numbers of the PRISMA flow of each version: every box of each, 0 where it was empty.

    They are those of the whole review up to that version, as `prisma --as-of` gives them. Versions that were published before their
    numbers were noted are not here.
    """

    class Config:
        """Where it stands."""

        name = "main.prisma_version"
        metadata = READ_WHOLE
        unique: ClassVar = ["version", "box"]


class BaseProtocolChange(Table):
    """Amendments of the protocol, from the log (base of the view protocol_change)."""

    seq: pl.Int64 = pa.Field(description="The protocol's arrival.")
    changed_at: UtcTime = pa.Field(description="When it came in (UTC).")
    key: str = pa.Field(
        description="The protocol's key: review.question, source.medline.strategy, eligibility.exclusion.…"
    )
    before: str = pa.Field(nullable=True, description="Its value before; null where it is new.")
    after: str = pa.Field(nullable=True, description="Its value since; null where it is gone.")

    class Config:
        """Where it stands."""

        name = "core.protocol_change"
        metadata = READ_WHOLE
        unique: ClassVar = ["seq", "key"]


class ProtocolChange(BaseProtocolChange):
    """Amendments of the protocol: what was changed of the question, the searches, eligibility, screening, forms and synthesis.

    Names, addresses and seeds are not compared. Why it was changed is for the team to say (`living-review checklist --name prisma-lsr`).
    """

    version: pl.Int32 = pa.Field(
        nullable=True, description="The first version that was published by it; null: none yet."
    )

    class Config:
        """Where it stands."""

        name = "main.protocol_change"
        metadata = READ_WHOLE
        unique: ClassVar = ["seq", "key"]


class PrismaBox(Table):
    """The boxes of the PRISMA flow diagram."""

    box: str = pa.Field(unique=True, description="Its name (tasks/publish/prisma_boxes.toml has the wording).")
    position: pl.Int32 = pa.Field(ge=1, description="Its place in the diagram, from 1.")

    class Config:
        """Where it stands."""

        name = "core.prisma_box"
        metadata = READ_WHOLE


class PrismaRecord(Table):
    """How each record is counted in the PRISMA flow diagram: one row each time that it counts as identified.

    A record that one search delivers several times is identified as often, and all but once removed as a duplicate.
    Filled anew at each run (base of the view prisma_member).
    """

    id: str = pa.Field(description="The record's id; of its repeats within one search: rX#2, rX#3.")
    record_id: str = pa.Field(description="The record.")
    report_id: str = pa.Field(description="The report that it stands for.")
    source: str = pa.Field(description="The protocol's source that it was found in.")
    method: str = pa.Field(description="How the source's records are found (PRISMA's columns).")
    arm: str = pa.Field(isin=["databases", "other"], description="PRISMA's column in which the record is identified.")
    place: str = pa.Field(description="Where its report is in the flow (see report_path).")
    leads: bool = pa.Field(
        description="Whether it stands for its report in the boxes after identification; all others are duplicates."
    )

    class Config:
        """Where it stands."""

        name = "core.prisma_record"
        metadata = READ_WHOLE


class PrismaMember(Table):
    """Who is in each box of the PRISMA flow diagram; the diagram's numbers are counts of these rows."""

    box: str = pa.Field(description="The box.")
    label: str = pa.Field(nullable=True, description="The line inside the box: source, method or reason.")
    unit: str = pa.Field(isin=["records", "reports", "studies"], description="What the box counts.")
    id: str = pa.Field(
        description="The record, quarantined record, report or study; a repeat within one search ends in #2, #3."
    )
    report_id: str = pa.Field(nullable=True, str_matches=REPORT_ID, description="The report, where there is one.")

    class Config:
        """Where it stands."""

        name = "main.prisma_member"
        metadata = READ_WHOLE
        unique: ClassVar = ["box", "id"]


class PrismaFlow(Table):
    """The numbers of the PRISMA flow diagram."""

    box: str = pa.Field(description="The box.")
    n: pl.Int64 = pa.Field(ge=0, description="How many.")

    class Config:
        """Where it stands."""

        name = "main.prisma_flow"
        metadata = READ_WHOLE
        unique: ClassVar = ["box"]


class PrismaDetail(PrismaFlow):
    """The numbers of the PRISMA flow diagram, with the lines inside the boxes."""

    label: str = pa.Field(nullable=True, description="Source, method or reason; null where the box has one number.")
    unit: str = pa.Field(isin=["records", "reports", "studies"], description="records, reports or studies.")

    class Config:
        """Where it stands."""

        name = "main.prisma_detail"
        metadata = READ_WHOLE
        unique: ClassVar = ["box", "label"]


class PrismaIdentity(Table):
    """What must hold between the boxes, and whether it does."""

    identity: str = pa.Field(unique=True, description="The identity in words.")
    left_side: pl.Int64 = pa.Field(description="Its left side.")
    right_side: pl.Int64 = pa.Field(description="Its right side.")
    holds: bool = pa.Field(description="Whether they are equal.")

    class Config:
        """Where it stands."""

        name = "main.prisma_identity"
        metadata = READ_WHOLE
