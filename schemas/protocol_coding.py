"""[coding] of review.toml: who codes which report."""

from __future__ import annotations

import re

from pydantic import Field, model_validator

from schemas.protocol_screening import fold_name
from schemas.protocol_section import Section, Share, mistake_at

_LATER_ROUND = re.compile(r"(?P<coder>.*\S)\s*\(round (?P<round>[1-9][0-9]?)\)", re.IGNORECASE)


def split_round(written: str) -> tuple[str, int]:
    """A coder's name without its round, and the round: 'Ada (round 2)' is Ada, at the second time."""
    match = _LATER_ROUND.fullmatch(written.strip())
    return (match["coder"], int(match["round"])) if match else (written, 1)


def name_round(coder: str, round: int) -> str:
    """How a coder is called at a later time."""
    return f"{split_round(coder)[0]} (round {round})"


class Coder(Section):
    """One of [coding] coders. `aliases`: other names, such as those that QDA software knows the coder by. `rounds`: the names under
    which she coded again, to be compared with herself: of the second time, the third, and so on."""

    name: str = Field(min_length=1)
    aliases: list[str] = Field(default_factory=list)
    rounds: list[str] = Field(default_factory=list)


class CodingAssignment(Section):
    """[[coding.assignment]]: who codes a report (its id, or a record's id, accession, DOI or PMID), instead of the draw."""

    report: str = Field(min_length=1)
    coders: list[str] = Field(min_length=1)
    part: str | None = None


class OrderCodes(Section):
    """[coding.order]: the codes (paths) that say whose words a segment has that they lie on: the participants', or the authors'."""

    participants: list[str] = Field(default_factory=list)
    authors: list[str] = Field(default_factory=list)


class SpeakerCodes(Section):
    """[coding.speaker]: who speaks in a segment. `field`: the field of the extraction form whose values speakers have;
    `codes`: the code (path) below which each code is such a value."""

    field: str = Field(min_length=1)
    codes: str | None = None


class Coding(Section):
    """[coding]: who codes which included report, and what of it.

    Each report falls to one of the `coders` (names, or tables of name and aliases), and a share `double_coded` of the reports to
    a second as well; both are drawn by a hash of `seed` and the report's id, so that the draw is the same in every rebuild, and
    a new report changes nobody else's. Whoever began a report keeps it. `assignment`: what is not drawn. `part`: what of a report
    is coded, in words. Without coders there is no plan. `independent`: of a report that several code, nothing that was coded counts
    or is shown before all of them have declared it done. `order`, `speaker`: codes that say whose words a segment has.
    """

    double_coded: Share = 0.2
    coders: list[str | Coder] = Field(default_factory=list)
    seed: str = ""
    part: str | None = None
    independent: bool = False
    assignment: list[CodingAssignment] = Field(default_factory=list)
    order: OrderCodes = Field(default_factory=OrderCodes)
    speaker: SpeakerCodes | None = None

    @property
    def team(self) -> list[Coder]:
        """Each coder as a table, in the protocol's order."""
        return [Coder(name=c) if isinstance(c, str) else c for c in self.coders]

    def find_coder(self, written: str) -> str | None:
        """The name of the coder who bears a name, or has it as an alias; capitals and blanks do not matter."""
        fold = fold_name(written)
        return next((c.name for c in self.team if fold in map(fold_name, (c.name, *c.aliases))), None)

    def find_round(self, written: str) -> tuple[str, int]:
        """Who bears a name, and at which time she coded under it: a name of `rounds`, or one that ends in '(round 2)'."""
        for coder in self.team:
            for number, name in enumerate(coder.rounds, start=2):
                if fold_name(name) == fold_name(written):
                    return coder.name, number
        base, number = split_round(written)
        return self.find_coder(base) or base, number

    @model_validator(mode="after")
    def _checks(self) -> Coding:
        known: dict[str, str] = {}
        for coder in self.team:
            for spelling in (coder.name, *coder.aliases, *coder.rounds):
                if not fold_name(spelling):
                    raise mistake_at(("coding", "coders"), "a coder needs a name")
                other = known.setdefault(fold_name(spelling), coder.name)
                if (
                    other == coder.name
                    and spelling in coder.rounds
                    and fold_name(spelling) in _fold(coder.name, *coder.aliases)
                ):
                    raise mistake_at(("coding", "coders"), f"'{spelling}' is {coder.name}'s name at the first time too")
                if other != coder.name:
                    raise mistake_at(("coding", "coders"), f"'{spelling}' can mean two coders: {other}, {coder.name}")
        for place, assignment in enumerate(self.assignment):
            where = ("coding", "assignment", place, "coders")
            names = [self.find_coder(written) for written in assignment.coders]
            if None in names:
                raise mistake_at(where, f"'{assignment.coders[names.index(None)]}' is none of [coding] coders")
            if len(set(names)) < len(names):
                raise mistake_at(where, f"'{assignment.report}' is assigned to one coder twice")
        return self


def _fold(*names: str) -> set[str]:
    return set(map(fold_name, names))
