"""[living] of review.toml: why the review lives, how old is stale, how it is disseminated, and when it stops."""

from __future__ import annotations

from datetime import date

from pydantic import Field, model_validator

from schemas.protocol_section import Section


class Living(Section):
    """[living]: what PRISMA-LSR and the living-evidence framework ask of a living review; what is left out is said to be missing.

    `why`: why it is living; `produce`: when a first version, or a new synthesis, is due; `disseminate`: how and where.
    `stale_after_days`: days beyond a source's every_days from which on it counts as stale, and the review as overdue.
    `version_every_days`: days after which a new version is overdue, whatever the sources; left out, there is no such rule.
    `retirement`: the plan by which it will stop; `retired`: the day on which it did, and `retired_because`.
    """

    why: str | None = None
    produce: str | None = None
    disseminate: str | None = None
    stale_after_days: int = Field(default=14, ge=0)
    version_every_days: int | None = Field(default=None, ge=1)
    retirement: str | None = None
    retired: date | None = None
    retired_because: str | None = None

    @model_validator(mode="after")
    def _retired_when(self) -> Living:
        if self.retired_because and not self.retired:
            raise ValueError("retired_because needs the day: retired = 2026-12-31")
        return self
