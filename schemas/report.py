"""Tables of reports and studies: what records stand for."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_WHOLE, REPORT_ID, STUDY_ID, Table, Texts, UtcTime, rule
from schemas.record import Bibliographic


class ReportRecord(Table):
    """Which report each record stands for."""

    record_id: str = pa.Field(unique=True, description="The record.")
    report_id: str = pa.Field(
        str_matches=REPORT_ID, description="The report; named after the record of its cluster that was found first."
    )

    class Config:
        """Where it stands."""

        name = "core.report_record"
        metadata = READ_WHOLE


class ReportAlias(Table):
    """Every other id that a report could have had: an id that was once given is never lost by a merge or a split."""

    alias: str = pa.Field(unique=True, str_matches=REPORT_ID, description="The other id.")
    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report that it means today.")

    class Config:
        """Where it stands."""

        name = "main.report_alias"
        metadata = READ_WHOLE


class Report(Bibliographic):
    """Reports: documents; what records that are duplicates of each other stand for.

    A field holds what the record that names the report says, else the first other record that says anything.
    """

    report_id: str = pa.Field(
        unique=True,
        str_matches=REPORT_ID,
        description="'rep_' and 20 hex digits; stable: an old id stays valid or is an alias.",
    )
    study_id: str = pa.Field(
        str_matches=STUDY_ID, description="The study that it is a report of; its own where no link is known."
    )
    study_label: str = pa.Field(nullable=True, description="The study's name in the file that linked it.")
    records: pl.Int64 = pa.Field(ge=1, description="Number of records that stand for it.")
    sources: Texts = pa.Field(description="The sources that found it.")
    first_found_at: UtcTime = pa.Field(description="When the first of its records was found (UTC).")
    corrected: Texts = pa.Field(
        nullable=True,
        description="Fields that people put right in one of its records: record_correction says which value.",
    )

    class Config:
        """Where it stands."""

        name = "main.report"
        metadata = READ_WHOLE


class StudyLink(Table):
    """Which study a report is of, where a file or a person says so."""

    arrival_id: pl.Int64 = pa.Field(nullable=True, description="The file that says so; null where a person ruled it.")
    record_id: str = pa.Field(description="The record that its key led to.")
    study: str = pa.Field(description="The study's name in that file, or what the ruling calls it.")

    class Config:
        """Where it stands."""

        name = "core.study_link"
        metadata = READ_WHOLE


class ReportStudy(Table):
    """Which study a report is of, where a file links it to one; a report without a row is a study of its own."""

    report_id: str = pa.Field(description="The report.")
    study_id: str = pa.Field(description="'stu_' and 20 hex digits: the study is named after the first of its reports.")
    study_label: str = pa.Field(description="The study's name in the file that linked it.")

    class Config:
        """Where it stands."""

        name = "main.report_study"
        metadata = READ_WHOLE


class Study(Table):
    """Included studies: investigations, of which there may be several reports."""

    study_id: str = pa.Field(unique=True, str_matches=STUDY_ID, description="'stu_' and 20 hex digits.")
    label: str = pa.Field(nullable=True, description="The study's name, else its first author and year.")
    reports: pl.Int64 = pa.Field(ge=1, description="Number of included reports of it.")
    report_ids: Texts = pa.Field(description="These reports.")

    class Config:
        """Where it stands."""

        name = "main.study"
        metadata = READ_WHOLE


class DuplicatePair(Table):
    """Pairs of records that were compared closely, with their outcome and the reason."""

    record_id_a: str = pa.Field(description="One record.")
    record_id_b: str = pa.Field(description="The other; its id sorts after the first's.")
    outcome: str = pa.Field(
        isin=["same", "review", "distinct"], description="same, review (a person should look) or distinct."
    )
    score: float = pa.Field(
        description="How much more likely the two are one report than two, as the logarithm (base 2) of the odds."
    )
    relation: str = pa.Field(
        nullable=True, description="How two reports belong together, where they do: erratum, comment, preprint …"
    )
    why: str = pa.Field(description="What spoke for and against, the veto if there is one, and the ruling.")

    in_order = rule("the first id sorts before the other", "record_id_a < record_id_b")

    class Config:
        """Where it stands."""

        name = "main.duplicate_pair"
        metadata = READ_WHOLE
        unique: ClassVar = ["record_id_a", "record_id_b"]
