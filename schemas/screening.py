"""Screening decisions as a file made outside hands them over."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.base import Table

STAGES = ("title-abstract", "retrieval", "full-text")
VERDICTS = ("include", "exclude", "maybe", "not-retrieved")
#: What a verdict reads as in the copy for everybody where nobody knows which report it is about.
HIDDEN = "hidden"
SHOWN_VERDICTS = (*VERDICTS, HIDDEN)
STATUSES = (
    "awaiting",
    "awaiting_second",
    "conflict",
    "included",
    "excluded",
    "ineligible",
    "retrieved",
    "not_retrieved",
)
#: What can be to do about a report at a stage.
WORK = ("vote", "settle", "retrieve")
#: Where a report is in the flow.
PLACES = (
    "awaiting_screening",
    "ineligible",
    "excluded_screening",
    "awaiting_retrieval",
    "not_retrieved",
    "awaiting_full_text",
    "excluded_full_text",
    "included",
)


class ImportedDecision(Table):
    """One verdict of one reviewer on one report at one stage, as a file says it; not yet matched to a report."""

    row: pl.UInt32 = pa.Field(ge=1, description="The line of the file on which the row starts, from 1.")
    key: str = pa.Field(
        description="What the file calls the report: a report or record id, an accession, a DOI, a PMID, or the "
        "screening tool's own key (rayyan-…), as it stands."
    )
    stage: str = pa.Field(isin=STAGES, description="title-abstract, retrieval or full-text.")
    reviewer: str = pa.Field(
        description="Who decided, without spaces around the name; 'consensus' where the file names nobody."
    )
    verdict: str = pa.Field(isin=VERDICTS, description="include, exclude, maybe, or not-retrieved (at retrieval).")
    reason: str = pa.Field(
        nullable=True, description="Why it was excluded, as the file says it; several joined by '; '."
    )
    decided_at: pl.Datetime("us") = pa.Field(  # type: ignore[valid-type]
        nullable=True, description="When, UTC; null where the file does not say."
    )
    consensus: bool = pa.Field(
        description="True for the decision that settles the votes, false for one reviewer's vote."
    )
    title: str = pa.Field(nullable=True, description="The report's title as the file has it.")
    year: pl.Int32 = pa.Field(nullable=True, description="Its year of publication as the file has it.")
    doi: str = pa.Field(
        nullable=True, description="Its DOI as the file has it, lower case, without a resolver's address."
    )
    pmid: str = pa.Field(nullable=True, description="Its PubMed identifier as the file has it, digits.")
    labels: pl.List(pl.String) = pa.Field(  # type: ignore[valid-type]
        nullable=True, description="Labels that reviewers put on the report in the screening tool."
    )
    note: str = pa.Field(nullable=True, description="This reviewer's note on the report in the screening tool.")


class ImportedReport(Table):
    """A report as a row of a file of decisions names it, decided or not."""

    row: pl.UInt32 = pa.Field(ge=1, description="The line of the file on which the row starts, from 1.")
    key: str = pa.Field(
        description="What the file calls the report: the tool's own key (rayyan-…), else an id, DOI or title."
    )
    meant: str = pa.Field(
        description="What identifies the report best: our own id where the tool kept it, else the accession number, else the key."
    )
    title: str = pa.Field(nullable=True, description="Its title as the file has it.")
    authors: str = pa.Field(nullable=True, description="Its authors as the file has them, joined by '; '.")
    year: pl.Int32 = pa.Field(nullable=True, description="Its year of publication as the file has it.")
    journal: str = pa.Field(nullable=True, description="Its journal as the file has it.")
    volume: str = pa.Field(nullable=True, description="Its volume.")
    issue: str = pa.Field(nullable=True, description="Its issue.")
    pages: str = pa.Field(nullable=True, description="Its pages.")
    doi: str = pa.Field(nullable=True, description="Its DOI, lower case, without a resolver's address.")
    pmid: str = pa.Field(nullable=True, description="Its PubMed identifier, digits.")
