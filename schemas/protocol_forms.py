"""The protocol's forms: the fields of the extraction form, and the checklists of critical appraisal."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.protocol_section import Name, Section

PersonName = Annotated[str, Field(pattern=r"\S")]


class ExtractionField(Section):
    """[[extraction.field]]: one study characteristic of the extraction form.

    `variables`: variables of QDA projects that hold it under another name. `formerly`: names or labels that it had before,
    `options_formerly`: old option = option of today; so that what was answered under them still counts.
    """

    name: Name
    label: str = Field(min_length=1)
    type: Literal["text", "number", "choice", "choices", "yes-no"] = "text"
    options: list[str] = Field(default_factory=list)
    unit: str | None = Field(default=None, min_length=1)
    required: bool = False
    variables: list[str] = Field(default_factory=list)
    formerly: list[str] = Field(default_factory=list)
    options_formerly: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _options(self) -> ExtractionField:
        if self.type in ("choice", "choices") and not self.options:
            raise ValueError(f"field '{self.name}' is a {self.type} and needs options")
        if self.unit and self.type != "number":
            raise ValueError(f"field '{self.name}' is a {self.type}; only a number has a unit")
        gone = [new for new in self.options_formerly.values() if new not in self.options]
        if gone:
            raise ValueError(f"field '{self.name}': '{gone[0]}' in options_formerly is none of its options")
        return self


class Extraction(Section):
    """[extraction]: the form of study characteristics, and who fills it in on the page.

    Each study is extracted by `extractors_per_study` of the `extractors`, independently; where none are named, everybody
    who screens is one.
    """

    extractors: list[PersonName] = Field(default_factory=list)
    extractors_per_study: int = Field(default=1, ge=1, le=5)
    field: list[ExtractionField] = Field(default_factory=list)


class ChecklistQuestion(Section):
    """[[appraisal.own.item]]: one question of a checklist of the team's own. An `open` one is answered in words."""

    number: int = Field(ge=1, le=99)
    short: str = Field(min_length=1)
    question: str = Field(min_length=1)
    open: bool = False


class OwnChecklist(Section):
    """[[appraisal.own]]: a checklist of the team's own. `answers`: each answer with the spellings that mean it too."""

    name: Name
    title: str = Field(min_length=1)
    item: list[ChecklistQuestion] = Field(min_length=1)
    answers: dict[str, list[str]] = Field(min_length=1)

    @model_validator(mode="after")
    def _checks(self) -> OwnChecklist:
        numbers = [item.number for item in self.item]
        again = [number for number in numbers if numbers.count(number) > 1]
        if again:
            raise ValueError(f"checklist '{self.name}': item {again[0]} stands twice")
        return self


class Appraisal(Section):
    """[appraisal]: which checklists (what a sheet does not name is the first), and who fills them in on the page.

    Each included report is appraised by `appraisers_per_report` of the `appraisers`, independently; where none are named,
    everybody who screens is one.
    """

    appraisers: list[PersonName] = Field(default_factory=list)
    appraisers_per_report: int = Field(default=1, ge=1, le=5)

    checklist: Name | Annotated[list[Name], Field(min_length=1)] = "casp-qualitative"
    own: list[OwnChecklist] = Field(default_factory=list)

    @property
    def checklists(self) -> list[str]:
        """The names of the checklists, each once."""
        return [self.checklist] if isinstance(self.checklist, str) else list(dict.fromkeys(self.checklist))
