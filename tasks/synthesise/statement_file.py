"""Themes, findings, confidence and judgements as people write them: a TOML file, out and in.

    [[theme]]        id, name, level (descriptive, analytic), statement, codes (their paths), parts (ids of themes)
    [[finding]]      id, finding (a sentence), plain, themes, and under [[finding.support]] stance and code, or coding, or quote
    [[confidence]]   finding, level, explanation, consensus, and the four components of GRADE-CERQual
    [[judgement]]    report, theme or finding, effect, reason

`by` in any of them says who says so, where that is not who hands the file over. Of themes and findings it is left out
when they are written: who changes one is who says so.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from schemas.errors import UserError
from schemas.event_synthesis import (
    Component,
    ComponentName,
    ConfidenceAssessed,
    FindingStated,
    Key,
    StudyJudged,
    Support,
    ThemeStated,
)
from schemas.words import did_you_mean
from tasks.synthesise.statements import Statements


class Placed(BaseModel):
    """A part of a file, which may know where it stands: in a workbook the row, and the cell of each of its columns."""

    model_config = ConfigDict(extra="forbid")

    _place: Callable[[str], str] | None = PrivateAttr(None)

    def put(self, place: Callable[[str], str]) -> None:
        """Says where it stands: column → cell; '' → the row."""
        self._place = place

    def place(self, column: str = "") -> str:
        """Where it stands, or a cell of it; empty where that is not known."""
        return self._place(column) if self._place else ""

    def describe(self, what: str, column: str = "") -> str:
        """What a message begins with: the place, where it is known, and what it is about."""
        return f"{self.place(column)}: {what}" if self._place else what


class _Block(Placed):
    by: str | None = None


class ThemeBlock(_Block):
    """[[theme]]"""

    id: Key
    name: str = Field(min_length=1)
    level: Literal["descriptive", "analytic"] = "descriptive"
    statement: str = ""
    codes: list[str] = Field(default_factory=list)
    parts: list[Key] = Field(default_factory=list)


class SupportBlock(Placed):
    """[[finding.support]]: a code's path or its last name where that is unique; a coding's id; or words of one segment."""

    stance: Literal["for", "against", "nuance"] = "for"
    code: str | None = None
    coding: str | None = None
    quote: str | None = None
    document: str | None = None

    @model_validator(mode="after")
    def _names_one(self) -> SupportBlock:
        if sum(value is not None for value in (self.code, self.coding, self.quote)) != 1:
            raise ValueError("names one of: code, coding, quote")
        return self


class FindingBlock(_Block):
    """[[finding]]"""

    id: Key
    finding: str = Field(min_length=1)
    plain: str = ""
    themes: list[Key] = Field(default_factory=list)
    support: list[SupportBlock] = Field(default_factory=list)


class ConfidenceBlock(_Block):
    """[[confidence]]"""

    finding: Key
    level: Literal["high", "moderate", "low", "very low"]
    explanation: str = ""
    consensus: bool = False
    methodological_limitations: Component
    coherence: Component
    adequacy: Component
    relevance: Component

    @property
    def components(self) -> dict[ComponentName, Component]:
        """The concern about each component."""
        return {
            "methodological_limitations": self.methodological_limitations,
            "coherence": self.coherence,
            "adequacy": self.adequacy,
            "relevance": self.relevance,
        }


class JudgementBlock(_Block):
    """[[judgement]]"""

    report: str = Field(min_length=1)
    theme: Key | None = None
    finding: Key | None = None
    effect: Literal["confirmed", "extended", "enriched", "refuted", "silent"]
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _is_about_one(self) -> JudgementBlock:
        if (self.theme is None) == (self.finding is None):
            raise ValueError("is about a theme or a finding: give one of them")
        return self


class StatementFile(BaseModel):
    """A whole file."""

    model_config = ConfigDict(extra="forbid")

    theme: list[ThemeBlock] = Field(default_factory=list)
    finding: list[FindingBlock] = Field(default_factory=list)
    confidence: list[ConfidenceBlock] = Field(default_factory=list)
    judgement: list[JudgementBlock] = Field(default_factory=list)


_BLOCKS: dict[str, type[BaseModel]] = {
    "theme": ThemeBlock, "finding": FindingBlock, "confidence": ConfidenceBlock, "judgement": JudgementBlock,
}  # fmt: skip


def read_statement_file(path: Path) -> StatementFile:
    """The file's blocks. Raises UserError, with the block and key, where it is not valid, or an id stands twice."""
    try:
        read = StatementFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror or error}", path=path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"is not valid TOML: {error}", path=path) from None
    except ValidationError as error:
        raise _describe_mistake(error, path) from None
    check_unique(read, path)
    return read


def check_unique(read: StatementFile, path: Path) -> None:
    """Raises UserError where a theme or finding stands twice."""
    blocks: tuple[tuple[str, Sequence[ThemeBlock | FindingBlock]], ...] = (
        ("theme", read.theme),
        ("finding", read.finding),
    )
    for kind, all_ in blocks:
        seen: set[str] = set()
        for block in all_:
            if block.id in seen:
                raise UserError(block.describe(f"{kind} '{block.id}' stands twice", "id"), path=path)
            seen.add(block.id)


def _describe_mistake(error: ValidationError, path: Path) -> UserError:
    """The first mistake in one line; a key that is misspelt first, since it says most."""
    mistake = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
    place = [str(part + 1) if isinstance(part, int) else str(part) for part in mistake["loc"]]
    block = f"[[{place[0]}]] {place[1]}" if len(place) > 1 else "the file"
    if mistake["type"] == "extra_forbidden":
        key = place[-1]
        known = list(_BLOCKS[place[0]].model_fields) if len(place) == 3 else list(_BLOCKS)
        hint = did_you_mean(key, known) or f"keys: {', '.join(known)}"
        return UserError(f"{block} has a key '{key}', which it may not have", path=path, hint=hint)
    message = describe_message(mistake["type"], mistake["msg"])
    key = ".".join(place[2:])
    return UserError(f"{block}: {key}: {message}" if key else f"{block}: {message}", path=path)


def describe_message(kind: str, message: str) -> str:
    """What pydantic says, in words for people."""
    if kind == "string_pattern_mismatch":
        return "may hold small letters, digits and '-' only"
    return message.removeprefix("Value error, ")


def format_statements(statements: Statements) -> str:
    """What stands, as a file that `read_statement_file` reads back the same."""
    parts = [
        "# Themes, findings, confidence and judgements of this review. Change them, and: living-review themes import FILE\n"
    ]
    for entry in (*statements.themes, *statements.findings, *statements.confidence, *statements.judgements):
        match entry.event:
            case ThemeStated() as theme:
                parts += _format_theme(theme)
            case FindingStated() as finding:
                parts += _format_finding(finding)
            case ConfidenceAssessed() as confidence:
                parts += _format_confidence(confidence, entry.actor)
            case StudyJudged() as judged:
                parts += _format_judgement(judged, entry.actor)
    return "\n".join(parts)


def _format_theme(theme: ThemeStated) -> Iterator[str]:
    yield "[[theme]]"
    yield from _lines(id=theme.theme_id, name=theme.name, level=theme.level, statement=theme.statement)
    yield from _lines(codes=[code.path for code in theme.codes], parts=list(theme.parts))
    yield ""


def _format_finding(finding: FindingStated) -> Iterator[str]:
    yield "[[finding]]"
    yield from _lines(id=finding.finding_id, finding=finding.sentence, plain=finding.plain, themes=list(finding.themes))
    for support in finding.support:
        yield from _format_support(support)
    yield ""


def _format_support(support: Support) -> Iterator[str]:
    yield "[[finding.support]]"
    yield from _lines(stance=support.stance)
    if support.code is not None:
        yield from _lines(code=support.code.path)
    if support.coding is not None:
        quote = "".join(c if c.isprintable() else " " for c in support.coding.quote or "no text")
        yield f"coding = {_quote(support.coding.coding_id)}  # {quote[:100].strip()}"


def _format_confidence(confidence: ConfidenceAssessed, by: str) -> Iterator[str]:
    yield "[[confidence]]"
    yield from _lines(finding=confidence.finding_id, level=confidence.level, explanation=confidence.explanation, by=by)
    if confidence.consensus:
        yield "consensus = true"
    for name, component in confidence.components.items():
        yield f"{name} = {{ concern = {_quote(component.concern)}, explanation = {_quote(component.explanation)} }}"
    yield ""


def _format_judgement(judged: StudyJudged, by: str) -> Iterator[str]:
    yield "[[judgement]]"
    yield from _lines(report=judged.report_id, theme=judged.id if judged.what == "theme" else "")
    yield from _lines(finding=judged.id if judged.what == "finding" else "", effect=judged.effect)
    yield from _lines(reason=judged.reason, by=by)
    yield ""


def _lines(**values: Any) -> Iterator[str]:
    """A line for each value that is not empty."""
    for key, value in values.items():
        if isinstance(value, list) and value:
            yield f"{key} = [{', '.join(map(_quote, value))}]"
        elif isinstance(value, str) and value:
            yield f"{key} = {_quote(value)}"


def _quote(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's too, but for one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
