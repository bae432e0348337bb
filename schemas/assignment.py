"""Tables of who screens what: the protocol's rules and team, draws, and reports that are screened as one."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_WHOLE, REPORT_ID, Table, Texts, rows_from
from schemas.screening import STAGES


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
    calibration: float = pa.Field(
        ge=0, le=1, description="Share of the reports that every reviewer of the stage votes on."
    )
    maybe: str = pa.Field(isin=["include", "conflict"], description="What a 'maybe' counts as: include, or conflict.")
    reasons: str = pa.Field(isin=["required", "optional"], description="Whether an exclusion needs a reason.")
    seed: str = pa.Field(description="The seed that shares are drawn by.")

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


class TeamMember(Table):
    """Who screens by the protocol. Without rows, everybody's verdict counts."""

    reviewer: str = pa.Field(unique=True, description="The one name of that person, or tool.")
    position: pl.Int32 = pa.Field(ge=1, description="The place in the protocol, from 1.")
    kind: str = pa.Field(
        isin=["person", "automation"], description="person, or automation: a tool, which is no reviewer."
    )
    stages: Texts = pa.Field(description="The stages at which the reviewer votes.")
    resolves: bool = pa.Field(description="Whether the reviewer settles conflicts.")
    excludes_alone: bool = pa.Field(
        description="Whether a tool's exclusion of a report on title and abstract counts where nobody has judged it."
    )
    checked: float = pa.Field(
        nullable=True, ge=0, le=1, description="The share of all reports that people screen whatever that tool says."
    )
    since: pl.Date = pa.Field(nullable=True, description="The first day on which votes count.")
    until: pl.Date = pa.Field(nullable=True, description="The last day on which votes count.")

    class Config:
        """Where it stands."""

        name = "core.reviewer"
        metadata = READ_WHOLE


class ScreeningCard(Table):
    """Reports that are screened as one, where the protocol says so; a report that is screened by itself has no row."""

    report_id: str = pa.Field(unique=True, str_matches=REPORT_ID, description="The report.")
    card_id: str = pa.Field(str_matches=REPORT_ID, description="The first report of the card, which names it.")
    position: pl.Int32 = pa.Field(ge=1, description="The report's place in the card, from 1.")

    class Config:
        """Where it stands."""

        name = "core.screening_card"
        metadata = READ_WHOLE


class CardMate(Table):
    """Each report of a card with every report of that card, itself among them."""

    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report.")
    mate_id: str = pa.Field(str_matches=REPORT_ID, description="A report that is screened with it, or itself.")
    card_id: str = pa.Field(str_matches=REPORT_ID, description="The card.")

    class Config:
        """Where it stands."""

        name = "main.card_mate"
        metadata = READ_WHOLE | rows_from("core.screening_card")
        unique: ClassVar = ["report_id", "mate_id"]


class CardFollower(Table):
    """Reports that are decided on with another report of their card, which is the one to look at at that stage."""

    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report.")
    stage: str = pa.Field(isin=STAGES, description="The stage.")

    class Config:
        """Where it stands."""

        name = "main.card_follower"
        metadata = READ_WHOLE | rows_from("core.screening_card")
        unique: ClassVar = ["report_id", "stage"]


class ScreeningDraw(Table):
    """The number by which a report is drawn for a share: it is, where the number is below the share.

    A hash of the protocol's seed and the report's id: as good as random, and the same in every rebuild. Of a report that others
    were merged into, the least of theirs: what was drawn stays drawn.
    """

    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report.")
    stage: str = pa.Field(isin=STAGES, description="title-abstract or full-text.")
    draw: float = pa.Field(ge=0, le=1, description="The number, from 0 to 1.")

    class Config:
        """Where it stands."""

        name = "main.screening_draw"
        metadata = READ_WHOLE
        unique: ClassVar = ["report_id", "stage"]
