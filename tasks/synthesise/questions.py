"""The protocol's forms as questions: the extraction form and each checklist, and what a written answer to one of them means. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from schemas.event_answers import EXTRACTION
from schemas.protocol import Protocol
from schemas.protocol_forms import ExtractionField
from tasks.synthesise.answers import Answer, parse_answer
from tasks.synthesise.checklist import Checklist, read_checklists
from tasks.synthesise.form_model import find_bad_cells
from tasks.tabular import fold


@dataclass(frozen=True)
class Question:
    """One field of the extraction form, or one item of a checklist. `key`: the field's name or the item's number.

    `type`: text, number, choice, choices, yes-no; of an item choice, or text where it is open. `meanings`: folded spelling →
    answer, of an item.
    """

    key: str
    label: str
    type: str
    options: tuple[str, ...] = ()
    unit: str | None = None
    required: bool = False
    hint: str = ""
    declared: ExtractionField | None = None
    meanings: Mapping[str, str] = field(default_factory=dict)

    @property
    def short(self) -> str:
        """What to call it in a line: an item by its number and short name."""
        return f"{self.key} {self.hint}" if self.hint else self.label


@dataclass(frozen=True)
class Reading:
    """What a written answer means: the answer, and why it is none (`wrong`; empty where it is one)."""

    answer: Answer
    wrong: str = ""


@dataclass(frozen=True)
class Form:
    """A form: its questions, who fills it in (nobody named: whoever screens), and how many of them for each study or report."""

    name: str
    title: str
    questions: tuple[Question, ...]
    people: tuple[str, ...]
    asked: int
    formerly: Mapping[str, str]

    @property
    def is_extraction(self) -> bool:
        """Whether it is the form of study characteristics, which is about a study; a checklist is about a report."""
        return self.name == EXTRACTION

    @cached_property
    def by_key(self) -> dict[str, Question]:
        """The questions by their key."""
        return {question.key: question for question in self.questions}

    def key_of(self, item: str) -> str:
        """The key that a question has today, by the one that it had when it was answered."""
        return item if item in self.by_key else self.formerly.get(fold(item), item)


def read_forms(protocol: Protocol) -> dict[str, Form]:
    """The protocol's forms by name: extraction first, where it has fields, then the checklists."""
    extraction, appraisal = protocol.extraction, protocol.appraisal
    forms = []
    if extraction.field:
        formerly = {fold(word): each.name for each in reversed(extraction.field) for word in each.formerly}
        forms.append(Form(
            EXTRACTION, "Study characteristics", tuple(map(_ask_field, extraction.field)), tuple(extraction.extractors),
            extraction.extractors_per_study, formerly,
        ))  # fmt: skip
    forms += [
        Form(
            checklist.name, checklist.title, _ask_items(checklist), tuple(appraisal.appraisers),
            appraisal.appraisers_per_report, {},
        )
        for checklist in read_checklists(appraisal)
    ]  # fmt: skip
    return {form.name: form for form in forms}


def _ask_field(declared: ExtractionField) -> Question:
    options = ["yes", "no"] if declared.type == "yes-no" else declared.options
    return Question(
        declared.name, declared.label, declared.type, tuple(options), declared.unit, declared.required, "", declared
    )


def _ask_items(checklist: Checklist) -> tuple[Question, ...]:
    answers = tuple(dict.fromkeys(checklist.answers.values()))
    return tuple(
        Question(
            str(item.number), item.question, "text" if item.open else "choice", () if item.open else answers,
            required=not item.open, hint=item.short, meanings=checklist.answers,
        )
        for item in checklist.items
    )  # fmt: skip


def read_answers(question: Question, texts: Iterable[str]) -> dict[str, Reading]:
    """What each of these written answers, none of them empty, means by the question as it is today."""
    distinct = list(dict.fromkeys(texts))
    if question.declared is None:
        return {text: _read_item(question, text) for text in distinct}
    answers = {text: parse_answer(question.declared, text) for text in distinct}
    if question.type == "text":
        return {text: Reading(answer, _say_wrong(text, answer, None)) for text, answer in answers.items()}
    good = [text for text in distinct if answers[text].status != "invalid"]
    frame = pl.DataFrame({question.key: [answers[text].checked for text in good]}, schema={question.key: pl.String})
    wrong = {good[row]: what for (row, _), what in find_bad_cells([question.declared], frame).items()}
    return {text: Reading(answers[text], _say_wrong(text, answers[text], wrong.get(text))) for text in distinct}


def read_answer(question: Question, text: str) -> Reading:
    """What one written answer means."""
    return read_answers(question, [text])[text]


def differ(readings: Sequence[Reading | None], question: Question) -> bool:
    """Whether independent answers to a question differ; an answer differs from none. Words on open items never do."""
    if question.declared is None and question.type == "text":
        return False
    return len({tuple(sorted(reading.answer.values)) if reading else None for reading in readings}) > 1


def _read_item(question: Question, text: str) -> Reading:
    if question.type == "text":
        return Reading(Answer((text,)))
    meant = question.meanings.get(fold(text))
    if meant is None:
        return Reading(Answer((text,), "invalid"), f"'{text}' is none of {', '.join(question.options)}")
    return Reading(Answer((meant,)))


def _say_wrong(text: str, answer: Answer, wrong: str | None) -> str:
    if answer.status == "invalid":
        return f"'{text}' is an error of Excel's, not an answer"
    return f"'{text}' {wrong}" if wrong else ""
