"""Whose words the coded segments have: by codes that the protocol names, by what people said, and as a rule suggests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import duckdb

from schemas.document import CoreCodingSegment, SpeakerField
from schemas.event_documents import SegmentDescribed
from schemas.event_synthesis import CodingName, CodingUndo
from schemas.problem import Problem
from schemas.protocol import Protocol
from schemas.protocol_screening import fold_name
from tasks.synthesise.guess_words import guess_participants
from warehouse.log import Entry
from warehouse.write import fill_table

_LIES_ON = Path(__file__).with_name("lies_on.sql").read_text(encoding="utf-8")
_TEXTS = Path(__file__).with_name("texts.sql").read_text(encoding="utf-8")
_TEXT = "SELECT text FROM core.document WHERE arrival_id = ? AND document_id = ?"
_PLACED = "SELECT document_id, coding_id, start_char, end_char FROM main.coding_final WHERE start_char IS NOT NULL ORDER BY ALL"
_CODES = "SELECT code_id, path, name, parent_id FROM main.code ORDER BY position"
_CODINGS = """
SELECT g.coding_id, d.name, k.path, g.coder, g.quote
FROM main.coding_final AS g JOIN main.code AS k USING (code_id) JOIN (SELECT document_id, name FROM main.document) AS d USING (document_id)
ORDER BY ALL
"""


def write_segments(con: duckdb.DuckDBPyConnection, protocol: Protocol, entries: Iterable[Entry]) -> list[Problem]:
    """Fills core.coding_segment and core.speaker_field, after `write_settlements`. The caller holds the transaction.

    What a person says of a segment outweighs what codes say. Codes of [coding.order] and [coding.speaker] say it of every segment
    of their document that lies within one of theirs.
    """
    speaker = protocol.coding.speaker
    fill_table(con, SpeakerField, [] if speaker is None else [(speaker.field,)])
    orders, speakers, problems = _read_codes(con, protocol)
    order_of: dict[str, set[str]] = defaultdict(set)
    speakers_of: dict[str, set[str]] = defaultdict(set)
    for coding, code in con.execute(_LIES_ON, [[*orders, *speakers]]).fetchall() if orders or speakers else ():
        order_of[coding] |= orders.get(code, set())
        speakers_of[coding] |= speakers.get(code, set())
    said_order, said_speakers, lost = _find_said(con, entries)
    suggested = _guess(con)
    rows = []
    for coding in sorted({*order_of, *speakers_of, *said_order, *said_speakers, *suggested}):
        by_code = order_of[coding]
        order, order_by = ("mixed" if len(by_code) > 1 else next(iter(by_code), None)), "code"
        names, names_by = sorted(speakers_of[coding]), "code"
        if coding in said_order:
            order, order_by = said_order[coding]
        if coding in said_speakers:
            names, names_by = said_speakers[coding]
        order = None if order == "unknown" else order
        rule = suggested.get(coding)
        rows.append(
            (
                coding,
                order,
                order_by if order else None,
                names,
                names_by if names else None,
                rule and "participants",
                rule,
            )
        )
    fill_table(con, CoreCodingSegment, rows)
    return problems + [
        Problem("review.toml", None, f"what was said of a segment ('{name.quote or name.path}' in {name.document}) is about no coding "
                "that is there", "warning") for name in lost
    ]  # fmt: skip


def _read_codes(
    con: duckdb.DuckDBPyConnection, protocol: Protocol
) -> tuple[dict[str, set[str]], dict[str, set[str]], list[Problem]]:
    """Code → the order that it says; code → the speakers; and what of the protocol is about no code or value."""
    codes = con.execute(_CODES).fetchall()
    by_path = {fold_name(path): id for id, path, _, _ in codes}
    orders: dict[str, set[str]] = {}
    speakers: dict[str, set[str]] = {}
    problems = []

    def find(path: str, where: str) -> str | None:
        if codes and fold_name(path) not in by_path:
            problems.append(Problem("review.toml", None, f"[coding.{where}] '{path}' is no code's path", "warning"))
        return by_path.get(fold_name(path))

    for order in ("participants", "authors"):
        for path in getattr(protocol.coding.order, order):
            if code := find(path, "order"):
                orders[code] = {order}
    speaker = protocol.coding.speaker
    if speaker is not None:
        declared = next((f for f in protocol.extraction.field if f.name == speaker.field), None)
        if declared is None:
            problems.append(
                Problem(
                    "review.toml", None, f"[coding.speaker] field '{speaker.field}' is none of the form's", "warning"
                )
            )
        options = {fold_name(option): option for option in (declared.options if declared else ())}
        above = find(speaker.codes, "speaker") if speaker.codes else None
        for code, path, name, parent in codes:
            if above is not None and parent == above:
                speakers[code] = {options.get(fold_name(name), name)}
                if options and fold_name(name) not in options:
                    text = f"code '{path}' is no value of '{speaker.field}': {', '.join(options.values())}"
                    problems.append(Problem("review.toml", None, text, "warning"))
    return orders, speakers, problems


def find_standing_descriptions(entries: Iterable[Entry]) -> list[Entry]:
    """What was said of segments and not taken back, in the log's order."""
    standing: dict[int, Entry] = {}
    for entry in entries:
        if isinstance(entry.event, CodingUndo):
            standing.pop(entry.event.event, None)
        elif isinstance(entry.event, SegmentDescribed):
            standing[entry.seq] = entry
    return list(standing.values())


def _find_said(
    con: duckdb.DuckDBPyConnection, entries: Iterable[Entry]
) -> tuple[dict[str, tuple[str, str]], dict[str, tuple[list[str], str]], list[CodingName]]:
    """Coding → its order, and its speakers, with who said so; and the segments that are not there. One is known by its id, else
    by its words, code and coder, where only one has these."""
    standing = find_standing_descriptions(entries)
    if not standing:
        return {}, {}, []
    ids, by_words = set(), defaultdict(list)
    for id, *words in con.execute(_CODINGS).fetchall():
        ids.add(id)
        by_words[tuple(words)].append(id)
    orders: dict[str, tuple[str, str]] = {}
    speakers: dict[str, tuple[list[str], str]] = {}
    lost: dict[str, CodingName] = {}
    for entry in standing:
        event = entry.event
        assert isinstance(event, SegmentDescribed)
        name = event.coding
        alike = by_words.get((name.document, name.path, name.coder, name.quote), [])
        coding = name.coding_id if name.coding_id in ids else alike[0] if len(alike) == 1 else None
        if coding is None:
            lost[name.coding_id] = name
            continue
        if event.order is not None:
            orders[coding] = (event.order, entry.actor)
        if event.speakers is not None:
            speakers[coding] = (sorted(set(event.speakers)), entry.actor)
    return orders, speakers, list(lost.values())


def _guess(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Coding → the rule by which its words are taken for the participants'. Each text is fetched once."""
    spans: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for document, coding, start, end in con.execute(_PLACED).fetchall():
        spans[document].append((coding, start, end))
    found = {}
    for document, _, _, _, *place in con.execute(_TEXTS).fetchall() if spans else ():
        if document in spans:
            text = con.execute(_TEXT, place).fetchall()[0][0]
            for coding, start, end in spans[document]:
                if rule := guess_participants(text, start, end):
                    found[coding] = rule
    return found
