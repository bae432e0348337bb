"""[synthesis] of review.toml: who assesses confidence, and what says that a new synthesis is due."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.protocol_section import Section

AtLeastOne = Annotated[int, Field(ge=1)]


class Synthesis(Section):
    """[synthesis]: from how many on something says that a new synthesis is due; what is left out says nothing.

    `refuted_by`: studies that people judged to refute a theme or finding. `code_outside_themes_in`: studies in which a code is used
    that is in no theme. `stale_confidence`: findings in which the confidence agreed on is stale.

    `assessors`: how many assess the confidence in a finding independently. What one of them says is shown when so many have spoken,
    or when they have agreed.
    """

    assessors: AtLeastOne = 1
    refuted_by: AtLeastOne | None = None
    code_outside_themes_in: AtLeastOne | None = None
    stale_confidence: AtLeastOne | None = None
