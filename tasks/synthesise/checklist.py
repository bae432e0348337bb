"""Checklists of critical appraisal, as data: those that come with the program, and the team's own in review.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import UserError
from schemas.protocol import Appraisal, OwnChecklist
from tasks.tabular import fold

_FOLDER = Path(__file__).with_name("checklists")


@dataclass(frozen=True)
class Item:
    """One question. An `open` item takes any text as its answer."""

    number: int
    short: str
    question: str
    open: bool


@dataclass(frozen=True)
class Checklist:
    """A checklist: its items, and its answers with the spellings that mean them."""

    name: str
    title: str
    items: tuple[Item, ...]
    answers: Mapping[str, str]

    def item(self, text: str) -> Item | None:
        """The item that '4', 'Q4', 'item 4' or its short name means."""
        match = re.fullmatch(
            r"(?:q|item|question|criterion|casp|jbi)?\s*\.?\s*(\d{1,2})(?:\s*[.:)].*)?", text.strip(), re.IGNORECASE
        )
        for item in self.items:
            if (match and int(match[1]) == item.number) or fold(text) in (fold(item.short), fold(item.question)):
                return item
        return None


def read_checklists(appraisal: Appraisal) -> list[Checklist]:
    """The checklists that a protocol names, in its order. Raises `UserError` naming those that there are."""
    return [read_checklist(name, appraisal.own) for name in appraisal.checklists]


def read_checklist(name: str, own: Sequence[OwnChecklist] = ()) -> Checklist:
    """A checklist by name, the team's own first. Raises `UserError` naming those that there are."""
    declared = next((each for each in own if each.name == name), None)
    path = _FOLDER / f"{name}.toml"
    if declared is None and (not re.fullmatch(r"[a-z0-9_-]+", name) or not path.is_file()):
        names = ", ".join([each.name for each in own] + sorted(each.stem for each in _FOLDER.glob("*.toml")))
        raise UserError(
            f"there is no checklist '{name}'", hint=f"there is: {names}; or declare it as [[appraisal.own]]"
        )
    # What comes with the program is held to the rules for the team's own.
    found = declared or OwnChecklist.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    return Checklist(
        found.name,
        found.title,
        tuple(Item(each.number, each.short, each.question, each.open) for each in found.item),
        {fold(text): answer for answer, spellings in found.answers.items() for text in (answer, *spellings)},
    )
