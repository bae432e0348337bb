"""What a sent form says to each question, and what a control shows of an answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.review.answer import find_text_at
from tasks.review.form_work import Row, Shown
from tasks.synthesise.answers import NOT_APPLICABLE, NOT_REPORTED
from tasks.synthesise.questions import Question, Reading, read_answer

NO_VALUE = (NOT_REPORTED, NOT_APPLICABLE)
"""Answers that every field of the extraction form takes."""
_DIGITS = 15
_WORDS = ("note", "comment", "memo", "value", "reason", "statement", "description", "name", "code", "quote", "theme")


def list_typed(fields: Mapping[str, str]) -> list[str]:
    """What a person wrote in a form, among what it sends of its own."""
    return [
        text
        for name, text in fields.items()
        if text.strip() and (name in _WORDS or name.startswith(("answer.", "reason.")))
    ]


def read_number(text: str) -> int | None:
    """A number of the log or of a text, as a form or an address has it; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None


def list_options(question: Question, shown: Shown) -> list[str]:
    """What can be chosen: the question's options; of a field that there is no value; and what was answered and is no option now."""
    options = [*question.options, *(NO_VALUE if question.declared else ())]
    return options + [value for value in list_chosen(question, shown.text, shown.reading) if value not in options]


def list_chosen(question: Question, text: str, reading: Reading | None = None) -> list[str]:
    """The options that an answer chooses."""
    if not text or not question.options:
        return []
    return list((reading or read_answer(question, text)).answer.values)


def show_text(question: Question, text: str) -> str:
    """An answer as its control shows it: options in today's spelling."""
    return "; ".join(list_chosen(question, text)) if question.options else text


def read_typed(question: Question, fields: Mapping[str, str], key: str = "") -> tuple[str, str]:
    """(answer, reason) as they stand in a sent form; `key`: that the question had when the form was opened."""
    key = key or question.key
    name = f"answer.{key}"
    if question.type == "choices":
        prefix = f"{name}."
        chosen = sorted(
            (n, fields[each])
            for each in fields
            if each.startswith(prefix) and (n := read_number(each[len(prefix) :])) is not None
        )
        text = "; ".join(option for _, option in chosen)
    else:
        text = fields.get(name, "").strip()
    return text, fields.get(f"reason.{key}", "").strip()


def was_changed(row: Row, typed: tuple[str, str], seen: int) -> bool:
    """Whether what was sent is not what the form showed when it was opened, with the log at `seen`."""
    by_sheet = row.own.given and not row.own.given.report_id
    before, reason = find_text_at(row.history, seen, row.own.text if by_sheet else "")
    return typed != (show_text(row.question, before), reason)
