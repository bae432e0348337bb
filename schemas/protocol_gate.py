"""[gate] of review.toml: what stops an update before it is published, until a person lets it pass."""

from __future__ import annotations

from pydantic import Field

from schemas.protocol_section import Section, Share


class Gate(Section):
    """[gate]: the new version is held against the last one.

    `fell`: included reports may fall by less than this share without being asked about (and by one report in any case, where somebody
    decided). `jump`: a search may find less than so many times what the largest one before found. `silent`: a source counts as gone
    silent if a search finds nothing, and those before found so many on average.
    """

    fell: Share = 0.1
    jump: float = Field(default=10, gt=1)
    silent: float = Field(default=5, gt=0)
