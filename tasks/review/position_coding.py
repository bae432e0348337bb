"""Position a coding: note at which of several places of a text the words of a coding are meant to stand, or where else."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from schemas.errors import UserError
from schemas.event_documents import CodingPositioned
from schemas.event_synthesis import CodingName, CodingUndo
from tasks.review.judge import check_undo
from tasks.synthesise.find_quotes import describe_place, list_places
from tasks.synthesise.qda_text import hash_text
from warehouse.connect import reader
from warehouse.log import Entry
from warehouse.review import Review

_CODING = """
SELECT p.coding_id, p.document, p.code, p.coder, p.coded, d.text
FROM coding_place AS p JOIN document AS d USING (document_id)
WHERE p.coding_id = ?
"""
_AROUND = 60


@dataclass(frozen=True)
class Place:
    """A place of a text where a coding's words stand: from `start` to `end` (characters from 0), and the text around it."""

    start: int
    end: int
    around: str


def find_places(review: Review, coding_id: str) -> list[Place]:
    """The places where the words of a coding stand, in order. Raises UserError where it needs no place, or there is none of the id."""
    with reader(review.published_warehouse) as con:
        *_, words, text = _find_coding(con, review, coding_id)
    return [
        Place(start, end, " ".join(text[max(start - _AROUND, 0) : end + _AROUND].split()))
        for start, end in list_places(text, words)
    ]


def position_coding(
    review: Review, coding_id: str, who: str, *, nth: int | None = None, span: tuple[int, int] | None = None
) -> Entry:
    """Notes where a coding stands: at the `nth` place of its words, from 1, or on a `span` of the text.

    Raises UserError where there is no such coding or place.
    """
    with reader(review.published_warehouse) as con:
        id, document, code, coder, words, text = _find_coding(con, review, coding_id)
    if nth is not None:
        places = list_places(text, words)
        if not 1 <= nth <= len(places):
            stands = f"its words stand at {len(places)} places" if places else "its words stand nowhere"
            raise UserError(f"there is no place {nth}: {stands} of '{document}'", hint="--start N --end N name another")
        span = places[nth - 1]
    start, end = span or (0, 0)
    if not (0 <= start < end <= len(text) and text[start:end].strip()):
        raise UserError(f"{start} to {end} holds no words of the {len(text):,} characters of '{document}'")
    place = describe_place(text, start, end)
    event = CodingPositioned(
        coding=CodingName(coding_id=id, document=document, path=code, coder=coder, quote=words),
        text_hash=hash_text(text) or "blank", start_char=start, end_char=end, words=place.quote,
        before=place.before, after=place.after,
    )  # fmt: skip
    return review.log.append(event, who)


def undo_position(review: Review, seq: int, who: str) -> Entry:
    """Takes back where a coding stands. Raises UserError where the event is none, or was taken back."""
    check_undo(review, seq, (CodingPositioned,), CodingUndo, "statement of where a coding stands")
    return review.log.append(CodingUndo(event=seq), who)


def _find_coding(con: duckdb.DuckDBPyConnection, review: Review, coding_id: str) -> tuple[str, str, str, str, str, str]:
    found = con.execute(_CODING, [coding_id]).fetchall()
    if not found:
        known = con.execute("SELECT count(*) FROM coding WHERE coding_id = ?", [coding_id]).fetchall()[0][0]
        what = "was made at its place of this text, and needs none" if known else "is no coding's id"
        hint = "living-review sql 'FROM coding_place WHERE NOT placed' lists those without a place"
        raise UserError(f"'{coding_id}' {what}", path=review.root, hint=hint)
    row: tuple[str, str, str, str, str, str] = found[0]
    return row
