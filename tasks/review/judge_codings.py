"""Judge codings: log which reports a coder has coded, and what people settle where two coders differ."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from schemas.errors import UserError
from schemas.event import ReportNames
from schemas.event_base import Event
from schemas.event_synthesis import CodingDone, CodingSettlement, CodingUndo
from schemas.protocol_screening import fold_name
from schemas.words import did_you_mean
from tasks.review.judge import find_report
from tasks.synthesise.load_settlements import find_standing_settlements
from tasks.synthesise.settle_codings import Difference
from warehouse.connect import reader
from warehouse.log import Entry
from warehouse.review import Review

_FIND = """
SELECT d.document_id, d.coder_a, d.coder_b, d.start_char, d.end_char, c.text_characters
FROM coding_difference AS d
LEFT JOIN core.coding_pair AS c USING (document_id, coder_a, coder_b)
WHERE d.difference_id = ?
"""


def settle_difference(
    review: Review,
    difference_id: str,
    choice: str,
    who: str,
    *,
    reason: str,
    codes: Sequence[str] = (),
    span: tuple[int | None, int | None] = (None, None),
) -> Entry:
    """Settles a difference between two coders: first, second, both, neither, or new.

    `codes`: paths, names or ids of what is new; `span`: its start and end, where the difference's own do not fit. Raises
    UserError where the difference, a code or the span is none, or there is no reason.
    """
    _check_choice(choice, codes, span)
    with reader(review.published_warehouse) as con:
        document, coder_a, coder_b, start, end, length = _find_difference(con, review, difference_id)
        text = (
            con.execute("SELECT text FROM document WHERE document_id = ?", [document]).fetchall()[0][0] if codes else ""
        )
        code_ids = tuple(_find_code(con, code) for code in codes)
    start, end = (own if asked is None else asked for own, asked in zip((start, end), span, strict=True))
    if not 0 <= start < end <= length:
        raise UserError(f"{start} to {end} is no part of a text of {length:,} characters")
    difference = Difference(difference_id, document, coder_a, coder_b, (start, end), (), ())
    return note_settlement(review, difference, choice, who, reason=reason, code_ids=code_ids, text=text)


def note_settlement(
    review: Review,
    difference: Difference,
    choice: str,
    who: str,
    *,
    reason: str,
    code_ids: Sequence[str] = (),
    text: str | None = None,
) -> Entry:
    """Notes what was settled of a difference that the caller knows; what is new stands on its span of the document's text, under
    these codes: the words there are kept, where the text is given, so that they are found again in another state of it."""
    name = _check_person(who)
    if not reason.strip():
        raise UserError("a settlement needs a reason", hint="--reason 'why'")
    start, end = difference.span if code_ids else (None, None)
    event = CodingSettlement(
        difference_id=difference.id, document_id=difference.document, coder_a=difference.coder_a, coder_b=difference.coder_b,
        choice=choice, reason=reason.strip(), codes=tuple(code_ids), start_char=start, end_char=end,  # type: ignore[arg-type]
        quote=None if text is None or not code_ids else text[start:end],
    )  # fmt: skip
    return review.log.append(event, name)


def _check_choice(choice: str, codes: Sequence[str], span: tuple[int | None, int | None]) -> None:
    if (choice == "new") != bool(codes):
        raise UserError("codes go with 'new', and only with it", hint="--choice new --code 'the code that counts'")
    if choice != "new" and span != (None, None):
        raise UserError("a start and an end go with 'new' only")


def declare_done(review: Review, key: str, who: str) -> tuple[Entry, ReportNames]:
    """Notes that a coder has coded all of a report; returns the event, and the report's names.

    `key`: the report's id or an alias, or a record's id, accession, DOI or PMID. Raises UserError where the report is none, or the
    coder none of the protocol's.
    """
    coding = review.protocol().protocol.coding
    name = _check_person(who)
    coder = coding.find_coder(name) if coding.coders else name
    if coder is None:
        names = [coder.name for coder in coding.team]
        hint = did_you_mean(name, names) or f"--who takes: {', '.join(names)}"
        raise UserError(f"'{name}' is not one of the protocol's coders", hint=hint)
    report_id, names_of_report = find_report(review, key)
    return review.log.append(CodingDone(report_id=report_id), coder), names_of_report


def undo_done(review: Review, seq: int, who: str) -> Entry:
    """Takes back that a report is coded, by the event's place in the log. Raises UserError where it is none, or was taken back."""
    return _undo(review, seq, who, CodingDone, "declaration that a report is coded")


def undo_settlement(review: Review, seq: int, who: str) -> Entry:
    """Takes a settlement back, by its place in the log. Raises UserError where it is none, or was taken back."""
    return _undo(review, seq, who, CodingSettlement, "settlement of a difference")


def _undo(review: Review, seq: int, who: str, done: type[Event], what: str) -> Entry:
    name = _check_person(who)
    entries = review.log.entries(done, CodingUndo)
    if not any(entry.seq == seq and isinstance(entry.event, done) for entry in entries):
        raise UserError(f"event {seq} is no {what}", path=review.log.path)
    if any(isinstance(entry.event, CodingUndo) and entry.event.event == seq for entry in entries):
        raise UserError(f"event {seq} was taken back already", path=review.log.path)
    return review.log.append(CodingUndo(event=seq), name)


def list_settled(review: Review) -> set[str]:
    """The differences that are settled by the log, also since the last version was published."""
    return set(find_standing_settlements(review.log.entries(CodingSettlement, CodingUndo)))


def _check_person(who: str) -> str:
    if not fold_name(who):
        raise UserError("a name is needed of who says so")
    return " ".join(who.split())


def _find_difference(
    con: duckdb.DuckDBPyConnection, review: Review, difference_id: str
) -> tuple[str, str, str, int, int, int]:
    found = con.execute(_FIND, [difference_id]).fetchall()
    if not found:
        raise UserError(
            f"no difference is known as '{difference_id}'",
            path=review.root,
            hint="living-review coding differences lists them",
        )
    row: tuple[str, str, str, int, int, int] = found[0]
    return row


def _find_code(con: duckdb.DuckDBPyConnection, code: str) -> str:
    """The id of a code, by path, name or id. Raises UserError where none, or more than one, is meant."""
    codes = con.execute("SELECT code_id, path, name FROM code ORDER BY position").fetchall()
    found = {id for id, *names in codes if fold_name(code) in map(fold_name, (id, *names))}
    if not found:
        raise UserError(f"no code is known as '{code}'", hint=did_you_mean(code, [path for _, path, _ in codes]))
    if len(found) > 1:
        paths = "; ".join(path for id, path, _ in codes if id in found)
        raise UserError(f"'{code}' can mean {len(found)} codes: {paths}", hint="name one by its path")
    return str(found.pop())
