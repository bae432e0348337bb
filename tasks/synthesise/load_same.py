"""Codes, documents and coders that people ruled to mean the same: under which id the review knows each from then on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import duckdb

from schemas.coding_delivery import BaseElementRuling
from schemas.event_synthesis import ElementsRuled, ElementsUndo
from schemas.problem import Problem
from warehouse.log import Entry
from warehouse.write import fill_table

EVENTS = (ElementsRuled, ElementsUndo)
Element = tuple[str, str]
"""What it is (code, document, coder), and its id by the deliveries alone."""
#: What projects hold. Codes that were made on the page are merged there.
_KNOWN = (
    "SELECT DISTINCT element, delivered_as FROM core.element_identity WHERE element <> 'coding' AND arrival_id <> 0"
)
_TEXTS = """
SELECT DISTINCT i.delivered_as, d.text_hash
FROM core.element_identity AS i
JOIN core.document AS d ON d.arrival_id = i.arrival_id AND d.document_id = i.id
JOIN main.coding_project AS n ON n.arrival_id = d.arrival_id
WHERE i.element = 'document' AND d.text_hash IS NOT NULL AND list_contains(?, i.delivered_as)
"""
#: What was coded on the page is written later, under the ids that hold then.
_RESET = "UPDATE core.element_identity SET known_as = delivered_as WHERE known_as <> delivered_as AND arrival_id <> 0"
_SET = "UPDATE core.element_identity SET known_as = ? WHERE element = ? AND delivered_as = ? AND arrival_id <> 0"


def find_standing_elements(entries: Iterable[Entry]) -> dict[tuple[str, frozenset[str]], Entry]:
    """What and which two → the last ruling about them that was not taken back, in the log's order."""
    standing: dict[int, Entry] = {}
    for entry in entries:
        if isinstance(entry.event, ElementsUndo):
            standing.pop(entry.event.event, None)
        else:
            standing[entry.seq] = entry
    found: dict[tuple[str, frozenset[str]], Entry] = {}
    for entry in standing.values():
        if isinstance(event := entry.event, ElementsRuled):
            key = (event.element, frozenset((event.kept, event.other)))
            found.pop(key, None)
            found[key] = entry
    return found


def find_kept(rulings: Iterable[ElementsRuled]) -> dict[Element, Element]:
    """Each element that counts as another → that other one: whatever is linked by these rulings is one, under the id that the
    last of them keeps."""
    kept: dict[Element, Element] = {}

    def top(element: Element) -> Element:
        while element in kept:
            element = kept[element]
        return element

    for ruling in rulings:
        one, other = top((ruling.element, ruling.kept)), top((ruling.element, ruling.other))
        if one != other:
            kept[other] = one
    return {element: top(element) for element in kept}


def write_same(con: duckdb.DuckDBPyConnection, entries: Iterable[Entry]) -> list[Problem]:
    """Sets by which ids the deliveries' elements are known; a warning for each ruling on documents whose texts differ by now.

    After `write_relations`, before all that asks for codings. The caller holds the transaction.
    """
    entries = list(entries)
    standing = find_standing_elements(entries).values()
    there = set(con.execute(_KNOWN).fetchall()) if entries else set()
    texts = _read_texts(con, [e for entry in standing if isinstance(e := entry.event, ElementsRuled)])
    counting: dict[int, ElementsRuled] = {}
    problems = []
    for entry in standing:
        event = entry.event
        assert isinstance(event, ElementsRuled)
        if {(event.element, event.kept), (event.element, event.other)} - there:
            continue
        if event.verdict == "same" and event.element == "document" and not fit_together(event.kept, event.other, texts):
            text = f"event {entry.seq} has two documents as one whose texts differ by now: it does not count"
            problems.append(Problem("", None, text, "warning"))
            continue
        counting[entry.seq] = _keep_text(event, texts)
    con.execute(_RESET)
    for (element, id), (_, known_as) in find_kept(e for e in counting.values() if e.verdict == "same").items():
        con.execute(_SET, [known_as, element, id])
    rows = [(entry.seq, entry.event, entry) for entry in entries if isinstance(entry.event, ElementsRuled)]
    undone = {entry.event.event for entry in entries if isinstance(entry.event, ElementsUndo)}
    fill_table(con, BaseElementRuling, (
        (seq, e.element, e.kept, e.other, e.verdict, e.reason or None, entry.actor, entry.at, seq in counting)
        for seq, e, entry in rows if seq not in undone
    ))  # fmt: skip
    return problems


def fit_together(one: str, other: str, texts: Mapping[str, Collection[str]]) -> bool:
    """Whether positions of one document are positions of the other: their texts are the same, or one has none."""
    return not texts.get(one) or not texts.get(other) or set(texts[one]) == set(texts[other])


def _read_texts(con: duckdb.DuckDBPyConnection, rulings: Iterable[ElementsRuled]) -> dict[str, set[str]]:
    """Document → the hashes of its text, in the projects that count."""
    ids = sorted({id for ruling in rulings if ruling.element == "document" for id in (ruling.kept, ruling.other)})
    texts: dict[str, set[str]] = {}
    for id, text_hash in con.execute(_TEXTS, [ids]).fetchall() if ids else []:
        texts.setdefault(id, set()).add(text_hash)
    return texts


def _keep_text(ruling: ElementsRuled, texts: Mapping[str, Collection[str]]) -> ElementsRuled:
    """The ruling, turned round where only the other document has a text."""
    if ruling.element == "document" and texts.get(ruling.other) and not texts.get(ruling.kept):
        return ruling.model_copy(update={"kept": ruling.other, "other": ruling.kept})
    return ruling
