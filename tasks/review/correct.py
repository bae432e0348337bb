"""Correct: log a value of a record that people put right, or take that back. It counts from the next update or refresh on."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import get_args

import pandera.errors

from schemas.errors import UserError
from schemas.event import CorrectionUndo, RecordCorrection
from schemas.frames import frame_of
from schemas.record import Bibliographic
from tasks.identifiers import doi_of, pmid_of
from tasks.review.judge import check_undo
from tasks.screen.people import name_person
from warehouse.connect import reader
from warehouse.corrections import find_standing_corrections
from warehouse.log import Entry
from warehouse.review import Review

LISTS = ("authors", "keywords")
CORRECTABLE: tuple[str, ...] = get_args(RecordCorrection.model_fields["field"].annotation)
"""The fields that people can put right."""
# A report's id, of today or of once, is that of one of its records.
_FIND = """
SELECT record_id, title, source
FROM record
WHERE record_id = $1 OR accession = $1 OR lower(doi) = lower($1) OR pmid = $1 OR 'rep_' || substr(record_id, 2) = $1
    OR record_id IN (SELECT record_id FROM record_alias WHERE alias IN ($1, 'r' || substr($1, 5)))
ORDER BY record_id
"""
_GIVEN = """
SELECT coalesce(
    (SELECT {source_value: source_value} FROM record_correction WHERE record_id = $1 AND field = $2),
    (SELECT {source_value: %s} FROM record WHERE record_id = $1)
)
"""


@dataclass(frozen=True)
class Correction:
    """A correction that was logged: of which record, and what its source gives instead."""

    entry: Entry
    record_id: str
    title: str | None
    value: str | None
    source_value: str | None


def correct_record(review: Review, key: str, *, field: str, value: str, why: str, reviewer: str) -> Correction:
    """Notes that a field of a record is to have this value; '' says that it has none.

    `key`: the record's id, accession, DOI or PMID, or the id of the report that is named after it. Raises UserError where no
    record or several are meant, the value is none of the field, or the source gives it already.
    """
    read = read_value(field, value)
    if not why.strip():
        raise UserError("a correction needs a reason", hint="--reason says it")
    with reader(review.published_warehouse) as con:
        found = con.execute(_FIND, [key.strip()]).fetchall()
        if not found:
            raise UserError(f"no record is known as '{key}'", path=review.root)
        if len(found) > 1:
            ids = ", ".join(f"{record} ({source})" for record, _, source in found[:3])
            raise UserError(
                f"'{key}' can mean {len(found)} records: {ids}", path=review.root, hint="name one by its id"
            )
        record_id, title, _ = found[0]
        shown = f"array_to_string({field}, '; ')" if field in LISTS else f"{field}::VARCHAR"
        given = con.execute(_GIVEN % shown, [record_id, field]).fetchall()[0][0]["source_value"]
    standing = any(
        event.record_id == record_id and event.field == field
        for _, event in find_standing_corrections(review.log.entries(RecordCorrection, CorrectionUndo))
    )
    if given == read and not standing:
        raise UserError(f"its source gives that {field} already", path=review.root)
    event = RecordCorrection(record_id=record_id, field=field, value=read, source_value=given, why=why.strip())  # type: ignore[arg-type]
    entry = review.log.append(event, name_person(reviewer, review.protocol().protocol.screening))
    return Correction(entry, record_id, title, read, given)


def undo_correction(review: Review, seq: int, reviewer: str) -> Entry:
    """Takes a correction back, by its place in the log. Raises UserError where it is none, or was taken back."""
    check_undo(review, seq, (RecordCorrection,), CorrectionUndo, "correction")
    return review.log.append(
        CorrectionUndo(correction=seq), name_person(reviewer, review.protocol().protocol.screening)
    )


def list_corrections(review: Review, records: Collection[str]) -> list[Entry]:
    """The corrections of these records that stand, oldest first."""
    found = find_standing_corrections(review.log.entries(RecordCorrection, CorrectionUndo))
    return sorted((entry for entry, event in found if event.record_id in records), key=lambda entry: entry.seq)


def read_value(field: str, text: str) -> str | None:
    """A value as records hold it (a list's joined by '; '); None where the text is empty. Raises UserError where it is none of
    the field's."""
    if field == "abstract":
        plain = "\n".join(" ".join(line.split()) for line in text.strip().splitlines() if line.strip())
    else:
        plain = " ".join(text.split())
    if not plain:
        return None
    value = {"doi": doi_of, "pmid": pmid_of}.get(field, str)(plain)
    values = [part.strip() for part in (value or "").split(";") if part.strip()] if field in LISTS else []
    try:
        typed = values if field in LISTS else int(value or "") if field == "year" else value
        if not typed:
            raise ValueError
        frame_of(Bibliographic, [{field: typed}])
    except (ValueError, pandera.errors.SchemaErrors):
        meaning = Bibliographic.to_schema().columns[field].description or ""
        raise UserError(f"'{plain}' is no {field}", hint=re.sub(r"\.$", "", meaning)) from None
    return "; ".join(values) if field in LISTS else value
