"""The events of full texts: which file or address a report's text has."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.event_base import Event, Seq, Sha256, Text


class FullTextKept(Event):
    """The full text of a report: a PDF whose bytes are a snapshot, or an address where it stands. Not published.

    `name`: what the file was called by whoever brought it. A report may have several (a supplement, a translation). `matched_by`: how
    a file of a pile was told to be this report's; None where a person said so.
    """

    kind: Literal["full_text_kept"] = "full_text_kept"
    report_id: Text
    name: str = ""
    sha256: Sha256 | None = None
    size: Annotated[int, Field(ge=0)] = 0
    url: str | None = None
    matched_by: Literal["doi", "pmid", "title"] | None = None


class FullTextUndo(Event):
    """A full text taken back: it was another report's, or the wrong file. Its bytes stay."""

    kind: Literal["full_text_undo"] = "full_text_undo"
    full_text: Seq
