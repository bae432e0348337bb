"""Tables of what screening is measured by: agreement, tools against people, and what single exclusions may have missed."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_WHOLE, Table, rule
from schemas.screening import STAGES


class BaseAgreement(Table):
    """How far people agree who judged the same independently, filled anew at each run (base of the view agreement)."""

    subject: str = pa.Field(
        isin=["screening", "coding", "position", "choice of code"],
        description="What was judged: screening; coding (which text is under a code); position (which text is coded, whatever "
        "the code); choice of code (under which codes, of the text that both coded).",
    )
    stage: str = pa.Field(nullable=True, isin=STAGES, description="For screening: title-abstract or full-text.")
    votes: str = pa.Field(
        nullable=True,
        isin=["first", "final"],
        description="For screening: by first independent votes, or by those that stand, which discussion may have changed.",
    )
    version: pl.Int32 = pa.Field(
        nullable=True,
        ge=1,
        description="The reports that first came with this version; null for those of all versions.",
    )
    code_id: str = pa.Field(nullable=True, description="For codings: the code; null for all codes, and for screening.")
    document_id: str = pa.Field(
        nullable=True, description="For codings: the document; null for all documents, and for screening."
    )
    rater_a: str = pa.Field(nullable=True, description="One of the two; null for all raters together.")
    rater_b: str = pa.Field(nullable=True, description="The other; sorts after the first.")
    coefficient: str = pa.Field(
        description="Of two: share agreed, Cohen's kappa, PABAK, AC1; of more: Fleiss' kappa, AC1, Krippendorff's alpha. Of "
        "codings: segments of a matched, segments of b matched, Jaccard, share agreed, Cohen's kappa, Cohen's kappa over coded "
        "text, Krippendorff's alpha, Brennan-Prediger, AC1."
    )
    value: float = pa.Field(
        nullable=True,
        description="Its value; null where it is not defined, as kappa where both always said the same word.",
    )
    low: float = pa.Field(
        nullable=True,
        description="The lower end of its 95% interval; null where none can be given: nobody disagreed, "
        "or codings of a single document.",
    )
    high: float = pa.Field(nullable=True, description="The upper end.")
    n: pl.Int64 = pa.Field(ge=1, description="Its denominator.")
    n_counts: str = pa.Field(description="What the denominator counts.")

    in_order = rule("the first name sorts before the other", "rater_a < rater_b")

    class Config:
        """Where it stands."""

        name = "core.agreement"
        metadata = READ_WHOLE


class Agreement(BaseAgreement):
    """How far people agree who judged the same independently: one row a coefficient, pair of people (or all), stage and version.

    For screening: votes on reports that wait for no further vote. For codings: one row a coefficient, pair, subject, document (or
    all) and code (or all).
    """

    class Config:
        """Where it stands."""

        name = "main.agreement"
        metadata = READ_WHOLE
        unique: ClassVar = [
            "subject", "stage", "votes", "version", "code_id", "document_id", "rater_a", "rater_b", "coefficient",
        ]  # fmt: skip


class BaseToolAccuracy(Table):
    """How a tool's verdicts compare with people's, filled anew at each run (base of the view tool_accuracy)."""

    tool: str = pa.Field(description="The tool.")
    stage: str = pa.Field(isin=STAGES, description="The stage.")
    version: pl.Int32 = pa.Field(
        nullable=True,
        ge=1,
        description="The reports that first came with this version; null for those of all versions.",
    )
    measure: str = pa.Field(isin=["sensitivity", "specificity"], description="sensitivity or specificity.")
    value: float = pa.Field(
        ge=0,
        le=1,
        description="Sensitivity: of the reports that somebody's first vote did not exclude, the share that the tool did not "
        "exclude either. Specificity: of those that every first vote excluded, the share that it excluded.",
    )
    low: float = pa.Field(ge=0, le=1, description="The lower end of its exact 95% interval (Clopper and Pearson).")
    high: float = pa.Field(ge=0, le=1, description="The upper end.")
    n: pl.Int64 = pa.Field(ge=1, description="Its denominator.")
    n_counts: str = pa.Field(description="What the denominator counts.")

    class Config:
        """Where it stands."""

        name = "core.tool_accuracy"
        metadata = READ_WHOLE


class ToolAccuracy(BaseToolAccuracy):
    """How a tool's verdicts compare with people's first votes, on reports that wait for no further vote.

    Of a tool that excludes alone, on the reports that were drawn to be screened whatever it says: on the others people would
    have seen only what it let through.
    """

    class Config:
        """Where it stands."""

        name = "main.tool_accuracy"
        metadata = READ_WHOLE
        unique: ClassVar = ["tool", "stage", "version", "measure"]


class BaseScreeningEstimate(Table):
    """What single exclusions may have missed, filled anew at each run (base of the view screening_estimate)."""

    stage: str = pa.Field(isin=STAGES, description="The stage.")
    tool: str = pa.Field(nullable=True, description="The tool that excluded alone; null for exclusions by one person.")
    sampled: pl.Int64 = pa.Field(ge=1, description="Such exclusions that were drawn, and checked by people.")
    overturned: pl.Int64 = pa.Field(ge=0, description="Of these, those that ended as included.")
    unchecked: pl.Int64 = pa.Field(ge=0, description="Exclusions that nobody else checked.")
    rate: float = pa.Field(ge=0, le=1, description="overturned / sampled.")
    low: float = pa.Field(ge=0, le=1, description="The lower end of its exact 95% interval (Clopper and Pearson).")
    high: float = pa.Field(ge=0, le=1, description="The upper end.")
    missed: float = pa.Field(ge=0, description="Includes that are expected among the unchecked exclusions.")
    missed_low: float = pa.Field(ge=0, description="The lower end of its interval.")
    missed_high: float = pa.Field(ge=0, description="The upper end.")

    class Config:
        """Where it stands."""

        name = "core.screening_estimate"
        metadata = READ_WHOLE


class ScreeningEstimate(BaseScreeningEstimate):
    """What single exclusions, by one person or by a tool, may have missed, by the share of them that was drawn to be checked."""

    class Config:
        """Where it stands."""

        name = "main.screening_estimate"
        metadata = READ_WHOLE
        unique: ClassVar = ["stage", "tool"]
