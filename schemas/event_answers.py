"""The events of extraction and appraisal on the page: what somebody answers, that she is done, and what is taken back."""

from __future__ import annotations

from typing import Literal

from schemas.event_base import Event, Seq, Text

EXTRACTION = "extraction"
"""The form of study characteristics; every other form is a checklist, by its name."""


class AnswerGiven(Event):
    """One person, the event's actor, answers one question of a form; the last answer that was not taken back counts.

    `form`: extraction, or the checklist's name. `report_id`: the report that was appraised, or one of the study's reports; an
    extraction is always about the whole study. `item`: the field's name, or the item's number. `answer`: as it was written,
    several choices joined by '; '; empty: what she said before is emptied. `consensus`: what was settled where answers differ.
    """

    kind: Literal["answer_given"] = "answer_given"
    form: Text
    report_id: Text
    item: Text
    answer: str = ""
    reason: str = ""
    consensus: bool = False


class FormDone(Event):
    """One person, the event's actor, has filled in a form. Her answers count once as many people as the protocol asks are done."""

    kind: Literal["form_done"] = "form_done"
    form: Text
    report_id: Text


class AnswerUndo(Event):
    """An answer, or that a form is done, taken back: what held before it holds again."""

    kind: Literal["answer_undo"] = "answer_undo"
    event: Seq
