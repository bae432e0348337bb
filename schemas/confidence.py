"""How far findings are to be trusted, and what each study brings: confidence, judgements, saturation."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.base import READ_MASKED, READ_WHOLE, Table, Texts, UtcTime, rows_from

_EFFECTS = ["confirmed", "extended", "enriched", "refuted", "silent"]
_COMPONENTS = ["methodological_limitations", "coherence", "adequacy", "relevance"]
_LEVELS = ["high", "moderate", "low", "very low"]


class _BasisRow(Table):
    finding_id: str = pa.Field(unique=True, description="The finding.")
    codings: Texts = pa.Field(description="Its segments, each with its stance.")
    studies: Texts = pa.Field(description="Their studies.")
    appraisal: str = pa.Field(description="A hash over all answers of the appraisal of these studies.")
    retracted: Texts = pa.Field(description="Those of their reports that are retracted.")


class CoreFindingBasis(_BasisRow):
    """What each finding rests on now (base of the view finding_basis)."""

    class Config:
        """Where it stands."""

        name = "core.finding_basis"
        metadata = READ_WHOLE


class FindingBasis(_BasisRow):
    """What each finding rests on now, as an assessment of confidence keeps it."""

    class Config:
        """Where it stands."""

        name = "main.finding_basis"
        metadata = READ_WHOLE | rows_from("core.finding_basis")


class _ConfidenceRow(Table):
    finding_id: str = pa.Field(description="The finding.")
    assessor: str = pa.Field(description="Who assessed it; of the consensus, who noted it.")
    consensus: bool = pa.Field(description="Whether it is what the assessors agreed on.")
    level: str = pa.Field(isin=_LEVELS, description="The confidence: high, moderate, low or very low.")
    explanation: str = pa.Field(description="Why this level.")
    assessed_at: UtcTime = pa.Field(description="When (UTC).")


class CoreConfidence(_ConfidenceRow):
    """Confidence in findings by the log, with what each finding rested on then (base of the view confidence)."""

    seq: pl.Int64 = pa.Field(description="The event that says so.")
    codings: Texts = pa.Field(description="The segments that the finding rested on, each with its stance.")
    studies: Texts = pa.Field(description="Their studies.")
    appraisal: str = pa.Field(description="A hash over all answers of the appraisal of these studies.")
    retracted: Texts = pa.Field(description="Those of their reports that were retracted.")

    class Config:
        """Where it stands."""

        name = "core.confidence"
        metadata = READ_MASKED


class Confidence(_ConfidenceRow):
    """Confidence in each finding (GRADE-CERQual), by assessor, and whether what it rested on has changed since."""

    stale: bool = pa.Field(
        description="Whether what the finding rests on has changed since, and no consensus on what there is now holds."
    )
    changed: str = pa.Field(nullable=True, description="What changed since this assessment.")

    class Config:
        """Where it stands."""

        name = "main.confidence"
        metadata = READ_MASKED | rows_from("core.confidence")


class _ComponentRow(Table):
    finding_id: str = pa.Field(description="The finding.")
    assessor: str = pa.Field(description="Who assessed it.")
    consensus: bool = pa.Field(description="Whether it is what the assessors agreed on.")
    component: str = pa.Field(isin=_COMPONENTS, description="The component of GRADE-CERQual.")
    concern: str = pa.Field(
        isin=["none or very minor", "minor", "moderate", "serious"], description="How serious the concern is."
    )
    explanation: str = pa.Field(description="Why.")


class CoreConfidenceComponent(_ComponentRow):
    """Concerns behind assessments of confidence by the log (base of the view confidence_component)."""

    class Config:
        """Where it stands."""

        name = "core.confidence_component"
        metadata = READ_MASKED


class ConfidenceComponent(_ComponentRow):
    """The concern about each component behind each assessment of confidence."""

    class Config:
        """Where it stands."""

        name = "main.confidence_component"
        metadata = READ_MASKED | rows_from("core.confidence_component")


class _JudgementRow(Table):
    report_id: str = pa.Field(description="A report of the study, as it was named.")
    what: str = pa.Field(isin=["theme", "finding"], description="What is judged on.")
    id: str = pa.Field(description="The theme or finding.")
    effect: str = pa.Field(isin=_EFFECTS, description="What the study does to it; silent: it says nothing about it.")
    reason: str = pa.Field(description="Why.")
    person: str = pa.Field(description="Who says so.")
    judged_at: UtcTime = pa.Field(description="When (UTC).")


class CoreStudyJudgement(_JudgementRow):
    """Judgements on what studies do to themes and findings, by the log (base of the view study_judgement)."""

    seq: pl.Int64 = pa.Field(description="The event that says so.")

    class Config:
        """Where it stands."""

        name = "core.study_judgement"
        metadata = READ_WHOLE


class StudyJudgement(_JudgementRow):
    """What each study does to each theme and finding, in people's judgement."""

    study_id: str = pa.Field(nullable=True, description="The study; null where the report is no longer known.")
    included: bool = pa.Field(description="Whether the report is included now; else the judgement speaks for nothing.")

    class Config:
        """Where it stands."""

        name = "main.study_judgement"
        metadata = READ_WHOLE | rows_from("core.study_judgement")


class _SaturationRow(Table):
    position: pl.Int32 = pa.Field(
        unique=True, ge=1, description="The study's place in the order of inclusion, of those coded."
    )
    study_id: str = pa.Field(description="The study.")
    new_codes: pl.Int32 = pa.Field(ge=0, description="Codes that no study before it had.")
    codes: pl.Int32 = pa.Field(ge=0, description="Codes by then.")
    low: float = pa.Field(description="Codes by then in 1,000 random orders: the 2.5th percentile.")
    median: float = pa.Field(description="The same: the median.")
    high: float = pa.Field(description="The same: the 97.5th percentile.")


class CoreSaturation(_SaturationRow):
    """How many codes the studies brought (base of the view saturation)."""

    class Config:
        """Where it stands."""

        name = "core.saturation"
        metadata = READ_WHOLE


class Saturation(_SaturationRow):
    """How many codes the studies brought, in the order of study_inclusion, beside 1,000 random orders of the same studies."""

    class Config:
        """Where it stands."""

        name = "main.saturation"
        metadata = READ_WHOLE | rows_from("core.saturation")
