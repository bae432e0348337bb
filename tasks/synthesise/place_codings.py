"""Place codings in the text that counts, where they were made without positions, or on another state of the text.

What was found before, in the same text, is kept; so a text is searched once. Nothing is lost: a coding whose words are not
found, or stand at several places of which nothing tells which is meant, stays as one without positions, and is listed, until a
person says where it stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from schemas.document import CodingPlace
from schemas.event_documents import CodingPositioned
from schemas.event_synthesis import CodingUndo
from schemas.frames import frame_of
from schemas.problem import Problem
from schemas.words import counted
from warehouse.log import Entry
from warehouse.write import insert_frame

if TYPE_CHECKING:
    from tasks.synthesise.find_quotes import Found, Wanted

_SEARCHED = Path(__file__).with_name("place_codings.sql").read_text(encoding="utf-8")
_TEXT = "SELECT text FROM core.document WHERE arrival_id = ? AND document_id = ?"
_PAGES = "SELECT page, start_char, end_char FROM core.document_page WHERE arrival_id = ?"
_UNPLACED = """
SELECT a.file_name, d.name, count(*), count(*) FILTER (p.how = 'ambiguous')
FROM core.coding_place AS p
JOIN core.coding AS c USING (arrival_id, coding_id)
JOIN core.document AS d USING (arrival_id, document_id)
JOIN core.arrival AS a USING (arrival_id)
WHERE p.start_char IS NULL
GROUP BY ALL ORDER BY ALL
"""


def find_standing_positions(entries: Iterable[Entry]) -> dict[str, CodingPositioned]:
    """Coding's id → where a person said that it stands: the last that was said and not taken back."""
    said: dict[int, CodingPositioned] = {}
    for entry in entries:
        if isinstance(entry.event, CodingUndo):
            said.pop(entry.event.event, None)
        elif isinstance(entry.event, CodingPositioned):
            said[entry.seq] = entry.event
    return {position.coding.coding_id: position for position in said.values()}


def place_codings(con: duckdb.DuckDBPyConnection, positions: Mapping[str, CodingPositioned]) -> None:
    """Fills core.coding_place, after the documents were joined. The caller holds the transaction.

    `positions`: coding's id → where a person said that it stands.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE searched AS {_SEARCHED}")
    # What no longer needs a place, or was looked for in another text, is forgotten; and what people say may be another now.
    con.execute(
        "DELETE FROM core.coding_place AS p WHERE how = 'person' OR NOT EXISTS (FROM searched AS s "
        "WHERE s.arrival_id = p.arrival_id AND s.coding_id = p.coding_id AND s.text_hash = p.text_hash "
        "AND NOT list_contains($1, s.known_as))",
        [list(positions)],
    )
    rows = con.execute(
        "FROM searched ANTI JOIN core.coding_place USING (arrival_id, coding_id) ORDER BY ALL"
    ).fetchall()
    con.execute("DROP TABLE searched")
    if not rows:
        return
    from tasks.synthesise.find_quotes import find_quotes  # noqa: PLC0415  numpy is slow to import

    by_text: dict[tuple[int, str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for text_arrival, text_document, text_hash, *coding in rows:
        by_text[text_arrival, text_document, text_hash].append(tuple(coding))
    placed: list[dict[str, Any]] = []
    for (text_arrival, text_document, text_hash), codings in by_text.items():
        text = con.execute(_TEXT, [text_arrival, text_document]).fetchall()[0][0]
        pages = {page: (start, end) for page, start, end in con.execute(_PAGES, [text_arrival]).fetchall()}
        wanted = list(_describe(con, codings, pages, positions))
        found = zip(codings, find_quotes(text, wanted), strict=True)
        placed += [_row(coding, place, text, text_hash, positions.get(coding[-1])) for coding, place in found]
    insert_frame(con, "core.coding_place", frame_of(CodingPlace, placed))


def describe_unplaced(con: duckdb.DuckDBPyConnection, *, counts: bool = True) -> list[Problem]:
    """A warning for each document with codings that have no place in its text; with how many, where they are nobody's secret."""
    return [
        Problem(
            file, None,
            f"document '{name}': "
            + (f"{counted(n, 'coding')} without a place in its text, of which {ambiguous} stand at several" if counts
               else "codings without a place in its text")
            + " (living-review sql \"FROM coding_place WHERE NOT placed\" lists them)", "warning",
        )
        for file, name, n, ambiguous in con.execute(_UNPLACED).fetchall()
    ]  # fmt: skip


def _describe(
    con: duckdb.DuckDBPyConnection,
    codings: list[tuple[Any, ...]],
    pages: dict[int, tuple[int, int]],
    positions: Mapping[str, CodingPositioned],
) -> Iterator[Wanted]:
    """What is looked for: the words, and what was around them in the text that they were coded in, or where a person said."""
    from tasks.synthesise.find_quotes import Wanted, describe_place  # noqa: PLC0415

    texts: dict[tuple[int, str], str] = {}
    for arrival_id, _, document_id, quote, page, start, end, known_as in codings:
        if said := positions.get(known_as):
            yield Wanted(said.words, said.before, said.after, repeated=True)
            continue
        if start is None:
            yield Wanted(quote, within=pages.get(page))
            continue
        key = (arrival_id, document_id)
        if key not in texts:
            texts[key] = con.execute(_TEXT, list(key)).fetchall()[0][0]
        yield describe_place(texts[key], start, end)


def _row(
    coding: tuple[Any, ...], place: Found, text: str, text_hash: str, said: CodingPositioned | None
) -> dict[str, Any]:
    start, end = place.span or (None, None)
    how, told_by = place.how, place.told_by or None
    if said and (place.span or said.text_hash == text_hash):
        how, told_by = "person", None
        start, end = (said.start_char, said.end_char) if said.text_hash == text_hash else (start, end)
    return {
        "arrival_id": coding[0], "coding_id": coding[1], "text_hash": text_hash, "how": how, "told_by": told_by,
        "places": place.places, "start_char": start, "end_char": end, "quote": None if start is None else text[start:end],
    }  # fmt: skip
