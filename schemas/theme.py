"""Synthesis beyond codes: themes and findings, what they rest on, and what stands out between codes, themes and studies."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_MASKED, READ_WHOLE, Table, Texts, UtcTime, rows_from


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
        metadata = READ_WHOLE | rows_from("core.theme")


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
        metadata = READ_WHOLE | rows_from("core.theme_part")
        unique: ClassVar = ["theme_id", "part_id"]


class ThemeCode(Table):
    """The codes of each theme, with all codes below them, and those of the themes that it is made of."""

    theme_id: str = pa.Field(description="The theme.")
    code_id: str = pa.Field(description="The code.")
    stated: bool = pa.Field(description="Whether the theme itself names the code.")

    class Config:
        """Where it stands."""

        name = "main.theme_code"
        metadata = READ_WHOLE | rows_from("core.theme")
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
        metadata = READ_WHOLE | rows_from("core.theme")
        unique: ClassVar = ["version", "theme_id"]


class _ThemeSegment(Table):
    theme_id: str = pa.Field(description="The theme.")
    coding_id: str = pa.Field(description="The coded segment.")
    code_id: str = pa.Field(description="Its code.")
    report_id: str = pa.Field(nullable=True, description="The report whose text was coded; null while it is not known.")
    study_id: str = pa.Field(nullable=True, description="Its study.")


class CoreThemeSegment(_ThemeSegment):
    """The coded segments that each theme rests on (base of the view theme_support)."""

    class Config:
        """Where it stands."""

        name = "core.theme_segment"
        metadata = READ_WHOLE


class ThemeSupport(_ThemeSegment):
    """The coded segments of included reports that each theme rests on, each once a theme."""

    class Config:
        """Where it stands."""

        name = "main.theme_support"
        metadata = READ_WHOLE | rows_from("core.theme_segment")
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
        metadata = READ_WHOLE | rows_from("core.finding")


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
        nullable=True,
        description="By what it was found: id, same segment and code, merge, path, code and quote, quote.",
    )

    class Config:
        """Where it stands."""

        name = "core.finding_support"
        metadata = READ_WHOLE
        unique: ClassVar = ["finding_id", "number"]


class _FindingSegment(Table):
    finding_id: str = pa.Field(description="The finding.")
    coding_id: str = pa.Field(description="The coded segment.")
    stance: str = pa.Field(isin=["for", "against", "nuance"], description="Whether it speaks for the finding.")
    code_id: str = pa.Field(description="Its code.")
    document_id: str = pa.Field(description="Its document.")
    quote: str = pa.Field(nullable=True, description="Its words.")
    report_id: str = pa.Field(nullable=True, description="The report whose text was coded; null while it is not known.")
    study_id: str = pa.Field(nullable=True, description="Its study.")


class CoreFindingSegment(_FindingSegment):
    """The coded segments that each finding rests on (base of the view finding_support)."""

    class Config:
        """Where it stands."""

        name = "core.finding_segment"
        metadata = READ_WHOLE


class FindingSupport(_FindingSegment):
    """The coded segments of included reports that each finding rests on, each once a finding, with its stance."""

    class Config:
        """Where it stands."""

        name = "main.finding_support"
        metadata = READ_WHOLE | rows_from("core.finding_segment")
        unique: ClassVar = ["finding_id", "coding_id"]


class ThemeEvidence(Table):
    """How much each theme rests on, in included reports."""

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
        metadata = READ_WHOLE | rows_from("core.theme")


class FindingEvidence(Table):
    """How much each finding rests on, in included reports, by stance."""

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
        metadata = READ_WHOLE | rows_from("core.finding")


class CodeFirstSeen(Table):
    """The first study that each code was used on."""

    code_id: str = pa.Field(unique=True, description="The code.")
    study_id: str = pa.Field(description="The study.")
    position: pl.Int32 = pa.Field(ge=1, description="Its place in the order of inclusion (see saturation).")
    studies: pl.Int64 = pa.Field(ge=1, description="Studies that the code is used on by now.")

    class Config:
        """Where it stands."""

        name = "main.code_first_seen"
        metadata = READ_WHOLE | rows_from("core.project")


class CodeAncestor(Table):
    """Every code with itself and all codes above it."""

    code_id: str = pa.Field(description="The code.")
    ancestor_id: str = pa.Field(description="A code above it, or itself.")
    depth: pl.Int32 = pa.Field(ge=0, description="How far above: 0 is itself.")

    class Config:
        """Where it stands."""

        name = "main.code_ancestor"
        metadata = READ_MASKED | rows_from("core.project")
        unique: ClassVar = ["code_id", "ancestor_id"]


class CodeTogether(Table):
    """Codes that occur together in included reports, each pair once."""

    code_a: str = pa.Field(description="One code.")
    code_b: str = pa.Field(description="The other one; its id sorts behind.")
    studies: pl.Int64 = pa.Field(ge=1, description="Studies in which both were used.")
    overlapping_segments: pl.Int64 = pa.Field(ge=0, description="Pairs of segments of the two that overlap.")

    class Config:
        """Where it stands."""

        name = "main.code_together"
        metadata = READ_WHOLE | rows_from("core.project")
        unique: ClassVar = ["code_a", "code_b"]


class ThemeByCharacteristic(Table):
    """Of the included studies with each value of each characteristic, how many support each theme."""

    theme_id: str = pa.Field(description="The theme.")
    field: str = pa.Field(description="The characteristic.")
    value: str = pa.Field(
        nullable=True,
        description="Its value, 'not reported' too; null: nothing was extracted (the figures: 'not extracted').",
    )
    studies: pl.Int64 = pa.Field(ge=0, description="Studies with the value that support the theme.")
    of_studies: pl.Int64 = pa.Field(ge=1, description="Studies with the value.")
    studies_by_speaker: pl.Int64 = pa.Field(
        ge=0,
        description="Of the studies that support the theme, those counted by who speaks in its segments; the rest, by the study.",
    )
    segments: pl.Int64 = pa.Field(
        nullable=True,
        ge=0,
        description="The theme's segments in which one with the value speaks; null where the field is no speaker's.",
    )

    class Config:
        """Where it stands."""

        name = "main.theme_by_characteristic"
        metadata = READ_WHOLE | rows_from("core.theme")
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
        metadata = READ_WHOLE | rows_from("core.theme_segment")
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
        metadata = READ_WHOLE | rows_from("core.theme")


class SynthesisRule(Table):
    """The numbers of [synthesis] in the protocol: from how many on something says that a new synthesis is due, and how many assess."""

    trigger: str = pa.Field(
        unique=True,
        description="refuted_by, code_outside_themes_in or stale_confidence; assessors: how many assess a finding.",
    )
    threshold: pl.Int32 = pa.Field(ge=1, description="From how many on.")

    class Config:
        """Where it stands."""

        name = "core.synthesis_rule"
        metadata = READ_WHOLE


class SynthesisTrigger(Table):
    """What says, by the protocol, that a new synthesis is due: a row a theme, finding or code."""

    trigger: str = pa.Field(description="The rule of [synthesis] that it meets.")
    element: str = pa.Field(isin=["theme", "finding", "code"], description="What it is about.")
    id: str = pa.Field(description="Its id.")
    name: str = pa.Field(nullable=True, description="The theme's name, the finding's sentence, the code's path.")
    n: pl.Int64 = pa.Field(ge=1, description="How many studies, or findings whose confidence is stale.")
    threshold: pl.Int32 = pa.Field(ge=1, description="From how many on.")
    says: str = pa.Field(description="The same in words.")

    class Config:
        """Where it stands."""

        name = "main.synthesis_trigger"
        metadata = READ_WHOLE
