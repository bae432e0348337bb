"""Rule on codes, documents and coders that may mean the same: suggestions, rulings, and rulings taken back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import duckdb

from schemas.errors import UserError
from schemas.event_synthesis import ElementsRuled, ElementsUndo
from schemas.protocol_coding import Coding
from schemas.protocol_screening import fold_name
from schemas.words import did_you_mean
from tasks.review.judge import check_undo
from tasks.synthesise.load_same import EVENTS, find_kept, find_standing_elements, fit_together
from tasks.synthesise.suggest_same import ElementFacts, SameSuggestion, suggest_same
from warehouse.connect import reader
from warehouse.log import Entry
from warehouse.review import Review

ELEMENTS = ("code", "document", "coder")
_NAMED = {
    "code": "SELECT code_id, path, name FROM code ORDER BY position, code_id",
    "document": "SELECT document_id, name, name FROM document ORDER BY name, document_id",
    "coder": "SELECT DISTINCT known_as, known_as, known_as FROM core.element_identity WHERE element = 'coder' ORDER BY 1",
}
_CODES = "SELECT code_id, parent_id, name FROM code"
_ABOVE = "SELECT 1 FROM code_ancestor WHERE code_id = ? AND ancestor_id = ?"
_DOCUMENTS = """
SELECT d.document_id, d.name, d.report_id, any_value(c.text_hash)
FROM (SELECT document_id, name, report_id FROM document) AS d
JOIN core.element_identity AS i ON i.element = 'document' AND i.known_as = d.document_id
JOIN core.document AS c ON c.arrival_id = i.arrival_id AND c.document_id = i.id
SEMI JOIN coding_project AS n ON n.arrival_id = i.arrival_id
GROUP BY ALL
"""
_PROJECTS = """
SELECT i.element, i.known_as, list(DISTINCT n.project_id)
FROM core.element_identity AS i JOIN coding_project AS n USING (arrival_id)
WHERE i.element <> 'coding' GROUP BY ALL
"""
_PLACES = "SELECT code_id, coder, document_id, start_char, end_char FROM coding WHERE start_char IS NOT NULL"


@dataclass(frozen=True)
class StandingRuling:
    """A ruling that was not taken back, with the names of the two now."""

    entry: Entry
    event: ElementsRuled


def list_same_suggestions(review: Review) -> list[SameSuggestion]:
    """The codes, documents and coders that may mean the same, but for those on which somebody ruled."""
    coding = review.protocol().protocol.coding
    standing = find_standing_elements(review.log.entries(*EVENTS))
    kept = find_kept(
        e for entry in standing.values() if isinstance(e := entry.event, ElementsRuled) and e.verdict == "same"
    )

    def is_ruled(element: str, one: str, other: str) -> bool:
        tops = {kept.get((element, id), (element, id)) for id in (one, other)}
        return len(tops) == 1 or (element, frozenset((one, other))) in standing

    with reader(review.published_warehouse) as con:
        facts = read_element_facts(con, coding)
    return [
        suggestion
        for element in ELEMENTS
        for suggestion in suggest_same(element, facts[element])
        if not is_ruled(element, suggestion.one, suggestion.other)
    ]


def list_same_rulings(review: Review) -> list[StandingRuling]:
    """The last ruling on every two that was not taken back, in the log's order."""
    standing = find_standing_elements(review.log.entries(*EVENTS)).values()
    return [StandingRuling(entry, e) for entry in standing if isinstance(e := entry.event, ElementsRuled)]


def read_names(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """Element and id → the path or name by which people know it, as the deliveries have it."""
    rows = con.execute(
        "SELECT i.element, i.delivered_as, arg_max(coalesce(c.path, d.name, i.delivered_as), i.arrival_id) "
        "FROM core.element_identity AS i "
        "LEFT JOIN core.code AS c ON i.element = 'code' AND c.arrival_id = i.arrival_id AND c.code_id = i.id "
        "LEFT JOIN core.document AS d ON i.element = 'document' AND d.arrival_id = i.arrival_id AND d.document_id = i.id "
        "WHERE i.element <> 'coding' AND i.arrival_id <> 0 GROUP BY ALL"
    ).fetchall()
    return {(element, id): name for element, id, name in rows}


def read_element_facts(con: duckdb.DuckDBPyConnection, coding: Coding) -> dict[str, list[ElementFacts]]:
    """What is known of each code, document and coder, by what it is."""
    projects = {(element, id): frozenset(found) for element, id, found in con.execute(_PROJECTS).fetchall()}
    of_code: dict[str, dict[tuple[object, ...], set[str]]] = defaultdict(lambda: defaultdict(set))
    of_coder: dict[str, dict[tuple[object, ...], set[str]]] = defaultdict(lambda: defaultdict(set))
    for code_id, coder, *place in con.execute(_PLACES).fetchall():
        of_code[code_id][tuple(place)].add(coder)
        of_coder[coder][tuple(place)].add(code_id)
    above = {id: (parent, name) for id, parent, name in con.execute(_CODES).fetchall()}
    codes = [
        ElementFacts(
            id, _path(id, above), projects=projects.get(("code", id), frozenset()), places=_frozen(of_code[id])
        )
        for id in above
    ]
    documents = [
        ElementFacts(id, (name,), text, report, projects=projects.get(("document", id), frozenset()))
        for id, name, report, text in con.execute(_DOCUMENTS).fetchall()
    ]
    coders = [
        ElementFacts(
            name, (name,), alias_of=coding.find_coder(name), projects=projects.get(("coder", name), frozenset()),
            places=_frozen(of_coder[name]),
        )
        for name, *_ in con.execute(_NAMED["coder"]).fetchall()
    ]  # fmt: skip
    return {"code": codes, "document": documents, "coder": coders}


def rule_same(
    review: Review, element: str, pair: tuple[str, str], verdict: str, who: str, *, reason: str = ""
) -> Entry:
    """Notes that two codes, documents or coders mean the same, or do not (distinct).

    `pair`: both by path, name or id. What is said of the second then counts as said of the first; of a code and one above it, and of a
    document with a text and one without, the upper one, and the one with the text, are kept. Raises UserError where
    either is not known or means several, or where the texts of two documents differ.
    """
    kept, other = pair
    with reader(review.published_warehouse) as con:
        one, two = _find(con, review, element, kept), _find(con, review, element, other)
        if one == two:
            raise UserError(f"'{kept}' and '{other}' are one {element} already", path=review.root)
        if verdict == "same" and element == "code" and con.execute(_ABOVE, [one, two]).fetchall():
            one, two = two, one
        if verdict == "same" and element == "document":
            texts = {id: [text] for id, _, _, text in con.execute(_DOCUMENTS).fetchall() if text}
            if not fit_together(one, two, texts):
                raise UserError(
                    f"the texts of '{kept}' and '{other}' differ, so that places in the one are none in the other",
                    path=review.root,
                    hint="where both are of one report, living-review coding link says so of each",
                )
            if one not in texts and two in texts:
                one, two = two, one
    event = ElementsRuled(element=element, kept=one, other=two, verdict=verdict, reason=reason.strip())  # type: ignore[arg-type]
    return review.log.append(event, who)


def accept_suggestions(review: Review, reason: str, who: str, *, element: str | None = None) -> list[Entry]:
    """Rules that all are the same for which this reason speaks and nothing speaks against it; `element`: of this kind only.

    Raises UserError where no suggestion has the reason.
    """
    suggestions = list_same_suggestions(review)
    chosen = [
        each for each in suggestions if reason in each.reasons and not each.against and element in (None, each.element)
    ]
    if not chosen:
        known = sorted({why for each in suggestions for why in each.reasons})
        hint = did_you_mean(reason, known) or "living-review coding same lists what speaks for each"
        raise UserError(f"nothing is suggested for the reason '{reason}' alone", path=review.root, hint=hint)
    return [rule_same(review, each.element, (each.one, each.other), "same", who, reason=reason) for each in chosen]


def undo_same(review: Review, seq: int, who: str) -> Entry:
    """Takes a ruling back. Raises UserError where it is none, or was taken back."""
    check_undo(review, seq, (ElementsRuled,), ElementsUndo, "ruling on codes, documents or coders")
    return review.log.append(ElementsUndo(event=seq), who)


def _find(con: duckdb.DuckDBPyConnection, review: Review, element: str, word: str) -> str:
    """The id of what is meant: by its id, else by path or name as it is written, else whatever the case and blanks."""
    rows = con.execute(_NAMED[element]).fetchall()
    for match in (
        [id for id, _, _ in rows if id == word],
        [id for id, path, _ in rows if path == word],
        [id for id, _, name in rows if name == word],
        [id for id, *names in rows if fold_name(word) in map(fold_name, names)],
    ):
        if len(set(match)) > 1:
            listed = "; ".join(f"{id} ({path})" for id, path, _ in rows if id in match)
            raise UserError(
                f"'{word}' can mean {len(set(match))} {element}s",
                path=review.root,
                hint=f"name one by its id: {listed}",
            )
        if match:
            return str(match[0])
    hint = did_you_mean(word, [path for _, path, _ in rows])
    raise UserError(f"no {element} is known as '{word}'", path=review.root, hint=hint)


def _path(id: str, above: dict[str, tuple[str | None, str]]) -> tuple[str, ...]:
    names: list[str] = []
    at: str | None = id
    passed: set[str] = set()
    while at in above and at not in passed:
        passed.add(at)
        at, name = above[at]
        names.append(name)
    return tuple(reversed(names))


def _frozen(places: dict[tuple[object, ...], set[str]]) -> dict[tuple[object, ...], frozenset[str]]:
    return {place: frozenset(found) for place, found in places.items()}
