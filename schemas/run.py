"""Tables of the living review: runs, releases, PRISMA's numbers, and the warehouse's own notes."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.base import Table, UtcTime


class Meta(Table):
    """Notes of the warehouse about itself."""

    key: str = pa.Field(description="What: protocol, views, ledger_seq …")
    value: str = pa.Field(description="The note.")

    class Config:
        """Where it stands."""

        name = "core.meta"


class MigrationNote(Table):
    """Migrations that were applied."""

    number: pl.Int32 = pa.Field(description="Its number, from 1.")
    name: str = pa.Field(description="Its file's name.")
    sha256: str = pa.Field(description="Hash of the file as it was applied.")
    applied_at: UtcTime = pa.Field(description="When (UTC).")

    class Config:
        """Where it stands."""

        name = "core.migration"


class BaseRun(Table):
    """Updates that ended (base of the view run)."""

    run_id: str = pa.Field(description="Names the run.")
    started_at: UtcTime = pa.Field(description="Start (UTC).")
    ended_at: UtcTime = pa.Field(description="End (UTC).")
    trigger: str = pa.Field(description="What started it: command line, schedule, demo.")
    state: str = pa.Field(description="completed, completed_with_problems, or failed.")
    new_records: pl.Int64 = pa.Field(description="Records found for the first time.")
    new_reports: pl.Int64 = pa.Field(description="Reports more than before.")
    problems: pl.Int64 = pa.Field(description="Error lines that the run gave.")

    class Config:
        """Where it stands."""

        name = "core.run"


class Run(BaseRun):
    """Updates that ended, well or not."""

    class Config:
        """Where it stands."""

        name = "main.run"


class BaseRelease(Table):
    """Published versions (base of the view release)."""

    version: pl.Int32 = pa.Field(description="Its number, from 1.")
    run_id: str = pa.Field(description="The run that published it.")
    released_at: UtcTime = pa.Field(description="When (UTC).")
    content_hash: str = pa.Field(description="Hash over all derived tables of this version: a rebuild gives the same.")

    class Config:
        """Where it stands."""

        name = "core.release"


class Release(BaseRelease):
    """Published versions of the review."""

    studies: pl.Int64 = pa.Field(description="Included studies.")
    reports: pl.Int64 = pa.Field(description="Included reports.")

    class Config:
        """Where it stands."""

        name = "main.release"


class ReleaseReport(Table):
    """The reports that each published version included."""

    version: pl.Int32 = pa.Field(description="The version.")
    report_id: str = pa.Field(description="The report's id at that time.")
    study_id: str = pa.Field(description="The study's id at that time.")

    class Config:
        """Where it stands."""

        name = "core.release_report"


class PrismaBox(Table):
    """The boxes of the PRISMA flow diagram."""

    box: str = pa.Field(description="Its name (tasks/publish/prisma_boxes.toml has the wording).")
    position: pl.Int32 = pa.Field(description="Its place in the diagram, from 1.")

    class Config:
        """Where it stands."""

        name = "core.prisma_box"


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


class PrismaMember(Table):
    """Who is in each box of the PRISMA flow diagram; the diagram's numbers are counts of these rows."""

    box: str = pa.Field(description="The box.")
    label: str = pa.Field(nullable=True, description="The line inside the box: source, method or reason.")
    unit: str = pa.Field(isin=["records", "reports", "studies"], description="What the box counts.")
    id: str = pa.Field(
        description="The record, quarantined record, report or study; a repeat within one search ends in #2, #3."
    )
    report_id: str = pa.Field(nullable=True, description="The report, where there is one.")

    class Config:
        """Where it stands."""

        name = "main.prisma_member"


class PrismaFlow(Table):
    """The numbers of the PRISMA flow diagram."""

    box: str = pa.Field(description="The box.")
    n: pl.Int64 = pa.Field(description="How many.")

    class Config:
        """Where it stands."""

        name = "main.prisma_flow"


class PrismaDetail(PrismaFlow):
    """The numbers of the PRISMA flow diagram, with the lines inside the boxes."""

    label: str = pa.Field(nullable=True, description="Source, method or reason; null where the box has one number.")
    unit: str = pa.Field(description="records, reports or studies.")

    class Config:
        """Where it stands."""

        name = "main.prisma_detail"


class PrismaIdentity(Table):
    """What must hold between the boxes, and whether it does."""

    identity: str = pa.Field(description="The identity in words.")
    left_side: pl.Int64 = pa.Field(description="Its left side.")
    right_side: pl.Int64 = pa.Field(description="Its right side.")
    holds: bool = pa.Field(description="Whether they are equal.")

    class Config:
        """Where it stands."""

        name = "main.prisma_identity"
