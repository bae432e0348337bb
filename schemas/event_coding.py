"""The events of coding on the page: what a coder, the event's actor, does to the codebook, to codings and to memos.

Ids of what is new are random, so that nothing can be inferred from them. A step that names what is no longer there changes
nothing. What was taken back counts for nothing, and can be done again by taking back that.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.event_base import Event, Seq, Text

CodeId = Annotated[str, Field(pattern=r"^cod_[0-9a-f]{16}$")]
CodingId = Annotated[str, Field(pattern=r"^cdg_[0-9a-f]{16}$")]
MemoId = Annotated[str, Field(pattern=r"^mem_[0-9a-f]{16}$")]
Guid = Annotated[str, Field(pattern=r"^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$")]


class CodeCreated(Event):
    """A code that is new. `parent_id`: the code above it; `document_id`: the text before which somebody thought of it."""

    kind: Literal["code_created"] = "code_created"
    code_id: CodeId
    guid: Guid
    name: Text
    parent_id: CodeId | None = None
    description: str = ""
    document_id: Text | None = None


class CodeRenamed(Event):
    """A code's name and description, as they are now."""

    kind: Literal["code_renamed"] = "code_renamed"
    code_id: CodeId
    name: Text
    description: str = ""


class CodesMoved(Event):
    """Codes, with all below them, to below another one, or to the top."""

    kind: Literal["codes_moved"] = "codes_moved"
    code_ids: Annotated[tuple[CodeId, ...], Field(min_length=1)]
    parent_id: CodeId | None = None


class CodesMerged(Event):
    """Codes that are one from here on: what bears them, and what is below them, is `into_id`'s."""

    kind: Literal["codes_merged"] = "codes_merged"
    code_ids: Annotated[tuple[CodeId, ...], Field(min_length=1)]
    into_id: CodeId


class CodeSplit(Event):
    """Some codings of a code, under a new code beside it."""

    kind: Literal["code_split"] = "code_split"
    code_id: CodeId
    new_id: CodeId
    guid: Guid
    name: Text
    coding_ids: Annotated[tuple[CodingId, ...], Field(min_length=1)]


class CodesRetired(Event):
    """Codes that are no more, as far as no coding bears them."""

    kind: Literal["codes_retired"] = "codes_retired"
    code_ids: Annotated[tuple[CodeId, ...], Field(min_length=1)]


class CodingAdded(Event):
    """A code on a segment, in code points of the document's text; `quote`: what stands there."""

    kind: Literal["coding_added"] = "coding_added"
    coding_id: CodingId
    document_id: Text
    code_id: CodeId
    start_char: Annotated[int, Field(ge=0)]
    end_char: Annotated[int, Field(ge=1)]
    quote: Text


class CodingMoved(Event):
    """Another segment for a coding, or another code; its memos stay with it."""

    kind: Literal["coding_moved"] = "coding_moved"
    coding_id: CodingId
    code_id: CodeId
    start_char: Annotated[int, Field(ge=0)] | None = None
    end_char: Annotated[int, Field(ge=1)] | None = None
    quote: Text | None = None


class CodingsRemoved(Event):
    """Codings that are no more, and the memos on them."""

    kind: Literal["codings_removed"] = "codings_removed"
    coding_ids: Annotated[tuple[CodingId, ...], Field(min_length=1)]


class MemoWritten(Event):
    """A memo on a coding, a code or a document, as it is now; without words it is no more. `id`: of what it is on."""

    kind: Literal["memo_written"] = "memo_written"
    memo_id: MemoId
    target: Literal["coding", "code", "document"]
    id: Text
    text: str = ""


class CodeUndo(Event):
    """A step on codes, codings or memos taken back; or, where that one takes back another, that one done again."""

    kind: Literal["code_undo"] = "code_undo"
    event: Seq
