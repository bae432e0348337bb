"""The events about texts: which part of a document is its results section, where a quote is meant to stand, and whose words a coded
segment has."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.event_base import Event, Text
from schemas.event_synthesis import CodingName

Order = Literal["participants", "authors", "mixed", "unknown"]
"""Whose words: the participants' (first order), the authors' (second order), both in one segment; unknown takes back what was said."""


class SectionMarked(Event):
    """A person says where the results section of a document is. `begins`, `ends`: its first and last words, by which it is found
    again where the text is another. The last about one document counts; CodingUndo takes one back."""

    kind: Literal["section_marked"] = "section_marked"
    document_id: Text
    section: Literal["results"] = "results"
    start_char: Annotated[int, Field(ge=0)]
    end_char: Annotated[int, Field(ge=1)]
    text_hash: Text
    begins: Text
    ends: Text


class CodingPositioned(Event):
    """A person says where a coding stands that was made without positions, or on another state of the text. `before`, `after`: the
    text around it, by which the place is found again where the text is another. The last about one coding counts; CodingUndo takes
    one back."""

    kind: Literal["coding_positioned"] = "coding_positioned"
    coding: CodingName
    text_hash: Text
    start_char: Annotated[int, Field(ge=0)]
    end_char: Annotated[int, Field(ge=1)]
    words: Text
    before: str
    after: str


class SegmentDescribed(Event):
    """A person says whose words a coded segment has. `order` and `speakers`: None where nothing is said of it; no speakers: unknown.
    What is said later of the same segment takes the place of what was said before; CodingUndo takes one back."""

    kind: Literal["segment_described"] = "segment_described"
    coding: CodingName
    order: Order | None = None
    speakers: tuple[Text, ...] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> SegmentDescribed:
        if self.order is None and self.speakers is None:
            raise ValueError("neither order nor speakers is said")
        return self
