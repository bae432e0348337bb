"""[people] of review.toml: who has a role that screening and coding do not give."""

from __future__ import annotations

from pydantic import Field

from schemas.protocol_section import Section


class People(Section):
    """[people]: names of `owners`, who see how far the review is and publish it, and of `readers`, who only look.

    Where nobody is an owner, every person of [screening] reviewers is.
    """

    owners: list[str] = Field(default_factory=list)
    readers: list[str] = Field(default_factory=list)
