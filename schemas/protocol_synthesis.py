"""[synthesis] of review.toml: the method, who assesses confidence, and what says that a new synthesis is due."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from schemas.protocol_section import Section, mistake_at

AtLeastOne = Annotated[int, Field(ge=1)]
Method = Literal["thematic", "framework", "best-fit", "meta-ethnography", "meta-aggregation"]
METHODS: tuple[str, ...] = get_args(Method)


class Synthesis(Section):
    """[synthesis]: how studies are synthesised; from how many on something says that a new synthesis is due; what is left out says
    nothing.

    `method` decides what is asked for and shown (`living-review method`). `codebook_version`, of best-fit: the version of the review
    whose codebook is the framework; what was added since lies outside it.

    `refuted_by`: studies that people judged to refute a theme or finding. `code_outside_themes_in`: studies in which a code is used
    that is in no theme. `stale_confidence`: findings in which the confidence agreed on is stale.

    `assessors`: how many assess the confidence in a finding independently. What one of them says is shown when so many have spoken,
    or when they have agreed.
    """

    method: Method = "thematic"
    codebook_version: AtLeastOne | None = None
    assessors: AtLeastOne = 1
    refuted_by: AtLeastOne | None = None
    code_outside_themes_in: AtLeastOne | None = None
    stale_confidence: AtLeastOne | None = None

    @model_validator(mode="after")
    def _has_a_codebook_if_it_is_best_fit(self) -> Synthesis:
        if self.codebook_version is not None and self.method != "best-fit":
            raise mistake_at(("synthesis", "codebook_version"), "only the method best-fit has a codebook_version")
        return self

    @property
    def thresholds(self) -> dict[str, int]:
        """The numbers that are set, by name."""
        return {name: n for name, n in self if type(n) is int and name != "codebook_version"}
