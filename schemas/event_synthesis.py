"""The events of synthesis: what people say about QDA projects, themes, findings and the confidence in them.

A theme or finding is stated whole: what is said of it now takes the place of what was said before, and nothing is deleted.
Codes and codings are named by their id, and by the words by which they can be known again should the id be gone.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.event_base import Event, Seq, Sha256, Text

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
"""What a person calls a theme or finding: small letters, digits and '-'."""
Concern = Literal["none or very minor", "minor", "moderate", "serious"]
ComponentName = Literal["methodological_limitations", "coherence", "adequacy", "relevance"]
"""A component of GRADE-CERQual."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ProjectRuling(Event):
    """A person's ruling on a delivered QDA project, or full text, by its bytes: those whose place it takes; with none, it counts beside
    all others. The last ruling about the same bytes counts."""

    kind: Literal["project_ruling"] = "project_ruling"
    sha256: Sha256
    replaces: tuple[Sha256, ...] = ()


class CodingDone(Event):
    """A coder, the event's actor, has coded all of a report that is hers to code: what is not coded is a result from here on."""

    kind: Literal["coding_done"] = "coding_done"
    report_id: Text


class CodingSettlement(Event):
    """A person's ruling on a difference between two coders of a document; the last about one difference counts.

    `difference_id` names the codings that differ; where one of these changes, the ruling is about nothing. `choice`: which
    counts, of what the first and the second coded, or something new: `codes` (ids) on the text from `start_char` to `end_char`, which
    was `quote` (since version 2), by which it is found again where the text is another.
    """

    version: ClassVar[int] = 2
    kind: Literal["coding_settlement"] = "coding_settlement"
    difference_id: Text
    document_id: Text
    coder_a: Text
    coder_b: Text
    choice: Literal["first", "second", "both", "neither", "new"]
    reason: Text
    codes: tuple[Text, ...] = ()
    start_char: Annotated[int, Field(ge=0)] | None = None
    end_char: Annotated[int, Field(ge=1)] | None = None
    quote: str | None = None


class CodingUndo(Event):
    """A ruling on a difference between coders, that a report is coded, or what was said of a text or segment, taken back."""

    kind: Literal["coding_undo"] = "coding_undo"
    event: Seq


class ReportLinked(Event):
    """A person says which report a coded document, or a row of a sheet, is of; it outweighs all that names say.

    `id`: the document's id, or the row's key as it stands in the sheet. The last ruling about one counts.
    """

    kind: Literal["report_linked"] = "report_linked"
    what: Literal["document", "key"]
    id: Text
    report_id: Text


class StudyRuled(Event):
    """A person says that reports are of one study (same), or that two are not (distinct), which is no more suggested."""

    kind: Literal["study_ruled"] = "study_ruled"
    report_ids: Annotated[tuple[Text, ...], Field(min_length=2)]
    verdict: Literal["same", "distinct"]
    reason: str = ""


class LinkUndo(Event):
    """A link, or a ruling on studies, taken back: what held before it holds again."""

    kind: Literal["link_undo"] = "link_undo"
    event: Seq


class ElementsRuled(Event):
    """A person says that two codes, documents or coders mean the same, or do not (distinct), which is no more suggested.

    What is said of `other` counts as said of `kept`, by whose id and name both are known from then on; of coders the ids are
    their names. The last ruling about two counts.
    """

    kind: Literal["elements_ruled"] = "elements_ruled"
    element: Literal["code", "document", "coder"]
    kept: Text
    other: Text
    verdict: Literal["same", "distinct"]
    reason: str = ""


class ElementsUndo(Event):
    """A ruling on two codes, documents or coders taken back: what held before it holds again."""

    kind: Literal["elements_undo"] = "elements_undo"
    event: Seq


class CodeName(_Part):
    """A code of the codebook."""

    code_id: Text
    path: Text


class CodingName(_Part):
    """A coded segment. `document`: its name; `path`: of its code."""

    coding_id: Text
    document: Text
    path: Text
    coder: Text
    quote: str | None = None


class Support(_Part):
    """What a finding rests on: all codings under a code, or one coding; and whether these speak for it."""

    stance: Literal["for", "against", "nuance"] = "for"
    code: CodeName | None = None
    coding: CodingName | None = None


class ThemeStated(Event):
    """A theme, as it is stated now. `codes`: those that it is made of, with all below them; `parts`: the descriptive themes
    that an analytic one is made of."""

    kind: Literal["theme_stated"] = "theme_stated"
    theme_id: Key
    name: Text
    level: Literal["descriptive", "analytic"]
    statement: str = ""
    codes: tuple[CodeName, ...] = ()
    parts: tuple[Key, ...] = ()


class FindingStated(Event):
    """A finding, as it is stated now: a sentence, and one in plain words for readers."""

    kind: Literal["finding_stated"] = "finding_stated"
    finding_id: Key
    sentence: Text
    plain: str = ""
    themes: tuple[Key, ...] = ()
    support: tuple[Support, ...] = ()


class StatementRemoved(Event):
    """A theme or finding is no longer stated."""

    kind: Literal["statement_removed"] = "statement_removed"
    what: Literal["theme", "finding"]
    id: Key


class Component(_Part):
    """One assessor's concern about a component of confidence, with the explanation that GRADE-CERQual asks for."""

    concern: Concern
    explanation: Text


class Evidence(_Part):
    """What a finding rested on when it was assessed, so that what changed since can be told. Sorted."""

    codings: tuple[str, ...] = ()
    studies: tuple[str, ...] = ()
    appraisal: str = ""
    retracted: tuple[str, ...] = ()


class ConfidenceAssessed(Event):
    """An assessor's confidence in a finding (GRADE-CERQual); the assessor is the event's actor. `consensus`: of the
    assessors. What one says of a finding takes the place of what she said before."""

    kind: Literal["confidence_assessed"] = "confidence_assessed"
    version: ClassVar[int] = 1
    finding_id: Key
    components: dict[ComponentName, Component]
    level: Literal["high", "moderate", "low", "very low"]
    explanation: str = ""
    consensus: bool = False
    evidence: Evidence = Evidence()


class StudyJudged(Event):
    """What an included study does to a theme or finding: a person's judgement, with a reason. `report_id`: any of its
    reports. What one says of the same takes the place of what she said before."""

    kind: Literal["study_judged"] = "study_judged"
    report_id: Text
    what: Literal["theme", "finding"]
    id: Key
    effect: Literal["confirmed", "extended", "enriched", "refuted", "silent"]
    reason: Text


class SynthesisUndo(Event):
    """A statement, removal, assessment or judgement taken back: what was said before it holds again."""

    kind: Literal["synthesis_undo"] = "synthesis_undo"
    event: Seq


class Trigger(_Part):
    """What says that a new synthesis is due: a rule of [synthesis], and the theme, finding or code that meets it."""

    trigger: Text
    element: Literal["theme", "finding", "code"]
    id: Text


class SynthesisDue(Event):
    """What says, as of the version just published, that a new synthesis is due: all of it, told whenever that changes."""

    kind: Literal["synthesis_due"] = "synthesis_due"
    due: tuple[Trigger, ...] = ()
