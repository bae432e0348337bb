"""Which codes, documents or coders may mean the same: a suggestion with what speaks for it and against it, for a person to rule
on. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import PurePath

from schemas.protocol_screening import fold_name

#: From this on two are shown to a person.
SHOWN_FROM = 2.0
_ENOUGH_PLACES = 3
"""How many coded places two must have in common before that is no chance."""
_SHARE = 0.5
Place = tuple[Hashable, ...]


@dataclass(frozen=True)
class ElementFacts:
    """What is known of a code, document or coder.

    `path`: a code's names from the top, a document's or coder's name. `text`: a hash over a document's text; `report`: whose
    text it is; `alias_of`: whose name or alias a coder's name is, by the protocol; `projects`: that hold it; `places`: coded
    places (of a code each with its coder, of a coder each with its code).
    """

    id: str
    path: tuple[str, ...]
    text: str | None = None
    report: str | None = None
    alias_of: str | None = None
    projects: frozenset[str] = frozenset()
    places: Mapping[Place, frozenset[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path[-1] if self.path else ""


@dataclass(frozen=True)
class SameSuggestion:
    """Two that may mean the same, the more used first. `score`: the sum of what speaks for it, less what speaks against it."""

    element: str
    one: str
    other: str
    score: float
    reasons: tuple[str, ...]
    against: tuple[str, ...]


_Reasons = list[tuple[float, str]]


def suggest_same(element: str, facts: Iterable[ElementFacts]) -> list[SameSuggestion]:
    """The pairs of one kind (code, document, coder) that may mean the same, the likeliest first."""
    known = {each.id: each for each in facts}
    compare: Callable[[ElementFacts, ElementFacts], tuple[_Reasons, _Reasons] | None] = {
        "code": _compare_codes, "document": _compare_documents, "coder": _compare_coders,
    }[element]  # fmt: skip
    found = []
    for pair in _find_pairs(known.values()):
        one, other = sorted(pair, key=lambda id: (-len(known[id].places), id))
        if (compared := compare(known[one], known[other])) is None:
            continue
        reasons, against = compared
        score = sum(weight for weight, _ in reasons) - sum(weight for weight, _ in against)
        if score >= SHOWN_FROM:
            found.append(
                SameSuggestion(
                    element, one, other, score, tuple(why for _, why in reasons), tuple(why for _, why in against)
                )
            )
    return sorted(found, key=lambda s: (-s.score, known[s.one].path, known[s.other].path, s.one, s.other))


def _find_pairs(facts: Iterable[ElementFacts]) -> list[tuple[str, str]]:
    """The pairs that have anything in common, so that not every two need be compared."""
    by_key: dict[Hashable, set[str]] = defaultdict(set)
    for each in facts:
        keys: set[Hashable] = {("word", word) for word in _words(each.name)} | {("name", _fold(each.name))}
        keys |= {(kind, value) for kind, value in (("text", each.text), ("alias", each.alias_of)) if value}
        keys |= {("initials", _initials(each.name))} | {("place", place) for place in each.places}
        for key in keys:
            by_key[key].add(each.id)
    return sorted({pair for ids in by_key.values() for pair in combinations(sorted(ids), 2)})


def _compare_codes(a: ElementFacts, b: ElementFacts) -> tuple[_Reasons, _Reasons]:
    reasons: _Reasons = []
    against: _Reasons = []
    if a.path == b.path:
        reasons.append((3.0, "the same path"))
    elif [_fold(name) for name in a.path] == [_fold(name) for name in b.path]:
        reasons.append((3.0, "the same path but for case, blanks or plural"))
    elif a.name == b.name:
        reasons.append((2.0, "the same name, elsewhere in the tree"))
    elif _fold(a.name) == _fold(b.name):
        reasons.append((2.0, "the same name but for case, blanks or plural, elsewhere in the tree"))
    # What one coder codes twice at one place is two things to her; what two coders code there may be one.
    shared = sum(
        1 for place in a.places.keys() & b.places.keys() if a.places[place].isdisjoint(b.places[place])
    )  # fmt: skip
    if shared >= _ENOUGH_PLACES and shared >= _SHARE * min(len(a.places), len(b.places)):
        reasons.append((2.0, f"{shared} of the same places, coded by different people"))
    apart = sum(1 for place in a.places.keys() & b.places.keys() if not a.places[place].isdisjoint(b.places[place]))
    if apart:
        against.append((1.0, f"somebody used both on the same words, in {apart} {'place' if apart == 1 else 'places'}"))
    if a.projects & b.projects and _fold(a.name) == _fold(b.name) and len(a.path) > 1 and a.path[:-1] != b.path[:-1]:
        against.append((1.0, "one project has both, under different codes"))
    return reasons, against


def _compare_documents(a: ElementFacts, b: ElementFacts) -> tuple[_Reasons, _Reasons] | None:
    if a.text and b.text and a.text != b.text:
        return None  # positions of the one are none of the other
    reasons: _Reasons = [(3.0, "the same text")] if a.text and a.text == b.text else []
    if a.name == b.name:
        reasons.append((2.0, "the same name"))
    elif _fold(_stem(a.name)) == _fold(_stem(b.name)):
        reasons.append((2.0, "the same name but for case, blanks or ending"))
    if a.report and a.report == b.report:
        reasons.append((1.0, "linked to the same report"))
    against = [(2.0, "linked to different reports")] if a.report and b.report and a.report != b.report else []
    return reasons, against


def _compare_coders(a: ElementFacts, b: ElementFacts) -> tuple[_Reasons, _Reasons]:
    reasons: _Reasons = []
    if a.alias_of and a.alias_of == b.alias_of:
        reasons.append((3.0, f"both are {a.alias_of} by [coding] coders"))
    if fold_name(a.name) == fold_name(b.name) or _fold(a.name) == _fold(b.name):
        reasons.append((3.0, "the same name but for case, blanks or signs"))
    elif _words(a.name) < _words(b.name) or _words(b.name) < _words(a.name):
        reasons.append((2.0, "the one's name is part of the other's"))
    elif _initials(a.name) == _initials(b.name) and (_is_initials(a.name) or _is_initials(b.name)):
        reasons.append((2.0, "the one's name are the other's initials"))
    shared = sum(1 for place in a.places.keys() & b.places.keys() if a.places[place] & b.places[place])
    if shared >= _ENOUGH_PLACES and shared >= _SHARE * min(len(a.places), len(b.places)):
        reasons.append((1.0, f"{shared} of the same places under the same codes"))
    against: _Reasons = []
    if a.projects & b.projects:
        against.append((1.0, "one project has both"))
    if a.alias_of and b.alias_of and a.alias_of != b.alias_of:
        against.append((4.0, f"they are {a.alias_of} and {b.alias_of} by [coding] coders"))
    return reasons, against


def _words(name: str) -> frozenset[str]:
    """A name's words, as they are compared."""
    return frozenset(_singular(word) for word in re.findall(r"[^\W_]+", name.casefold()))


def _fold(name: str) -> str:
    """A name without case, blanks and punctuation, each word in the singular; as it is where it has no words."""
    return "".join(_singular(word) for word in re.findall(r"[^\W_]+", name.casefold())) or name.strip()


def _singular(word: str) -> str:
    """An English word without the ending of a plural, where it seems to have one."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _stem(name: str) -> str:
    """A document's name without what a file's name ends in."""
    ending = PurePath(name).suffix
    return name.removesuffix(ending) if re.fullmatch(r"\.[A-Za-z]{2,4}", ending) else name


def _is_initials(name: str) -> bool:
    return re.fullmatch(r"(?:[^\W\d_]\W*){2,3}", name) is not None


def _initials(name: str) -> str:
    """The first letters of a name's words; of initials these."""
    if _is_initials(name):
        return "".join(re.findall(r"[^\W_]", name.casefold()))
    return "".join(word[0] for word in re.findall(r"[^\W_]+", name.casefold()))
