"""Synthesis beyond codes: themes, findings, and what they rest on; confidence; what each study does to them; saturation."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_WHOLE, Table, Texts, UtcTime

_EFFECTS = ["confirmed", "extended", "enriched", "refuted", "silent"]
_COMPONENTS = ["methodological_limitations", "coherence", "adequacy", "relevance"]
_LEVELS = ["high", "moderate", "low", "very low"]


class _Stated(Table):
    stated_by: str = pa.Field(description="Who stated it last.")
    stated_at: UtcTime = pa.Field(description="When (UTC).")
    position: pl.Int32 = pa.Field(ge=1, description="Its place, in the order in which they were stated.")


class _ThemeRow(_Stated):
    theme_id: str = pa.Field(unique=True, description="Names the theme.")
    name: str = pa.Field(description="Its name.")
    statement: str = pa.Field(description="What it says; empty where nobody wrote it yet.")


class Theme(_ThemeRow):
    """Themes, descriptive or analytic, as they stand."""

    kind: str = pa.Field(isin=["descriptive", "analytic"], description="descriptive or analytic.")

    class Config:
        """Where it stands."""

        name = "main.theme"
        metadata = READ_WHOLE


class CoreTheme(_ThemeRow):
    """Themes as they stand by the log (base of the view theme)."""

    level: str = pa.Field(isin=["descriptive", "analytic"], description="descriptive or analytic.")
    seq: pl.Int64 = pa.Field(description="The event that says so.")

    class Config:
        """Where it stands."""

        name = "core.theme"
        metadata = READ_WHOLE


class CoreThemeCode(Table):
    """The codes that themes are made of, as they were named and as they are known now."""

    theme_id: str = pa.Field(description="The theme.")
    path: str = pa.Field(description="The code's path when the theme was stated.")
    code_id: str = pa.Field(nullable=True, description="The code; null where no project that counts has it.")

    class Config:
        """Where it stands."""

        name = "core.theme_code"
        metadata = READ_WHOLE


class _ThemePart(Table):
    theme_id: str = pa.Field(description="The analytic theme.")
    part_id: str = pa.Field(description="A theme that it is made of.")


class CoreThemePart(_ThemePart):
    """Which themes analytic themes are made of (base of the view theme_part)."""

    class Config:
        """Where it stands."""

        name = "core.theme_part"
        metadata = READ_WHOLE


class ThemePart(_ThemePart):
    """Which descriptive themes each analytic theme is made of; many to many."""

    class Config:
        """Where it stands."""

        name = "main.theme_part"
        metadata = READ_WHOLE
        unique: ClassVar = ["theme_id", "part_id"]


class ThemeCode(Table):
    """The codes of each theme, with all codes below them, and those of the themes that it is made of."""

    theme_id: str = pa.Field(description="The theme.")
    code_id: str = pa.Field(description="The code.")
    stated: bool = pa.Field(description="Whether the theme itself names the code.")

    class Config:
        """Where it stands."""

        name = "main.theme_code"
        metadata = READ_WHOLE
        unique: ClassVar = ["theme_id", "code_id"]


class ThemeDrift(Table):
    """What each theme, as it stands today, rested on at each version, in the reports that were included then."""

    version: pl.Int32 = pa.Field(ge=1, description="The version.")
    released_at: UtcTime = pa.Field(description="When it was published (UTC).")
    position: pl.Int32 = pa.Field(ge=1, description="The theme's place.")
    theme_id: str = pa.Field(description="The theme.")
    name: str = pa.Field(description="Its name.")
    studies: pl.Int64 = pa.Field(ge=0, description="Studies with a segment of it.")
    codings: pl.Int64 = pa.Field(ge=0, description="These segments.")

    class Config:
        """Where it stands."""

        name = "main.theme_drift"
        metadata = READ_WHOLE
        unique: ClassVar = ["version", "theme_id"]


class ThemeSupport(Table):
    """The coded segments that each theme rests on, each once a theme."""

    theme_id: str = pa.Field(description="The theme.")
    coding_id: str = pa.Field(description="The coded segment.")
    code_id: str = pa.Field(description="Its code.")
    report_id: str = pa.Field(nullable=True, description="The report whose text was coded; null while it is not known.")
    study_id: str = pa.Field(nullable=True, description="Its study.")

    class Config:
        """Where it stands."""

        name = "main.theme_support"
        metadata = READ_WHOLE
        unique: ClassVar = ["theme_id", "coding_id"]


class _FindingRow(_Stated):
    finding_id: str = pa.Field(unique=True, description="Names the finding.")
    sentence: str = pa.Field(description="The finding, in a sentence.")
    plain: str = pa.Field(description="The same in plain words for readers; empty where nobody wrote it yet.")


class Finding(_FindingRow):
    """Findings as they stand: between themes and quotes."""

    theme_ids: Texts = pa.Field(nullable=True, description="The themes that it belongs to.")

    class Config:
        """Where it stands."""

        name = "main.finding"
        metadata = READ_WHOLE


class CoreFinding(_FindingRow):
    """Findings as they stand by the log (base of the view finding)."""

    seq: pl.Int64 = pa.Field(description="The event that says so.")

    class Config:
        """Where it stands."""

        name = "core.finding"
        metadata = READ_WHOLE


class CoreFindingTheme(Table):
    """Which themes each finding belongs to."""

    finding_id: str = pa.Field(description="The finding.")
    theme_id: str = pa.Field(description="The theme.")

    class Config:
        """Where it stands."""

        name = "core.finding_theme"
        metadata = READ_WHOLE


class CoreFindingSupport(Table):
    """What each finding was said to rest on, line by line, as it was named and as it is known now."""

    finding_id: str = pa.Field(description="The finding.")
    number: pl.Int32 = pa.Field(ge=1, description="The line, from 1.")
    stance: str = pa.Field(isin=["for", "against", "nuance"], description="Whether it speaks for the finding.")
    element: str = pa.Field(isin=["code", "coding"], description="All segments of a code, or one segment.")
    named: str = pa.Field(description="What it was called.")
    known_as: str = pa.Field(nullable=True, description="Its id now; null where it is gone.")
    found_by: str = pa.Field(
        nullable=True, description="By what it was found: id, same segment and code, path, code and quote, quote."
    )

    class Config:
        """Where it stands."""

        name = "core.finding_support"
        metadata = READ_WHOLE
        unique: ClassVar = ["finding_id", "number"]


class FindingSupport(Table):
    """The coded segments that each finding rests on, each once a finding, with its stance."""

    finding_id: str = pa.Field(description="The finding.")
    coding_id: str = pa.Field(description="The coded segment.")
    stance: str = pa.Field(isin=["for", "against", "nuance"], description="Whether it speaks for the finding.")
    code_id: str = pa.Field(description="Its code.")
    document_id: str = pa.Field(description="Its document.")
    quote: str = pa.Field(nullable=True, description="Its words.")
    report_id: str = pa.Field(nullable=True, description="The report whose text was coded; null while it is not known.")
    study_id: str = pa.Field(nullable=True, description="Its study.")

    class Config:
        """Where it stands."""

        name = "main.finding_support"
        metadata = READ_WHOLE
        unique: ClassVar = ["finding_id", "coding_id"]


class ThemeEvidence(Table):
    """How much each theme rests on."""

    theme_id: str = pa.Field(unique=True, description="The theme.")
    name: str = pa.Field(description="Its name.")
    kind: str = pa.Field(description="descriptive or analytic.")
    studies: pl.Int64 = pa.Field(ge=0, description="Studies with a segment of it.")
    reports: pl.Int64 = pa.Field(ge=0, description="Reports with a segment of it.")
    codings: pl.Int64 = pa.Field(ge=0, description="Segments of it.")
    coders: pl.Int64 = pa.Field(ge=0, description="People who coded them.")

    class Config:
        """Where it stands."""

        name = "main.theme_evidence"
        metadata = READ_WHOLE


class FindingEvidence(Table):
    """How much each finding rests on, by stance."""

    finding_id: str = pa.Field(unique=True, description="The finding.")
    sentence: str = pa.Field(description="Its sentence.")
    studies: pl.Int64 = pa.Field(ge=0, description="Studies that it rests on, whatever the stance.")
    reports: pl.Int64 = pa.Field(ge=0, description="Their reports with a segment.")
    codings: pl.Int64 = pa.Field(ge=0, description="Segments.")
    studies_for: pl.Int64 = pa.Field(ge=0, description="Studies with a segment that speaks for it.")
    codings_for: pl.Int64 = pa.Field(ge=0, description="These segments.")
    studies_against: pl.Int64 = pa.Field(ge=0, description="Studies with a segment that speaks against it.")
    codings_against: pl.Int64 = pa.Field(ge=0, description="These segments.")
    studies_nuance: pl.Int64 = pa.Field(ge=0, description="Studies with a segment that gives it a nuance.")
    codings_nuance: pl.Int64 = pa.Field(ge=0, description="These segments.")

    class Config:
        """Where it stands."""

        name = "main.finding_evidence"
        metadata = READ_WHOLE


class FindingBasis(Table):
    """What each finding rests on now, as an assessment of confidence keeps it."""

    finding_id: str = pa.Field(unique=True, description="The finding.")
    codings: Texts = pa.Field(description="Its segments, each with its stance.")
    studies: Texts = pa.Field(description="Their studies.")
    appraisal: str = pa.Field(description="A hash over all answers of the appraisal of these studies.")
    retracted: Texts = pa.Field(description="Those of their reports that are retracted.")

    class Config:
        """Where it stands."""

        name = "main.finding_basis"
        metadata = READ_WHOLE


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
        metadata = READ_WHOLE


class Confidence(_ConfidenceRow):
    """Confidence in each finding (GRADE-CERQual), by assessor, and whether what it rested on has changed since."""

    stale: bool = pa.Field(description="Whether what the finding rests on has changed since.")
    changed: str = pa.Field(nullable=True, description="What changed.")

    class Config:
        """Where it stands."""

        name = "main.confidence"
        metadata = READ_WHOLE


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
        metadata = READ_WHOLE


class ConfidenceComponent(_ComponentRow):
    """The concern about each component behind each assessment of confidence."""

    class Config:
        """Where it stands."""

        name = "main.confidence_component"
        metadata = READ_WHOLE


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
    """What each included study does to each theme and finding, in people's judgement."""

    study_id: str = pa.Field(nullable=True, description="The study; null where the report is no longer known.")

    class Config:
        """Where it stands."""

        name = "main.study_judgement"
        metadata = READ_WHOLE


class _SaturationRow(Table):
    position: pl.Int32 = pa.Field(unique=True, ge=1, description="The study's place in the order of inclusion.")
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
    """How many codes the studies brought, in the order of inclusion, beside 1,000 random orders of the same studies."""

    class Config:
        """Where it stands."""

        name = "main.saturation"
        metadata = READ_WHOLE


class CodeFirstSeen(Table):
    """The first study that each code was used on."""

    code_id: str = pa.Field(unique=True, description="The code.")
    study_id: str = pa.Field(description="The study.")
    position: pl.Int32 = pa.Field(ge=1, description="Its place in the order of inclusion.")
    studies: pl.Int64 = pa.Field(ge=1, description="Studies that the code is used on by now.")

    class Config:
        """Where it stands."""

        name = "main.code_first_seen"
        metadata = READ_WHOLE


class CodeAncestor(Table):
    """Every code with itself and all codes above it."""

    code_id: str = pa.Field(description="The code.")
    ancestor_id: str = pa.Field(description="A code above it, or itself.")
    depth: pl.Int32 = pa.Field(ge=0, description="How far above: 0 is itself.")

    class Config:
        """Where it stands."""

        name = "main.code_ancestor"
        metadata = READ_WHOLE
        unique: ClassVar = ["code_id", "ancestor_id"]


class CodeTogether(Table):
    """Codes that occur together, each pair once."""

    code_a: str = pa.Field(description="One code.")
    code_b: str = pa.Field(description="The other one; its id sorts behind.")
    studies: pl.Int64 = pa.Field(ge=1, description="Studies in which both were used.")
    overlapping_segments: pl.Int64 = pa.Field(ge=0, description="Pairs of segments of the two that overlap.")

    class Config:
        """Where it stands."""

        name = "main.code_together"
        metadata = READ_WHOLE
        unique: ClassVar = ["code_a", "code_b"]


class ThemeByCharacteristic(Table):
    """Of the included studies with each value of each characteristic, how many support each theme."""

    theme_id: str = pa.Field(description="The theme.")
    field: str = pa.Field(description="The characteristic.")
    value: str = pa.Field(nullable=True, description="Its value; null: not reported.")
    studies: pl.Int64 = pa.Field(ge=0, description="Studies with the value that support the theme.")
    of_studies: pl.Int64 = pa.Field(ge=1, description="Studies with the value.")

    class Config:
        """Where it stands."""

        name = "main.theme_by_characteristic"
        metadata = READ_WHOLE
        unique: ClassVar = ["theme_id", "field", "value"]


class ThemeWithout(Table):
    """What each theme rests on without the studies that share a value or an appraisal's answer."""

    theme_id: str = pa.Field(description="The theme.")
    field: str = pa.Field(description="The characteristic, or checklist and item.")
    value: str = pa.Field(description="The value, or the answer.")
    studies: pl.Int64 = pa.Field(ge=1, description="Studies that support the theme.")
    studies_left: pl.Int64 = pa.Field(ge=0, description="Of these, those without the value.")

    class Config:
        """Where it stands."""

        name = "main.theme_without"
        metadata = READ_WHOLE
        unique: ClassVar = ["theme_id", "field", "value"]


class Table3(Table):
    """Themes with the codes behind them and quotes, as the source's Table 3 has them."""

    position: pl.Int32 = pa.Field(ge=1, description="The theme's place.")
    theme: str = pa.Field(description="The theme.")
    kind: str = pa.Field(description="descriptive or analytic.")
    code: str = pa.Field(description="The code's path.")
    quote: str = pa.Field(nullable=True, description="The segment's words.")
    study: str = pa.Field(nullable=True, description="The included study; null where the text is of none.")
    report_id: str = pa.Field(nullable=True, description="Its report.")
    coding_id: str = pa.Field(description="The coded segment.")

    class Config:
        """Where it stands."""

        name = "main.table_3"
        metadata = READ_WHOLE
