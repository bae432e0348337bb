"""Relate the deliveries of QDA projects: which is a newer export of which, which a colleague's copy, which another project.

A project is told by what it holds, never by its name: all NVivo files are called 'Untitled'. Deliveries are of one project
where at least half of the smaller one's documents, and of its codes, are the other's. Of two such the later one

- is *newer* where no coding is gone, or where every coder who lost codings also made new ones and kept at least half: it
  takes the place of the earlier one;
- is a *copy* where a coder's codings are all gone, or a coder lost some and made none while another made new ones: a
  colleague's file. Both count, and what both hold counts once;
- is *unclear* else (codings are only gone; or the same places are coded under other codes): it does not count until a
  person rules on it.

A ruling is about bytes: these replace those, or count beside. The last one counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain, count

from schemas.words import counted
from tasks.synthesise.compare_projects import SAME, Comparison, compare_projects
from tasks.synthesise.project_content import ProjectContent
from tasks.synthesise.qda_ids import digest

ENOUGH_PLACES = 5
"""How many coded places two deliveries under other codes must have in common before that is no chance: people code sentences."""


class Role(StrEnum):
    """What a delivery is to those before it."""

    FIRST = "first"
    NEWER = "newer"
    COPY = "copy"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Relation:
    """What a delivery is. `comparisons`: with the deliveries of its project that counted when it came, what it replaces
    first; `replaces`: the arrivals whose place it takes; `ruled`: a person said so; `why`: in words."""

    content: ProjectContent
    role: Role
    project_id: str
    comparisons: tuple[Comparison, ...] = ()
    replaces: tuple[int, ...] = ()
    ruled: bool = False
    why: str = ""


@dataclass
class Identities:
    """Element ids of each file → those by which the review knows them, by arrival. Coders: name → the name first known."""

    documents: dict[int, dict[str, str]] = field(default_factory=dict)
    codes: dict[int, dict[str, str]] = field(default_factory=dict)
    coders: dict[int, dict[str, str]] = field(default_factory=dict)
    codings: dict[int, dict[str, str]] = field(default_factory=dict)


#: Bytes (SHA-256) → those whose place they take; an empty tuple: they count beside all others.
Rulings = Mapping[str, tuple[str, ...]]


def relate_projects(contents: Sequence[ProjectContent], rulings: Rulings) -> list[Relation]:
    """What each delivery is to those before it, in the order in which they came."""
    relations: list[Relation] = []
    standing: dict[int, Relation] = {}
    names: Counter[str] = Counter()
    for content in contents:
        comparisons = [compare_projects(relation.content, content) for relation in standing.values()]
        relation = _relate(content, comparisons, _follow(content.sha256, rulings))
        if relation.comparisons and relation.role is not Role.FIRST:
            project_id = standing[relation.comparisons[0].old.arrival_id].project_id
        else:
            named = digest("prj", content.tool, content.name.casefold())
            names[named] += 1
            project_id = (
                named if names[named] == 1 else digest("prj", content.tool, content.name.casefold(), names[named])
            )
        relation = replace(relation, project_id=project_id)
        relations.append(relation)
        for replaced in relation.replaces:
            standing.pop(replaced)
        if relation.role is not Role.UNCLEAR:
            standing[content.arrival_id] = relation
    return relations


def find_replaced(relations: Sequence[Relation]) -> dict[int, int]:
    """Arrival → the arrival that took its place."""
    return {replaced: relation.content.arrival_id for relation in relations for replaced in relation.replaces}


def _follow(sha256: str, rulings: Rulings) -> tuple[str, ...] | None:
    """The ruling on these bytes, with all whose place those took that it names: one between may be withdrawn."""
    ruling = rulings.get(sha256)
    if not ruling:
        return ruling
    found: dict[str, None] = {}
    waiting = list(ruling)
    while waiting:
        named = waiting.pop()
        if named not in found and named != sha256:
            found[named] = None
            waiting += rulings.get(named, ())
    return tuple(found)


def _relate(content: ProjectContent, comparisons: Sequence[Comparison], ruling: tuple[str, ...] | None) -> Relation:
    """The relation by a ruling, else by the rules above; its project is found by the caller."""
    judged = [(comparison, *classify(comparison)) for comparison in comparisons]
    if ruling:
        replaced = [comparison for comparison in comparisons if comparison.old.sha256 in ruling]
        others = [comparison for comparison, role, _ in judged if role and comparison not in replaced]
        if replaced:
            ids = tuple(comparison.old.arrival_id for comparison in replaced)
            return Relation(content, Role.NEWER, "", (*replaced, *others), ids, True, "ruled: it replaces")
    if ruling is not None:
        same = tuple(comparison for comparison, role, _ in judged if role)
        return Relation(content, Role.COPY if same else Role.FIRST, "", same, (), True, "ruled: it counts beside")
    by_role = {role: [(c, why) for c, found, why in judged if found is role] for role in Role}
    for role in (Role.NEWER, Role.UNCLEAR, Role.COPY):
        if by_role[role]:
            first = tuple(comparison for comparison, _ in by_role[role])
            rest = tuple(comparison for comparison, found, _ in judged if found and found is not role)
            replaced_ids = tuple(comparison.old.arrival_id for comparison in first) if role is Role.NEWER else ()
            return Relation(content, role, "", (*first, *rest), replaced_ids, False, by_role[role][0][1])
    return Relation(content, Role.FIRST, "")


def classify(comparison: Comparison) -> tuple[Role | None, str]:
    """What the later of two deliveries is to the earlier, and why; None where they are of two projects."""
    old, new = comparison.old, comparison.new
    if not old.documents or not new.documents:  # a codebook alone says nothing about codings
        both = not old.documents and not new.documents
        role, why = (Role.NEWER, "both are codebooks") if both else (Role.COPY, "one of the two is a codebook alone")
        return (role, why) if comparison.shared_codes >= SAME else (None, "")
    if comparison.shared_documents >= SAME and comparison.shared_codes >= SAME:
        return _classify_by_codings(comparison)
    enough = comparison.same_places >= ENOUGH_PLACES and comparison.shared_places >= SAME
    if comparison.shared_documents >= SAME and enough:
        return Role.UNCLEAR, "the same texts are coded at the same places, under other codes"
    return None, ""


def _classify_by_codings(comparison: Comparison) -> tuple[Role, str]:
    """Of two deliveries of one project: which codings of whom are gone decides."""
    counts = comparison.count_by_coder()
    gone = {coder: n["gone"] for coder, n in counts.items() if n.get("gone")}
    left = {coder: sum(n.get(kind, 0) for kind in ("kept", "moved", "recoded")) for coder, n in counts.items()}
    gained = {coder for coder, n in counts.items() if n.get("added")}
    if not gone:
        return Role.NEWER, "every coding of the earlier one is in it"
    if gone.keys() <= gained and all(left[coder] >= SAME * (left[coder] + n) for coder, n in gone.items()):
        return Role.NEWER, "whoever lost codings made new ones, and kept most"
    names = ", ".join(sorted(gone))
    if gained - gone.keys() or (gained and any(not left[coder] for coder in gone)):
        return Role.COPY, f"it lacks codings of {names}, and brings others"
    return Role.UNCLEAR, f"{counted(sum(gone.values()), 'coding')} of {names} missing from it"


def identify_elements(relations: Sequence[Relation]) -> Identities:
    """The ids by which the review knows documents, codes, coders and codings: those of the first delivery that held them."""
    found = Identities()
    for relation in relations:
        content, arrival = relation.content, relation.content.arrival_id
        documents: dict[str, str] = {}
        codes: dict[str, str] = {}
        coders: dict[str, str] = {}
        replaced = set(relation.replaces)
        for comparison in reversed(relation.comparisons):
            before = comparison.old.arrival_id
            old_texts = {document.id: document.text_hash for document in comparison.old.documents}
            new_texts = {document.id: document.text_hash for document in content.documents}
            for new, old in comparison.documents.items():
                # Beside each other, two states of a text are two documents: positions of the one do not fit the other.
                if before in replaced or new_texts[new] == old_texts[old]:
                    documents[new] = found.documents[before].get(old, old)
            codes |= {new: found.codes[before].get(old, old) for new, old in comparison.codes.items()}
            coders |= {new: found.coders[before].get(old, old) for new, old in comparison.coders.items()}
        found.documents[arrival], found.codes[arrival], found.coders[arrival] = documents, codes, coders
        kept = _follow_kept(relation, documents, found)
        found.codings[arrival] = _identify_codings(content, documents, codes, coders, kept)
    return found


def _follow_kept(relation: Relation, documents: Mapping[str, str], found: Identities) -> dict[str, str]:
    """Codings of a delivery that are an earlier one's, also where they were carried into a text that is another → the ids by
    which they are known."""
    kept: dict[str, str] = {}
    taken: set[str] = set()
    for comparison in relation.comparisons:
        known = found.codings[comparison.old.arrival_id]
        for pair in comparison.codings.kept:
            id = known[pair.old.id]
            if pair.new.document in documents and pair.new.id not in kept and id not in taken:
                kept[pair.new.id] = id
                taken.add(id)
    return kept


def _identify_codings(
    content: ProjectContent,
    documents: dict[str, str],
    codes: dict[str, str],
    coders: dict[str, str],
    kept: dict[str, str],
) -> dict[str, str]:
    """Coding → the id by which it is known: an earlier one's that it is, else a hash over what it is and where."""
    ids, taken = dict(kept), set(kept.values())
    for coding in content.codings:
        if coding.id in kept:
            continue
        document, code = documents.get(coding.document, coding.document), codes.get(coding.code, coding.code)
        key = (document, code, coders.get(coding.coder, coding.coder), *coding.place)
        names = chain([digest("cdg", *key)], (digest("cdg", *key, number) for number in count(2)))
        ids[coding.id] = next(name for name in names if name not in taken)
        taken.add(ids[coding.id])
    return ids
