"""Describe texts: note where the results section of a document is, and whose words coded segments have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from schemas.errors import UserError
from schemas.event_documents import SectionMarked, SegmentDescribed
from schemas.event_synthesis import CodingName, CodingUndo
from schemas.problem import Problem
from schemas.protocol_screening import fold_name
from schemas.words import did_you_mean
from tasks.review.judge import check_undo
from tasks.synthesise.find_quotes import Wanted, find_quotes
from tasks.synthesise.mark_sections import WORDS
from tasks.synthesise.qda_text import hash_text
from tasks.tabular import named_columns, read_tabular
from warehouse.connect import reader
from warehouse.log import Entry
from warehouse.review import Review

ORDERS = ("participants", "authors", "mixed", "unknown")
_DOCUMENT = (
    "SELECT document_id, name, text FROM document WHERE document_id = $1 OR lower(name) = lower($1) ORDER BY ALL"
)
_SEGMENTS = """
SELECT s.coding_id, d.name AS document, s.code, s.coder, s.quote, s.words_of, array_to_string(s.speakers, '; ') AS speakers,
    s.suggested, s.suggested_by, s.words_of_by, s.speakers_by
FROM coding_segment AS s JOIN (SELECT document_id, name FROM document) AS d USING (document_id)
ORDER BY d.name, s.code, s.coding_id
"""
_COLUMNS = {
    "coding_id": ("coding_id",),
    "words_of": ("words_of", "order", "whose words"),
    "speakers": ("speakers", "speaker"),
}


@dataclass
class Described:
    """What came of a table of segments: the events, how many rows said nothing new, and problems."""

    entries: list[Entry] = field(default_factory=list)
    known: int = 0
    problems: list[Problem] = field(default_factory=list)


def mark_results(
    review: Review, document: str, who: str, *, span: tuple[int | None, int | None], words: tuple[str, str]
) -> tuple[Entry, str]:
    """Notes where a document's results section is; returns the event, and the document's name.

    `span`: start and end, or `words`: the first and the last words of it. Raises UserError where there is no such document or place.
    """
    with reader(review.published_warehouse) as con:
        found = con.execute(_DOCUMENT, [document]).fetchall()
        if len(found) != 1:
            names = [name for (name,) in con.execute("SELECT DISTINCT name FROM document").fetchall()]
            what = f"'{document}' can mean {len(found)} documents: {', '.join(row[0] for row in found)}"
            text = what if found else f"no document is called '{document}'"
            raise UserError(
                text, path=review.root, hint="name one by its id" if found else did_you_mean(document, names)
            )
    document_id, name, text = found[0]
    if not text:
        raise UserError("holds no text", path=name)
    start = _find_end(text, name, words[0])[0] if words[0] else span[0]
    end = _find_end(text, name, words[1])[1] if words[1] else span[1]
    if start is None or end is None:
        raise UserError("a section has a beginning and an end", hint="--from WORDS --to WORDS, or --start N --end N")
    if not 0 <= start < end <= len(text):
        raise UserError(f"{start} to {end} is no part of its {len(text):,} characters", path=name)
    section = text[start:end]
    event = SectionMarked(
        document_id=document_id, start_char=start, end_char=end, text_hash=hash_text(text) or "blank",
        begins=section[:WORDS], ends=section[-WORDS:],
    )  # fmt: skip
    return review.log.append(event, who), name


def list_segments(con: duckdb.DuckDBPyConnection) -> Any:
    """Every coded segment, with whose words it has, as a frame that `describe_from` reads again."""
    return con.sql(_SEGMENTS).pl()


def describe_segments(
    review: Review, codings: Iterable[str], who: str, *, words_of: str | None, speakers: tuple[str, ...] | None
) -> list[Entry]:
    """Notes whose words these codings (ids) have. Raises UserError for one that is none, or for a speaker that the form has not."""
    checked = None if speakers is None else tuple(_check_speaker(review, speaker) for speaker in speakers)
    with reader(review.published_warehouse) as con:
        known = {row[0]: row for row in con.execute(_SEGMENTS).fetchall()}
    events = []
    for coding in codings:
        if coding not in known:
            raise UserError(
                f"no coding has the id '{coding}'", path=review.root, hint="living-review segments lists them"
            )
        events.append(SegmentDescribed(coding=_name(known[coding]), order=words_of, speakers=checked))  # type: ignore[arg-type]
    return [review.log.append(event, who) for event in events]


def describe_from(review: Review, path: Path, who: str) -> Described:
    """Notes what a table of segments says otherwise than the review does. A row that cannot be is a problem; all others are noted.

    An emptied cell takes back what was said.
    """
    table = read_tabular(path)
    columns = named_columns(table.header, _COLUMNS)
    if "coding_id" not in columns or len(columns) < 2:
        raise UserError(
            "has no columns coding_id and words_of or speakers",
            path=path,
            hint="living-review segments --out FILE writes one",
        )
    described = Described(problems=list(table.problems))
    with reader(review.published_warehouse) as con:
        known = {row[0]: row for row in con.execute(_SEGMENTS).fetchall()}
    for line, cells in table.records():
        coding = known.get(cells[columns["coding_id"]])
        if coding is None:
            described.problems.append(Problem(path.name, line, f"no coding has the id '{cells[columns['coding_id']]}'"))
            continue
        try:
            event = _read_row(review, coding, {meaning: cells[column] for meaning, column in columns.items()})
        except UserError as error:
            described.problems.append(
                Problem(path.name, line, error.message + (f" ({error.hint})" if error.hint else ""))
            )
            continue
        if event is None:
            described.known += 1
        else:
            described.entries.append(review.log.append(event, who))
    return described


def undo_description(review: Review, seq: int, who: str) -> Entry:
    """Takes back what was said of a segment, or where a section is. Raises UserError where it is none, or was taken back."""
    check_undo(review, seq, (SectionMarked, SegmentDescribed), CodingUndo, "statement about a section or a segment")
    return review.log.append(CodingUndo(event=seq), who)


def _read_row(review: Review, coding: tuple[Any, ...], said: dict[str, str]) -> SegmentDescribed | None:
    order, speakers = None, None
    if "words_of" in said and said["words_of"].casefold() != (coding[5] or ""):
        order = said["words_of"].casefold() or "unknown"
        if order not in ORDERS:
            raise UserError(f"'{said['words_of']}' is not one of {', '.join(ORDERS)}")
    if "speakers" in said:
        names = tuple(_check_speaker(review, name.strip()) for name in said["speakers"].split(";") if name.strip())
        speakers = names if set(names) != set(filter(None, (coding[6] or "").split("; "))) else None
    if order is None and speakers is None:
        return None
    return SegmentDescribed(coding=_name(coding), order=order, speakers=speakers)  # type: ignore[arg-type]


def _name(row: tuple[Any, ...]) -> CodingName:
    return CodingName(coding_id=row[0], document=row[1], path=row[2], coder=row[3], quote=row[4])


def _check_speaker(review: Review, speaker: str) -> str:
    """The speaker as the protocol's field spells the value. Raises UserError for one that it does not have."""
    protocol = review.protocol().protocol
    field_name = protocol.coding.speaker.field if protocol.coding.speaker else None
    if field_name is None:
        raise UserError(
            "the protocol does not say what speakers are",
            path="review.toml",
            hint='[coding.speaker] field = "profession"',
        )
    options = next((f.options for f in protocol.extraction.field if f.name == field_name), [])
    spelt = {fold_name(option): option for option in options}
    if options and fold_name(speaker) not in spelt:
        hint = did_you_mean(speaker, options) or f"one of {', '.join(options)}"
        raise UserError(f"'{speaker}' is no value of '{field_name}'", hint=hint)
    return spelt.get(fold_name(speaker), speaker)


def _find_end(text: str, name: str, words: str) -> tuple[int, int]:
    """Where words stand, once, in a text."""
    found = find_quotes(text, [Wanted(words)])[0]
    if found.span is None:
        where = "at no place" if not found.places else f"at {found.places} places"
        raise UserError(f"'{words}' stands {where} of it", path=name, hint="give more words, or --start and --end")
    return found.span
