"""Tables of synthesis beyond codes: themes, and the coded segments that they rest on."""

from __future__ import annotations

import pandera.polars as pa

from schemas.base import READ_WHOLE, Table, UtcTime


class Theme(Table):
    """Themes, descriptive or analytic, as they are stated over codes and coded segments. There is none yet."""

    theme_id: str = pa.Field(unique=True, description="Names the theme.")
    name: str = pa.Field(description="Its name.")
    kind: str = pa.Field(isin=["descriptive", "analytic"], description="descriptive or analytic.")
    parent_id: str = pa.Field(nullable=True, description="The theme above it; null at the top.")
    statement: str = pa.Field(description="What it says.")
    stated_by: str = pa.Field(description="Who stated it.")
    stated_at: UtcTime = pa.Field(description="When (UTC).")

    class Config:
        """Where it stands."""

        name = "main.theme"
        metadata = READ_WHOLE


class ThemeSupport(Table):
    """The coded segments that each theme rests on. Empty while there is no theme."""

    theme_id: str = pa.Field(description="The theme.")
    coding_id: str = pa.Field(description="The coded segment.")
    code_id: str = pa.Field(description="Its code.")
    report_id: str = pa.Field(nullable=True, description="The report whose text was coded; null while it is not known.")
    study_id: str = pa.Field(nullable=True, description="Its study.")

    class Config:
        """Where it stands."""

        name = "main.theme_support"
        metadata = READ_WHOLE
