"""Tables of screening: decisions as they were made, and where each report stands by them."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_MASKED, READ_NEVER, READ_WHOLE, REPORT_ID, Table, Texts, UtcTime, rows_from, rule
from schemas.event import CLEAR
from schemas.screening import PLACES, SHOWN_VERDICTS, STAGES, STATUSES, VERDICTS, WORK


class _Decided(Table):
    decision_id: str = pa.Field(
        description="Names the decision, by its place in the ledger or its file: 'd' and the event, or file, row and place in it."
    )
    arrival_id: pl.Int64 = pa.Field(nullable=True, description="The file that it came in.")
    seq: pl.Int64 = pa.Field(
        nullable=True, description="The ledger's event, where it was made in our page or command line."
    )
    row: pl.Int32 = pa.Field(nullable=True, description="The file's line.")
    key: str = pa.Field(description="The report, as the file names it.")
    record_id: str = pa.Field(
        description="The record that the key led to; the decision stays with it through merges and splits."
    )
    matched_by: str = pa.Field(description="How the key led there: id, alias, accession, pmid, doi, title.")
    stage: str = pa.Field(isin=STAGES, description="title-abstract, retrieval or full-text.")
    reviewer: str = pa.Field(description="Who decided: the one name of that person, whatever the spelling.")
    written: str = pa.Field(description="The name as it stood where the decision came from.")
    verdict: str = pa.Field(
        isin=(*VERDICTS, CLEAR), description="include, exclude, maybe or not-retrieved; clear takes back all before it."
    )
    reason: str = pa.Field(nullable=True, description="The reason for exclusion.")
    note: str = pa.Field(nullable=True, description="What the reviewer remarked.")
    decided_at: UtcTime = pa.Field(description="When (UTC); the time of receipt where the file does not say.")
    consensus: bool = pa.Field(description="True for a decision reached together, false for one reviewer's vote.")
    uncounted: str = pa.Field(
        nullable=True, description="Why it counts for nothing by the protocol; null where it counts."
    )

    has_origin = rule("a file or an event, not both", "(arrival_id IS NULL) <> (seq IS NULL)")


class Decision(_Decided):
    """Every screening decision that was made, never changed (base of the view screening_decision)."""

    undone: bool = pa.Field(description="True where its maker took it back.")

    class Config:
        """Where it stands."""

        name = "core.decision"
        metadata = READ_MASKED
        unique: ClassVar = ["decision_id"]


class BaseReportComment(Table):
    """What people remarked on reports, filled anew at each run (base of the view report_comment)."""

    seq: pl.Int64 = pa.Field(ge=1, unique=True, description="The ledger's event.")
    record_id: str = pa.Field(description="The record; the comment stays with it through merges and splits.")
    stage: str = pa.Field(
        isin=STAGES, description="The stage that it is about: title-abstract, retrieval or full-text."
    )
    reviewer: str = pa.Field(description="Who remarked it.")
    comment: str = pa.Field(description="The remark.")
    commented_at: UtcTime = pa.Field(description="When (UTC).")

    class Config:
        """Where it stands."""

        name = "core.report_comment"
        metadata = READ_MASKED


class ReportComment(BaseReportComment):
    """What people remarked on reports. In the copy for everybody, only where all votes at that stage and before it are in."""

    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report that it is about today.")
    waits: bool = pa.Field(description="Whether votes are still to come, so that it is for nobody else's eyes.")

    class Config:
        """Where it stands."""

        name = "main.report_comment"
        metadata = READ_MASKED


class UnmatchedDecision(Table):
    """Decisions about a report that is not known: kept, shown, and tried again at each run."""

    arrival_id: pl.Int64 = pa.Field(nullable=True, description="The file that it came in.")
    seq: pl.Int64 = pa.Field(nullable=True, description="The ledger's event.")
    row: pl.Int32 = pa.Field(nullable=True, description="The file's line.")
    key: str = pa.Field(description="The report, as the file names it.")
    stage: str = pa.Field(isin=STAGES, description="The stage.")
    reviewer: str = pa.Field(description="Who decided.")
    verdict: str = pa.Field(isin=SHOWN_VERDICTS, description="The verdict.")
    reason: str = pa.Field(nullable=True, description="The reason for exclusion.")
    why: str = pa.Field(description="Why no report was found for it.")

    class Config:
        """Where it stands."""

        name = "core.unmatched_decision"
        metadata = READ_MASKED


class ScreeningDecision(_Decided):
    """Screening decisions that stand: one reviewer, one report, one stage, one verdict.

    In the copy for everybody, the decisions on a report appear only after all its reviewers have voted.
    """

    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report that it is about today.")

    class Config:
        """Where it stands."""

        name = "main.screening_decision"
        metadata = READ_MASKED
        unique: ClassVar = ["decision_id"]


class ScreeningBallot(Table):
    """The verdict of each reviewer that counts: the last one on the report."""

    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report.")
    stage: str = pa.Field(isin=STAGES, description="The stage.")
    reviewer: str = pa.Field(description="Who decided.")
    consensus: bool = pa.Field(description="True for a decision reached together.")
    record_id: str = pa.Field(description="The record that was judged.")
    verdict: str = pa.Field(isin=VERDICTS, description="The verdict.")
    reason: str = pa.Field(nullable=True, description="The reason for exclusion.")
    decided_at: UtcTime = pa.Field(description="When (UTC).")
    unclear: bool = pa.Field(
        description="True where the reviewer gave different verdicts of one date: it is not known which counts, so none does."
    )

    class Config:
        """Where it stands."""

        name = "main.screening_ballot"
        metadata = READ_MASKED


class ToolVerdict(Table):
    """What a tool (a reviewer of kind automation) says of a report: its last verdict.

    In the copy for everybody, as decisions are, only of reports that wait for no vote.
    """

    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report.")
    stage: str = pa.Field(isin=STAGES, description="The stage.")
    tool: str = pa.Field(description="The tool.")
    verdict: str = pa.Field(isin=VERDICTS, description="The verdict.")
    decided_at: UtcTime = pa.Field(description="When (UTC).")

    class Config:
        """Where it stands."""

        name = "main.tool_verdict"
        metadata = READ_MASKED | rows_from("core.decision")


class BaseScreeningStatus(Table):
    """Where each report stands at each stage, filled anew at each run (base of the view screening_status)."""

    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report.")
    stage: str = pa.Field(isin=STAGES, description="title-abstract, retrieval or full-text.")
    status: str = pa.Field(
        isin=STATUSES,
        description="awaiting, awaiting_second, conflict, included, excluded, ineligible (a tool excluded it, and nobody judged it, or "
        "not all who have to); retrieved or not_retrieved at stage retrieval.",
    )
    votes: pl.Int64 = pa.Field(nullable=True, ge=0, description="Reviewers who have voted.")
    votes_needed: pl.Int32 = pa.Field(
        nullable=True, ge=1, description="Votes that the protocol asks for, as far as is known yet."
    )

    class Config:
        """Where it stands."""

        name = "core.screening_status"
        metadata = READ_MASKED


class ScreeningStatus(BaseScreeningStatus):
    """Where each report stands at each stage that it has reached.

    In the copy for everybody, a report that waits for votes is only awaiting (or still ineligible), and its votes are null.
    """

    class Config:
        """Where it stands."""

        name = "main.screening_status"
        metadata = READ_MASKED
        unique: ClassVar = ["report_id", "stage"]


class BaseExclusion(Table):
    """Why each report that was excluded was, filled anew at each run (base of the view exclusion)."""

    report_id: str = pa.Field(unique=True, str_matches=REPORT_ID, description="The report.")
    stage: str = pa.Field(isin=STAGES, description="The stage: full-text, or title-abstract.")
    reason: str = pa.Field(
        description="The consensus' reason, else the first of the reviewers' in the protocol's order."
    )

    class Config:
        """Where it stands."""

        name = "core.exclusion"
        metadata = READ_WHOLE


class Exclusion(BaseExclusion):
    """Why each report that was excluded was: at full text, and on title and abstract where the protocol requires reasons there."""

    class Config:
        """Where it stands."""

        name = "main.exclusion"
        metadata = READ_WHOLE


class BaseReportPath(Table):
    """Where each report is in the flow, filled anew at each run (base of the view report_path)."""

    report_id: str = pa.Field(unique=True, str_matches=REPORT_ID, description="The report.")
    arm: str = pa.Field(isin=["databases", "other"], description="PRISMA's column.")
    place: str = pa.Field(
        isin=PLACES,
        description="awaiting_screening, ineligible, excluded_screening, awaiting_retrieval, not_retrieved, awaiting_full_text, "
        "excluded_full_text or included.",
    )

    class Config:
        """Where it stands."""

        name = "core.report_path"
        metadata = READ_WHOLE


class ReportPath(BaseReportPath):
    """Where each report is in the flow."""

    class Config:
        """Where it stands."""

        name = "main.report_path"
        metadata = READ_WHOLE


class BaseImportedDecision(Table):
    """Decisions as the files say them, before they are matched to reports."""

    arrival_id: pl.Int64 = pa.Field(description="The file.")
    row: pl.Int32 = pa.Field(ge=1, description="The file's line.")
    key: str = pa.Field(description="The report, as the file names it.")
    stage: str = pa.Field(isin=STAGES, description="title-abstract, retrieval or full-text.")
    reviewer: str = pa.Field(description="Who decided.")
    verdict: str = pa.Field(isin=SHOWN_VERDICTS, description="include, exclude, maybe or not-retrieved.")
    reason: str = pa.Field(nullable=True, description="The reason for exclusion.")
    decided_at: UtcTime = pa.Field(nullable=True, description="When (UTC); null where the file does not say.")
    consensus: bool = pa.Field(description="True for a decision reached together.")
    title: str = pa.Field(nullable=True, description="The report's title, as the file has it.")
    year: pl.Int32 = pa.Field(nullable=True, description="Its year.")
    doi: str = pa.Field(nullable=True, description="Its DOI.")
    pmid: str = pa.Field(nullable=True, description="Its PubMed identifier.")
    labels: Texts = pa.Field(nullable=True, description="Labels of the screening tool.")
    note: str = pa.Field(nullable=True, description="This reviewer's note in the screening tool.")

    class Config:
        """Where it stands."""

        name = "core.imported_decision"
        metadata = READ_NEVER


class BaseImportedReport(Table):
    """What the rows of files of decisions say of the reports that they are about, before these are matched."""

    arrival_id: pl.Int64 = pa.Field(description="The file.")
    row: pl.Int32 = pa.Field(ge=1, description="The file's line.")
    key: str = pa.Field(description="The report, as the file names it: the tool's own key, else an id, DOI or title.")
    meant: str = pa.Field(
        description="What identifies the report best: our id where the tool kept it, else the accession number, else the key."
    )
    title: str = pa.Field(nullable=True, description="Its title, as the file has it.")
    authors: str = pa.Field(nullable=True, description="Its authors, joined by '; '.")
    year: pl.Int32 = pa.Field(nullable=True, description="Its year.")
    journal: str = pa.Field(nullable=True, description="Its journal.")
    volume: str = pa.Field(nullable=True, description="Its volume.")
    issue: str = pa.Field(nullable=True, description="Its issue.")
    pages: str = pa.Field(nullable=True, description="Its pages.")
    doi: str = pa.Field(nullable=True, description="Its DOI.")
    pmid: str = pa.Field(nullable=True, description="Its PubMed identifier.")

    class Config:
        """Where it stands. In a file that lists what was excluded, to be listed is the verdict: nobody reads it."""

        name = "core.imported_report"
        metadata = READ_NEVER


class BaseScreeningQueue(Table):
    """What is whose to do, filled anew at each run (base of the view screening_queue).

    In the copy for everybody it has no rows: who still has to vote would tell who has.
    """

    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report.")
    stage: str = pa.Field(isin=STAGES, description="title-abstract, retrieval or full-text.")
    reviewer: str = pa.Field(description="Whose it is; empty for anybody, where the protocol names no team.")
    work: str = pa.Field(isin=WORK, description="vote, settle (a conflict), or retrieve (the full text).")

    class Config:
        """Where it stands."""

        name = "core.screening_queue"
        metadata = READ_NEVER


class ScreeningQueue(BaseScreeningQueue):
    """What is whose to do; only in the private copy."""

    class Config:
        """Where it stands."""

        name = "main.screening_queue"
        metadata = READ_NEVER
        unique: ClassVar = ["report_id", "stage", "reviewer"]
