"""Compare two deliveries of what may be one QDA project: which documents, codes and codings of the new one are the old one's.

A document is known by its text (line ends and end blanks aside), else by its GUID, else by its name; a code by its GUID,
else by its path, else by its spans: one whose codings all stand at another's places is that one with another name and id,
as some software gives new ids at each export, and NVivo does when it converts a project. A coder is known by name, else by
GUID, else, in a converted project, by having coded the same. Where a document's text is another, places of the old one are carried
over by their quotes before they are compared. Pure functions over `ProjectContent`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from schemas.protocol_coding import split_round
from tasks.synthesise.project_content import HeldCoding, HeldDocument, Place, ProjectContent
from tasks.synthesise.qda_ids import is_universal

SAME = 0.5
"""The share of the smaller one's documents, and of its codes, that two deliveries of one project have in common."""


@dataclass(frozen=True)
class Pair:
    """A coding of the old delivery, and the new one's that it became."""

    old: HeldCoding
    new: HeldCoding


@dataclass(frozen=True)
class Pairing:
    """The codings of two deliveries: `kept` in both, `moved` to another place, `recoded` at the same place; `gone` and
    `added` are in the old, or the new, one only."""

    kept: tuple[Pair, ...]
    moved: tuple[Pair, ...]
    recoded: tuple[Pair, ...]
    gone: tuple[HeldCoding, ...]
    added: tuple[HeldCoding, ...]


@dataclass(frozen=True)
class Comparison:
    """Two deliveries, beside each other. `documents`, `codes`, `coders` lead from the new file's to the old one's;
    `same_codes`: how many codes both have by id or path; `same_places`: how many coded places, whatever the code and coder."""

    old: ProjectContent
    new: ProjectContent
    documents: dict[str, str]
    codes: dict[str, str]
    coders: dict[str, str]
    codings: Pairing
    same_codes: int
    same_places: int

    @property
    def shared_documents(self) -> float:
        """The share of the smaller one's documents that both hold; 0 where one has none."""
        return _share(len(self.documents), len(self.old.documents), len(self.new.documents))

    @property
    def shared_codes(self) -> float:
        """The share of the smaller one's codes that both hold, by id or path; 0 where one has none."""
        return _share(self.same_codes, len(self.old.codes), len(self.new.codes))

    @property
    def shared_places(self) -> float:
        """The share of the smaller one's coded places that both hold, whatever the code and coder."""
        return _share(self.same_places, len(_places(self.old.codings)), len(_places(self.new.codings)))

    def count_by_coder(self) -> dict[str, dict[str, int]]:
        """Coder → kept, moved, recoded, gone, added: how many codings. An old coder bears the new name."""
        names = {old: new for new, old in self.coders.items()}
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for kind in ("kept", "moved", "recoded"):
            for pair in getattr(self.codings, kind):
                counts[pair.new.coder][kind] += 1
        for coding in self.codings.gone:
            counts[names.get(coding.coder, coding.coder)]["gone"] += 1
        for coding in self.codings.added:
            counts[coding.coder]["added"] += 1
        return {coder: dict(counts[coder]) for coder in sorted(counts)}


def compare_projects(old: ProjectContent, new: ProjectContent) -> Comparison:
    """The comparison of an earlier delivery with a later one."""
    documents = match_documents(old.documents, new.documents)
    by_guid = _match(old.codes, new.codes, {}, lambda code: code.guid if is_universal(code.guid) else None)
    codes = _match(old.codes, new.codes, by_guid, lambda code: code.path)
    converted = not by_guid and bool(codes)
    if documents and codes:
        codes = _match(old.codes, new.codes, codes, lambda code: code.guid or None)
    same_codes = len(codes)
    carried = replace(old, codings=_carry_places(old, new, documents))
    codes = _match_by_spans(carried, new, documents, codes)
    coders = _match_coders(carried, new, documents, codes, converted)
    pairing = _pair_codings(carried, new, documents, codes, coders)
    places = _places(
        HeldCoding("", documents[c.document], "", "", c.place) for c in new.codings if c.document in documents
    )
    return Comparison(
        carried, new, documents, codes, coders, pairing, same_codes, len(places & _places(carried.codings))
    )


def _carry_places(old: ProjectContent, new: ProjectContent, documents: Mapping[str, str]) -> tuple[HeldCoding, ...]:
    """The old codings as they stand in the new texts. One whose words are not found, or at several places, has a place that no
    other has: it is gone, and never taken for another."""
    codings = {coding.id: coding for coding in old.codings}
    for before, now in _find_changed_texts(old, new, documents).items():
        old_text, new_text = old.read_text(before), new.read_text(now)
        placed = [c for c in old.codings if c.document == before and c.place[0] is not None]
        if not placed or old_text is None or new_text is None:
            continue
        from tasks.synthesise.find_quotes import describe_place, find_quotes  # noqa: PLC0415  numpy is slow to import

        wanted = [describe_place(old_text, c.place[0] or 0, c.place[1] or 0) for c in placed]
        for coding, found in zip(placed, find_quotes(new_text, wanted), strict=True):
            place: Place = (
                (None, None, None, f"not carried: {coding.id}") if found.span is None else (*found.span, None, None)
            )
            codings[coding.id] = replace(coding, place=place)
    return tuple(codings.values())


def _find_changed_texts(old: ProjectContent, new: ProjectContent, documents: Mapping[str, str]) -> dict[str, str]:
    """Documents whose text is another in the new delivery: id in the old one → id in the new one."""
    hashes = {document.id: document.text_hash for document in old.documents}
    return {
        documents[document.id]: document.id
        for document in new.documents
        if document.id in documents
        and None not in (document.text_hash, hashes[documents[document.id]])
        and document.text_hash != hashes[documents[document.id]]
    }


def match_documents(old: Iterable[HeldDocument], new: Iterable[HeldDocument]) -> dict[str, str]:
    """Id in the new file → id in the old one: by text, of equal texts by name; else by GUID; else by name."""
    old, new = tuple(old), tuple(new)
    matched = _match(old, new, {}, lambda d: (d.text_hash, d.name) if d.text_hash else None)
    matched = _match(old, new, matched, lambda d: d.text_hash)
    matched = _match(old, new, matched, lambda d: d.guid if is_universal(d.guid) else None)
    # A name says nothing where both carry a text, and the texts differ.
    without = {document.id for document in (*old, *new) if document.text_hash is None}
    named = _match(old, new, matched, lambda d: d.name.casefold())
    return {known: before for known, before in named.items() if known in matched or {known, before} & without}


def _match(
    old: Iterable[Any], new: Iterable[Any], matched: dict[str, str], key: Callable[[Any], Hashable | None]
) -> dict[str, str]:
    """`matched` with what is still open and has the same key, in the order in which they stand; each goes with one."""
    found, taken = dict(matched), set(matched.values())
    open_: dict[Hashable, list[str]] = defaultdict(list)
    for element in old:
        if element.id not in taken and (value := key(element)) is not None:
            open_[value].append(element.id)
    for element in new:
        if element.id not in found and open_.get(value := key(element)):
            found[element.id] = open_[value].pop(0)
    return found


def _match_by_spans(
    old: ProjectContent, new: ProjectContent, documents: dict[str, str], codes: dict[str, str]
) -> dict[str, str]:
    """`codes` with the open ones under which the same coder has the same places: two or more, all of the old code's, and none of
    another open one."""
    taken = set(codes.values())
    old_places, new_places = defaultdict(set), defaultdict(set)
    for coding in old.codings:
        if coding.code not in taken:
            old_places[coding.code].add((coding.document, coding.coder, coding.place))
    for coding in new.codings:
        if coding.code not in codes and coding.document in documents:
            new_places[coding.code].add((documents[coding.document], coding.coder, coding.place))
    found = dict(codes)
    for code, places in sorted(new_places.items()):
        sharing = [other for other, before in sorted(old_places.items()) if before & places]
        if len(sharing) == 1 and len(old_places[sharing[0]]) > 1 and old_places[sharing[0]] <= places:
            found[code] = sharing[0]
            del old_places[sharing[0]]
    return found


def _match_coders(
    old: ProjectContent, new: ProjectContent, documents: dict[str, str], codes: dict[str, str], converted: bool
) -> dict[str, str]:
    """Name in the new file → name in the old one. What somebody coded at a later time is nobody else's, however alike."""
    old_names, new_names = {c.coder for c in old.codings}, {c.coder for c in new.codings}
    coders = {name: name for name in new_names & old_names}
    old_names, new_names = ({name for name in names if split_round(name)[1] == 1} for names in (old_names, new_names))
    guids = {guid: name for guid, name in old.coders if is_universal(guid)}
    for guid, name in new.coders:
        before = guids.get(guid)
        if name in new_names - old_names and before in old_names - new_names and before not in coders.values():
            coders[name] = str(before)
    if not converted:
        return coders
    left = {
        name: {(c.document, c.code, c.place) for c in old.codings if c.coder == name}
        for name in sorted(old_names - set(coders.values()))
    }
    for name in sorted(new_names - set(coders)):
        own = {(documents.get(c.document), codes.get(c.code), c.place) for c in new.codings if c.coder == name}
        fitting = [before for before, codings in left.items() if codings and codings <= own]
        if len(fitting) == 1:
            coders[name] = fitting[0]
            del left[fitting[0]]
    return coders


def _pair_codings(
    old: ProjectContent,
    new: ProjectContent,
    documents: dict[str, str],
    codes: dict[str, str],
    coders: dict[str, str],
) -> Pairing:
    """Each coding of each side stands in one part: the same first, then the same place, then the same code nearby."""
    as_old = {
        coding.id: HeldCoding(
            coding.id,
            documents.get(coding.document, ""),
            codes.get(coding.code, ""),
            coders.get(coding.coder, ""),
            coding.place,
        )
        for coding in new.codings
    }
    open_old, open_new = list(old.codings), list(new.codings)
    kept, open_old, open_new = _pair(open_old, open_new, as_old, lambda c: (c.document, c.code, c.coder, c.place))
    recoded, open_old, open_new = _pair(open_old, open_new, as_old, lambda c: (c.document, c.coder, c.place))
    moved, open_old, open_new = _pair_overlapping(open_old, open_new, as_old)
    return Pairing(tuple(kept), tuple(moved), tuple(recoded), tuple(open_old), tuple(open_new))


_Pairs = tuple[list[Pair], list[HeldCoding], list[HeldCoding]]
"""Pairs, and what is still open of the old and of the new codings."""


def _pair(
    old: list[HeldCoding],
    new: list[HeldCoding],
    as_old: dict[str, HeldCoding],
    key: Callable[[HeldCoding], Hashable],
) -> _Pairs:
    """Pairs codings with the same key, each with one."""
    waiting: dict[Hashable, list[HeldCoding]] = defaultdict(list)
    for coding in old:
        waiting[key(coding)].append(coding)
    pairs, rest = [], []
    for coding in new:
        same = waiting.get(key(as_old[coding.id]))
        if same:
            pairs.append(Pair(same.pop(0), coding))
        else:
            rest.append(coding)
    taken = {pair.old.id for pair in pairs}
    return pairs, [coding for coding in old if coding.id not in taken], rest


def _pair_overlapping(old: list[HeldCoding], new: list[HeldCoding], as_old: dict[str, HeldCoding]) -> _Pairs:
    """Pairs codings of one code, coder and document whose places overlap, each with the one that it shares most with."""
    waiting: dict[Hashable, list[HeldCoding]] = defaultdict(list)
    for coding in old:
        waiting[coding.document, coding.code, coding.coder].append(coding)
    pairs, rest = [], []
    for coding in new:
        known = as_old[coding.id]
        near = waiting.get((known.document, known.code, known.coder), [])
        best = max(near, key=lambda other: _overlap(other.place, known.place), default=None)
        if best is not None and _overlap(best.place, known.place):
            near.remove(best)
            pairs.append(Pair(best, coding))
        else:
            rest.append(coding)
    taken = {pair.old.id for pair in pairs}
    return pairs, [coding for coding in old if coding.id not in taken], rest


def _overlap(a: Place, b: Place) -> int:
    """How many characters two places have in common."""
    if a[0] is None or a[1] is None or b[0] is None or b[1] is None:
        return 0
    return max(min(a[1], b[1]) - max(a[0], b[0]), 0)


def _places(codings: Iterable[HeldCoding]) -> set[tuple[str, Place]]:
    return {(coding.document, coding.place) for coding in codings}


def _share(common: int, a: int, b: int) -> float:
    return common / min(a, b) if min(a, b) else 0.0
