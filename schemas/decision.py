"""Tables of screening: decisions as they were made, and where each report stands by them."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_MASKED, READ_NEVER, READ_WHOLE, REPORT_ID, Table, Texts, UtcTime, rule
from schemas.screening import PLACES, SHOWN_VERDICTS, STAGES, STATUSES


class ScreeningRule(Table):
    """The protocol's rule for each stage: who screens what."""

    stage: str = pa.Field(unique=True, isin=STAGES, description="title-abstract or full-text.")
    votes: pl.Int32 = pa.Field(ge=1, description="Independent votes that each report gets.")
    second_vote_of_included: float = pa.Field(
        nullable=True, ge=0, le=1, description="Share of the reports included by one vote that get a second."
    )
    second_vote_of_excluded: float = pa.Field(
        nullable=True, ge=0, le=1, description="Share of the reports excluded by one vote that get a second."
    )
    maybe: str = pa.Field(isin=["include", "conflict"], description="What a 'maybe' counts as: include, or conflict.")

    class Config:
        """Where it stands."""

        name = "core.screening_rule"
        metadata = READ_WHOLE


class ExclusionReason(Table):
    """The protocol's reasons for exclusion, in the order in which they apply."""

    reason: str = pa.Field(unique=True, description="The reason.")
    position: pl.Int32 = pa.Field(ge=1, description="Its place, from 1.")

    class Config:
        """Where it stands."""

        name = "core.exclusion_reason"
        metadata = READ_WHOLE


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
    reviewer: str = pa.Field(description="Who decided.")
    verdict: str = pa.Field(isin=SHOWN_VERDICTS, description="include, exclude, maybe or not-retrieved.")
    reason: str = pa.Field(nullable=True, description="The reason for exclusion.")
    decided_at: UtcTime = pa.Field(description="When (UTC); the time of receipt where the file does not say.")
    consensus: bool = pa.Field(description="True for a decision reached together, false for one reviewer's vote.")

    has_origin = rule("a file or an event, not both", "(arrival_id IS NULL) <> (seq IS NULL)")


class Decision(_Decided):
    """Every screening decision that was made, never changed (base of the view screening_decision)."""

    undone: bool = pa.Field(description="True where its maker took it back.")

    class Config:
        """Where it stands."""

        name = "core.decision"
        metadata = READ_MASKED
        unique: ClassVar = ["decision_id"]


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

    In the copy for everybody, verdicts on a report appear only after all its reviewers have voted.
    """

    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report that it is about today.")

    class Config:
        """Where it stands."""

        name = "main.screening_decision"
        metadata = READ_MASKED
        unique: ClassVar = ["decision_id"]


class ScreeningBallot(Table):
    """The verdict of each reviewer that counts: the last one on each record that the reviewer judged."""

    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report.")
    stage: str = pa.Field(isin=STAGES, description="The stage.")
    reviewer: str = pa.Field(description="Who decided.")
    consensus: bool = pa.Field(description="True for a decision reached together.")
    record_id: str = pa.Field(description="The record that was judged.")
    verdict: str = pa.Field(isin=SHOWN_VERDICTS, description="The verdict.")
    reason: str = pa.Field(nullable=True, description="The reason for exclusion.")
    decided_at: UtcTime = pa.Field(description="When (UTC).")

    class Config:
        """Where it stands."""

        name = "main.screening_ballot"
        metadata = READ_MASKED


class BaseScreeningStatus(Table):
    """Where each report stands at each stage, filled anew at each run (base of the view screening_status)."""

    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report.")
    stage: str = pa.Field(isin=STAGES, description="title-abstract, retrieval or full-text.")
    status: str = pa.Field(
        isin=STATUSES,
        description="awaiting, awaiting_second, conflict, included, excluded; retrieved or not_retrieved at stage retrieval.",
    )
    votes: pl.Int64 = pa.Field(ge=0, description="Reviewers who have voted.")
    votes_needed: pl.Int32 = pa.Field(ge=1, description="Votes that the protocol asks for, as far as is known yet.")

    class Config:
        """Where it stands."""

        name = "core.screening_status"
        metadata = READ_WHOLE


class ScreeningStatus(BaseScreeningStatus):
    """Where each report stands at each stage that it has reached."""

    class Config:
        """Where it stands."""

        name = "main.screening_status"
        metadata = READ_WHOLE
        unique: ClassVar = ["report_id", "stage"]


class BaseExclusion(Table):
    """Why each report that was excluded at full text was, filled anew at each run (base of the view exclusion)."""

    report_id: str = pa.Field(unique=True, str_matches=REPORT_ID, description="The report.")
    reason: str = pa.Field(
        description="The consensus' reason, else the first of the reviewers' in the protocol's order."
    )

    class Config:
        """Where it stands."""

        name = "core.exclusion"
        metadata = READ_WHOLE


class Exclusion(BaseExclusion):
    """Why each report that was excluded at full text was."""

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
        description="awaiting_screening, excluded_screening, awaiting_retrieval, not_retrieved, awaiting_full_text, "
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
        metadata = READ_MASKED


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


class Agreement(Table):
    """How far two people agree who judged the same independently: one row a coefficient, and pair of people.

    For screening: first votes on reports that both judged and that wait for no further vote.
    """

    subject: str = pa.Field(description="What was judged: screening.")
    stage: str = pa.Field(nullable=True, isin=STAGES, description="For screening: title-abstract or full-text.")
    code_id: str = pa.Field(nullable=True, description="For codings: the code; null for screening.")
    document_id: str = pa.Field(nullable=True, description="For codings: the document; null for screening.")
    rater_a: str = pa.Field(description="One of the two.")
    rater_b: str = pa.Field(description="The other; sorts after the first.")
    coefficient: str = pa.Field(description="Its name: share agreed, or Cohen's kappa.")
    value: float = pa.Field(
        nullable=True, description="Its value; kappa is null where both always said the same one word."
    )
    n: pl.Int64 = pa.Field(ge=1, description="Its denominator.")
    n_counts: str = pa.Field(description="What the denominator counts.")

    in_order = rule("the first name sorts before the other", "rater_a < rater_b")

    class Config:
        """Where it stands."""

        name = "main.agreement"
        metadata = READ_WHOLE
        unique: ClassVar = ["subject", "stage", "rater_a", "rater_b", "coefficient"]
