"""Tables of the cover of sources: what each found of the included reports, alone or with others, and how soon."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_WHOLE, REPORT_ID, Table, Texts, UtcTime, rows_from, rule

_LOW = "Lower end of the exact 95% interval (Clopper-Pearson); null where nothing is included."
_HIGH = "Upper end of the same interval."


class BaseSourceCover(Table):
    """Of the included reports, the share that each source found, and that it alone found (base of the view source_cover)."""

    source: str = pa.Field(unique=True, description="The protocol's source.")
    included: pl.Int64 = pa.Field(ge=0, description="Included reports in all.")
    found: pl.Int64 = pa.Field(ge=0, description="Of these, the source found.")
    share: pl.Float64 = pa.Field(
        nullable=True, ge=0, le=1, description="found / included: the source's relative recall."
    )
    share_low: pl.Float64 = pa.Field(nullable=True, ge=0, le=1, description=_LOW)
    share_high: pl.Float64 = pa.Field(nullable=True, ge=0, le=1, description=_HIGH)
    alone: pl.Int64 = pa.Field(ge=0, description="Included reports that no other source found: lost without it.")
    alone_share: pl.Float64 = pa.Field(nullable=True, ge=0, le=1, description="alone / included.")
    alone_low: pl.Float64 = pa.Field(nullable=True, ge=0, le=1, description=_LOW)
    alone_high: pl.Float64 = pa.Field(nullable=True, ge=0, le=1, description=_HIGH)

    alone_at_most = rule("no more found alone than found", "alone <= found")

    class Config:
        """Where it stands."""

        name = "core.source_cover"
        metadata = READ_WHOLE


class SourceCover(BaseSourceCover):
    """Of the included reports, the share that each source found, and that it alone found, with exact 95% intervals
    (Clopper-Pearson). A source that found no report is not listed."""

    class Config:
        """Where it stands."""

        name = "main.source_cover"
        metadata = READ_WHOLE | rows_from("core.source_cover")


class BaseSourceSetCover(Table):
    """Of the included reports, the share that only sources of a set found (base of the view source_set_cover)."""

    sources: Texts = pa.Field(description="A set of sources that found a report together.")
    reports: pl.Int64 = pa.Field(ge=1, description="Reports that exactly these found.")
    included: pl.Int64 = pa.Field(ge=0, description="Of these, included.")
    within: pl.Int64 = pa.Field(
        ge=0, description="Included reports that no source outside the set found: lost without the whole set."
    )
    share: pl.Float64 = pa.Field(nullable=True, ge=0, le=1, description="within / all included reports.")
    share_low: pl.Float64 = pa.Field(nullable=True, ge=0, le=1, description=_LOW)
    share_high: pl.Float64 = pa.Field(nullable=True, ge=0, le=1, description=_HIGH)

    included_at_most = rule("no more included than found", "included <= reports")

    class Config:
        """Where it stands."""

        name = "core.source_set_cover"
        metadata = READ_WHOLE


class SourceSetCover(BaseSourceSetCover):
    """Each set of sources that found reports together, with the share of the included reports that only they found, and its
    exact 95% interval (Clopper-Pearson)."""

    class Config:
        """Where it stands."""

        name = "main.source_set_cover"
        metadata = READ_WHOLE | rows_from("core.source_set_cover")


class BaseSourceSet(Table):
    """The cheapest set of sources that found every included report (base of the view cheapest_sources)."""

    sources: Texts = pa.Field(description="The sources.")
    reports: pl.Int64 = pa.Field(ge=1, description="Reports that they found together: what would have been screened.")
    all_reports: pl.Int64 = pa.Field(ge=1, description="Reports that all sources found.")
    included: pl.Int64 = pa.Field(ge=1, description="Included reports, all of which they found.")
    tried_all: bool = pa.Field(
        description="Whether every set was tried; if not, it was built step by step, and a cheaper one may exist."
    )

    included_at_most = rule("no more included than found", "included <= reports")

    class Config:
        """Where it stands."""

        name = "core.cheapest_sources"
        metadata = READ_WHOLE


class CheapestSources(BaseSourceSet):
    """The set of sources that would have found every included report with the fewest reports to screen: one row, none where
    nothing is included. It is known afterwards only: the next study may be where none of them looks."""

    class Config:
        """Where it stands."""

        name = "main.cheapest_sources"
        metadata = READ_WHOLE | rows_from("core.cheapest_sources")


class TimeToInclusion(Table):
    """How long each included report took from the first search that found it to the first version that includes it."""

    report_id: str = pa.Field(unique=True, str_matches=REPORT_ID, description="The report.")
    source: str = pa.Field(description="The source that found it first.")
    first_found_at: UtcTime = pa.Field(
        description="When the first search that found it was run (UTC); the database may have indexed it up to a search's interval "
        "earlier, which exports seldom say."
    )
    first_found_known: bool = pa.Field(
        description="Whether somebody said when that search was run; if not, it is the time of receipt."
    )
    version: pl.Int32 = pa.Field(
        nullable=True, description="The first version that includes it; null where none does yet."
    )
    included_at: UtcTime = pa.Field(nullable=True, description="When that version was published (UTC).")
    days: pl.Int64 = pa.Field(nullable=True, description="Whole days between; null where no version includes it yet.")

    class Config:
        """Where it stands."""

        name = "main.time_to_inclusion"
        metadata = READ_WHOLE
        unique: ClassVar = ["report_id"]
