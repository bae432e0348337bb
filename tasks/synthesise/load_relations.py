"""Write what the deliveries of QDA projects are to each other: relations, identities of their parts, and what changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence

import duckdb

from schemas.coding_delivery import CoreCodeChange, ElementIdentity, ProjectDifference, ProjectRelation
from schemas.event import Content
from schemas.event_synthesis import ProjectRuling
from schemas.problem import Problem
from schemas.words import counted
from tasks.synthesise.compare_projects import Comparison
from tasks.synthesise.infer_changes import Change, infer_changes
from tasks.synthesise.project_content import ProjectContent, read_contents
from tasks.synthesise.relate_projects import (
    Identities,
    Relation,
    Role,
    Rulings,
    find_replaced,
    identify_elements,
    relate_projects,
)
from warehouse.deliveries import Delivery
from warehouse.log import Entry
from warehouse.meta import read_meta, write_meta
from warehouse.write import fill_table

_LOADED = "SELECT arrival_id FROM core.project JOIN core.reading USING (arrival_id) WHERE outcome = 'loaded'"


def read_rulings(entries: Iterable[Entry]) -> Rulings:
    """The last ruling about each file's bytes."""
    return {
        entry.event.sha256: entry.event.replaces for entry in entries if isinstance(entry.event, ProjectRuling)
    }  # fmt: skip


def write_relations(con: duckdb.DuckDBPyConnection, deliveries: Iterable[Delivery], rulings: Rulings) -> list[Relation]:
    """Relates all projects that count, and writes the result, where anything differs from when it was done last.

    Returns the relations in the order of the deliveries; none where nothing differs. The caller holds the transaction.
    """
    loaded = {row[0] for row in con.execute(_LOADED).fetchall()}
    counting = [d.arrival_id for d in deliveries if d.content is Content.CODING and d.counts and d.arrival_id in loaded]
    key = hashlib.sha256(json.dumps([counting, sorted(rulings.items())]).encode()).hexdigest()
    if read_meta(con).get("projects") == key:
        return []
    relations = relate_projects(read_contents(con, counting), rulings)
    write_rows(con, relations)
    write_meta(con, projects=key)
    return relations


def write_rows(con: duckdb.DuckDBPyConnection, relations: Sequence[Relation]) -> None:
    """Replaces all that was written of projects, their parts' identities, and their differences."""
    identities = identify_elements(relations)
    replaced = find_replaced(relations)
    fill_table(con, ProjectRelation, (
        (r.content.arrival_id, r.project_id, str(r.role), r.role is not Role.UNCLEAR and r.content.arrival_id not in replaced,
         replaced.get(r.content.arrival_id), r.ruled, r.why)
        for r in relations
    ))  # fmt: skip
    fill_table(con, ElementIdentity, (row for r in relations for row in _list_identities(r.content, identities)))
    fill_table(con, ProjectDifference, (row for r in relations for row in _list_differences(r)))
    fill_table(con, CoreCodeChange, (row for r in relations for row in _list_changes(r, identities)))


def find_unclear(con: duckdb.DuckDBPyConnection) -> list[Problem]:
    """An error for each project that waits for a ruling."""
    rows = con.execute(
        "SELECT a.file_name, r.why, list(DISTINCT o.file_name ORDER BY o.file_name) FROM core.project_relation AS r "
        "JOIN core.arrival AS a USING (arrival_id) LEFT JOIN core.project_difference AS f USING (arrival_id) "
        "LEFT JOIN core.arrival AS o ON o.arrival_id = f.other_id WHERE r.role = 'unclear' GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [Problem(file, None, describe_doubt(file, why, others)) for file, why, others in rows]


def describe_doubt(file: str, why: str, others: Iterable[str]) -> str:
    """What is unclear about a project, and the way out."""
    known = " and ".join(others)
    return (
        f"does not count yet: it may be a newer export of {known}, or a copy beside it ({why}); say which: "
        f"living-review coding import {file} --replaces {next(iter(others), 'FILE')}, or --beside"
    )


def describe_relation(relation: Relation, *, counts: bool = True) -> str:
    """What a delivery is to those before it, and what it brought, in one line; without `counts` nothing of what was coded."""
    if relation.role is Role.FIRST:
        content = relation.content
        if not counts:
            return "a project of its own"
        return f"a project of its own: {counted(len(content.codes), 'code')}, {counted(len(content.codings), 'coding')}"
    names = " and ".join(
        c.old.file_name for c in relation.comparisons if not relation.replaces or c.old.arrival_id in relation.replaces
    )
    verb = {Role.NEWER: "takes the place of", Role.COPY: "counts beside", Role.UNCLEAR: "does not count yet, beside"}[
        relation.role
    ]
    if not counts:
        return f"{verb} {names}"
    return f"{verb} {names} ({relation.why}): {describe_difference(relation.comparisons[0])}"


def describe_difference(comparison: Comparison) -> str:
    """What a delivery has against another one: codes, and codings by coder."""
    codes = _count_codes(comparison)
    parts = [f"codes {_describe_counts(codes)}"]
    for coder, n in comparison.count_by_coder().items():
        counts = (n.get("kept", 0), n.get("moved", 0) + n.get("recoded", 0), n.get("gone", 0), n.get("added", 0))
        parts.append(f"codings of {coder} {_describe_counts(counts)}")
    return "; ".join(parts)


def _describe_counts(counts: tuple[int, int, int, int]) -> str:
    words = zip(("kept", "changed", "gone", "added"), counts, strict=True)
    return ", ".join(f"{n:,} {word}" for word, n in words if n) or "none"


def _count_codes(comparison: Comparison) -> tuple[int, int, int, int]:
    """kept, changed, gone, added."""
    changed = {
        change.code.id for change in infer_changes(comparison)
        if change.kind in ("renamed", "moved") and change.code.id in set(comparison.codes.values())
    }  # fmt: skip
    same = len(comparison.codes)
    return same - len(changed), len(changed), len(comparison.old.codes) - same, len(comparison.new.codes) - same


def _list_differences(relation: Relation) -> Iterator[tuple[object, ...]]:
    for comparison in relation.comparisons:
        other = comparison.old.arrival_id
        start = (relation.content.arrival_id, other, other in relation.replaces)
        yield (*start, "code", None, *_count_codes(comparison))
        for coder, n in comparison.count_by_coder().items():
            changed = n.get("moved", 0) + n.get("recoded", 0)
            yield (*start, "coding", coder, n.get("kept", 0), changed, n.get("gone", 0), n.get("added", 0))


def _list_identities(content: ProjectContent, identities: Identities) -> Iterator[tuple[object, ...]]:
    arrival = content.arrival_id
    for element, ids, known in (
        ("document", [d.id for d in content.documents], identities.documents[arrival]),
        ("code", [c.id for c in content.codes], identities.codes[arrival]),
        ("coder", sorted({c.coder for c in content.codings}), identities.coders[arrival]),
        ("coding", [c.id for c in content.codings], identities.codings[arrival]),
    ):
        for id in ids:
            yield arrival, element, id, known.get(id, id), known.get(id, id)


def _list_changes(relation: Relation, identities: Identities) -> Iterator[tuple[object, ...]]:
    """What was done from the delivery that this one replaces; where it replaces two, from the first."""
    new = relation.content.arrival_id
    if not relation.replaces:
        return
    comparison = relation.comparisons[0]
    old = comparison.old.arrival_id
    for number, change in enumerate(infer_changes(comparison), start=1):
        born = change.kind in ("created", "coded")
        code_id = identities.codes[new if born else old].get(change.code.id, change.code.id)
        into_id = None if change.into is None else identities.codes[new].get(change.into.id, change.into.id)
        yield (
            new, old, number, change.kind, code_id, into_id,
            None if born else change.code.path, change.code.path if born else change.into.path if change.into else None,
            *_describe_coding(change, old if change.kind == "uncoded" else new, identities), change.codings, change.unsure or None, None,
        )  # fmt: skip


def _describe_coding(change: Change, arrival: int, identities: Identities) -> tuple[str | None, str | None, str | None]:
    """The coding's id, its document's, and its coder; none where the change is about a code."""
    coding = change.coding
    if coding is None:
        return None, None, None
    return (
        identities.codings[arrival][coding.id],
        identities.documents[arrival].get(coding.document, coding.document),
        identities.coders[arrival].get(coding.coder, coding.coder),
    )
