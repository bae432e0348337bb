"""Write where coders differ, what was settled, and which codings count by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from schemas.coding_agreement import BaseCodingDifference, CodingSettlementRow, LeftOutCoding, SettledCoding
from schemas.event_synthesis import CodingSettlement, CodingUndo
from schemas.protocol_coding import Coding
from tasks.synthesise.qda_ids import digest
from tasks.synthesise.rounds import find_later_rounds
from tasks.synthesise.settle_codings import Difference, MadeCoding, find_differences, find_left_out
from warehouse.log import Entry
from warehouse.write import fill_table

_CODINGS = Path(__file__).with_name("settle_codings.sql").read_text(encoding="utf-8")
_CODERS = "SELECT document_id, list(coder ORDER BY coder) FROM core.coding_coverage GROUP BY document_id"
_TEXT = """
SELECT c.text
FROM (SELECT arrival_id, document_id FROM main.document WHERE document_id = ?) AS d
JOIN core.element_identity AS i ON i.arrival_id = d.arrival_id AND i.element = 'document' AND i.known_as = d.document_id
JOIN core.document AS c ON c.arrival_id = i.arrival_id AND c.document_id = i.id
"""
_RULED_ALIKE = Path(__file__).with_name("ruled_alike.sql").read_text(encoding="utf-8")
#: Codes that were ruled to be the same as another, each with that one.
_SAME = "SELECT DISTINCT delivered_as, known_as FROM core.element_identity WHERE element = 'code' AND delivered_as <> known_as"
#: Difference → the event that settles it, and its place in the log.
Settlements = dict[str, tuple[CodingSettlement, Entry]]


def find_standing_settlements(entries: Iterable[Entry]) -> Settlements:
    """The last ruling about each difference that was not taken back."""
    standing: dict[int, tuple[CodingSettlement, Entry]] = {}
    for entry in entries:
        if isinstance(entry.event, CodingUndo):
            standing.pop(entry.event.event, None)
        elif isinstance(entry.event, CodingSettlement):
            standing[entry.seq] = (entry.event, entry)
    return {event.difference_id: (event, entry) for event, entry in standing.values()}


def write_settlements(con: duckdb.DuckDBPyConnection, entries: Iterable[Entry], coding: Coding) -> None:
    """Fills the tables of differences, rulings, and what counts by them, after `measure_codings`. What somebody coded a second time
    is compared with the first, and counts for nothing. The caller holds the transaction.
    """
    settlements = find_standing_settlements(entries)
    coders = dict(con.execute(_CODERS).fetchall())
    differences: list[Difference] = []
    left_out: dict[str, str] = {}
    for document, rows in groupby(con.execute(_CODINGS).fetchall(), key=lambda row: row[0]):
        made = [_make(*row) for row in rows]
        later = find_later_rounds(coders[document], coding)
        codings = [one for one in made if one.coder not in later]
        left_out |= {one.id: "later round" for one in made if one.coder in later}
        found = find_differences(document, codings, [coder for coder in coders[document] if coder not in later])
        differences += found
        left_out |= find_left_out(codings, [(d, settlements[d.id][0].choice) for d in found if d.id in settlements])
    texts = {document: _read_text(con, document) for document in sorted({d.document for d in differences})}
    fill_table(con, BaseCodingDifference, (
        (d.id, d.document, d.coder_a, d.coder_b, *d.span, list(d.codings_a), list(d.codings_b), texts[d.document][slice(*d.span)])
        for d in differences
    ))  # fmt: skip
    fill_table(con, CodingSettlementRow, (
        (entry.seq, e.difference_id, e.document_id, e.coder_a, e.coder_b, e.choice, e.reason, entry.actor, entry.at)
        for e, entry in settlements.values()
    ))  # fmt: skip
    fill_table(con, LeftOutCoding, sorted(left_out.items()))
    con.execute(_RULED_ALIKE)
    settled = [(d, *settlements[d.id]) for d in differences if d.id in settlements]
    same = dict(con.execute(_SAME).fetchall())
    fill_table(con, SettledCoding, (
        (id, document, same.get(code, code), *rest)
        for d, event, entry in settled for id, document, code, *rest in _list_new(d, event, entry, texts)
    ))  # fmt: skip


def _make(_: str, id: str, code: str, coder: str, in_text: bool, *place: Any) -> MadeCoding:
    return MadeCoding(id, code, coder, (place[0], place[1]) if in_text else None, () if in_text else place)


def _list_new(
    difference: Difference, event: CodingSettlement, entry: Entry, texts: dict[str, str]
) -> Iterator[tuple[Any, ...]]:
    """The codings of a ruling that settles something new."""
    if event.choice != "new":
        return
    start = difference.span[0] if event.start_char is None else event.start_char
    end = difference.span[1] if event.end_char is None else event.end_char
    place, quote = _place(texts[difference.document], start, end, event.quote)
    for code in event.codes:
        yield (
            digest("cdg", difference.document, code, "settled", entry.seq), difference.document, code, entry.actor, *place,
            None, quote, entry.at, entry.seq,
        )  # fmt: skip


def _place(text: str, start: int, end: int, quote: str | None) -> tuple[tuple[int | None, int | None], str]:
    """Where what was settled stands, and its words: there, else, where the text is another, where these stand; if nowhere, they
    are kept without a place."""
    if quote is None or text[start:end] == quote:
        return (start, end), text[start:end]
    from tasks.synthesise.find_quotes import Wanted, find_quotes  # noqa: PLC0415  numpy is slow to import

    span = find_quotes(text, [Wanted(quote)])[0].span
    return ((None, None), quote) if span is None else (span, text[slice(*span)])


def _read_text(con: duckdb.DuckDBPyConnection, document: str) -> str:
    return str(con.execute(_TEXT, [document]).fetchall()[0][0])
