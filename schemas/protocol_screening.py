"""[screening] of review.toml: who screens, and the rules of both stages."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from schemas.protocol_section import Section, Share, mistake_at


def fold_name(name: str) -> str:
    """What the spellings of one person's name share: letters without case, and single blanks; no marks that nobody sees."""
    seen = "".join(letter for letter in name if unicodedata.category(letter) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", seen).casefold().split())


class StageRule(Section):
    """Who screens what at one stage.

    Each report gets `votes` independent votes. Where `second_vote_of_included` or `second_vote_of_excluded` are given,
    one vote comes first, and a second is asked for of that share of the reports it includes or excludes. A share
    `calibration` of all reports gets a vote of every reviewer of the stage. Shares are drawn by a hash of the protocol's
    seed and the report's id, so that the draw is the same in every rebuild. `reasons`: whether an exclusion needs one.
    """

    votes: int = Field(default=2, ge=1, le=5)
    second_vote_of_included: Share | None = None
    second_vote_of_excluded: Share | None = None
    calibration: Share = 0.0
    maybe: Literal["include", "conflict"] = "conflict"
    reasons: Literal["required", "optional"] = "optional"

    @model_validator(mode="after")
    def _one_rule(self) -> StageRule:
        shares = (self.second_vote_of_included, self.second_vote_of_excluded)
        if any(s is not None for s in shares) and self.votes != 1:
            raise ValueError("second_vote_of_included and second_vote_of_excluded go with votes = 1")
        return self


class TitleAbstractRule(StageRule):
    """[screening.title-abstract]: who is unsure passes the report on, unless it is said otherwise."""

    maybe: Literal["include", "conflict"] = "include"


class FullTextRule(StageRule):
    """[screening.full-text]: an exclusion needs a reason, unless it is said otherwise (PRISMA 2020, item 16b)."""

    reasons: Literal["required", "optional"] = "required"


class Reviewer(Section):
    """One of [screening] reviewers: a person, or a tool whose verdicts come in as a rater of kind automation.

    `aliases`: other spellings of the name, besides capitals and blanks. `stages`: where the reviewer votes; none of them for
    somebody who only settles conflicts (`resolves`). `since`, `until`: the days between which votes count, both included.
    Of a tool, `excludes_alone`: what it excludes on title and abstract, and nobody has judged, is excluded by it, but for
    the share `checked` of all reports, drawn like the other shares, which people screen whatever the tool says.
    """

    name: str = Field(min_length=1)
    aliases: list[str] = Field(default_factory=list)
    kind: Literal["person", "automation"] = "person"
    stages: list[Literal["title-abstract", "retrieval", "full-text"]] = Field(
        default=["title-abstract", "retrieval", "full-text"]
    )
    resolves: bool = False
    excludes_alone: bool = False
    checked: Share | None = Field(default=None, gt=0)
    since: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _checks(self) -> Reviewer:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"since {self.since} is after until {self.until}")
        if self.kind == "automation" and self.resolves:
            raise ValueError("a tool settles no conflict")
        if self.kind == "person" and (self.excludes_alone or self.checked is not None):
            raise ValueError('excludes_alone and checked go with kind = "automation"')
        if self.excludes_alone != (self.checked is not None):
            raise ValueError("excludes_alone and checked go together: people screen a share of what a tool excludes")
        return self


class Screening(Section):
    """[screening]: who screens, and the rules of both stages.

    `reviewers`: names, or tables (Reviewer). Where it names no person everybody's verdict counts; where nobody `resolves`,
    anybody's consensus does. `seed`: of every draw. `include_terms`, `exclude_terms`: words that the page marks in titles and
    abstracts, for and against; a `*` stands for any letters.
    """

    reviewers: list[str | Reviewer] = Field(default_factory=list)
    seed: str = ""
    include_terms: list[str] = Field(default_factory=list)
    exclude_terms: list[str] = Field(default_factory=list)
    title_abstract: TitleAbstractRule = Field(default=TitleAbstractRule(), alias="title-abstract")
    full_text: FullTextRule = Field(default=FullTextRule(), alias="full-text")

    @property
    def team(self) -> list[Reviewer]:
        """Each reviewer as a table, in the protocol's order."""
        return [Reviewer(name=r) if isinstance(r, str) else r for r in self.reviewers]

    @property
    def people(self) -> list[Reviewer]:
        """The reviewers who are persons."""
        return [r for r in self.team if r.kind == "person"]

    @model_validator(mode="after")
    def _one_person_a_name(self) -> Screening:
        team, known = self.team, dict[str, int]()
        for place, reviewer in enumerate(team):
            for spelling in (reviewer.name, *reviewer.aliases):
                if not fold_name(spelling):
                    raise mistake_at(("screening", "reviewers"), "a reviewer needs a name")
                other = known.setdefault(fold_name(spelling), place)
                if other != place:
                    raise mistake_at(
                        ("screening", "reviewers"),
                        f"'{spelling}' can mean two reviewers: {team[other].name}, {reviewer.name}",
                    )
        return self
