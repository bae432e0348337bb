"""Infer what analysts did between two exports of a project: to codes, and to single codings.

Somebody who stays in NVivo emits no events; what was done shows in what differs. Of a code: created, renamed (the same id,
or all of its spans), moved (under another code), merged (gone, its spans under another), split (some or all of its spans
under codes that are new), retired (gone with its spans). Of a coding: coded, uncoded, recoded (another code on the same
span), span_moved. What could have happened otherwise too is marked as unsure, with the reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tasks.synthesise.compare_projects import Comparison
from tasks.synthesise.project_content import HeldCode, HeldCoding


@dataclass(frozen=True)
class Change:
    """One change. `code`: what it is about, by its id in the old file, or (created, coded) in the new one; `into`: the code,
    by its id in the new file, that its spans are under now; `codings`: how many it concerns."""

    kind: str
    code: HeldCode
    into: HeldCode | None = None
    coding: HeldCoding | None = None
    codings: int = 0
    unsure: str = ""


def infer_changes(comparison: Comparison) -> list[Change]:
    """What was done between the two deliveries, codes first, in the order of the codebooks."""
    return [*_changes_of_codes(comparison), *_changes_of_codings(comparison)]


def _changes_of_codes(comparison: Comparison) -> Iterator[Change]:
    old_codes = {code.id: code for code in comparison.old.codes}
    for code in comparison.new.codes:
        if code.id in comparison.codes:
            yield from _changes_of_kept_code(comparison, old_codes[comparison.codes[code.id]], code)
    went = _follow_codings(comparison)
    explained: set[str] = set()
    for code in comparison.old.codes:
        into = went.get(code.id, Counter())
        explained |= into.keys()
        if code.id in comparison.codes.values():
            yield from _list_splits(code, into, comparison)
        else:
            yield from _changes_of_gone_code(code, into, went, comparison)
    for code in comparison.new.codes:
        if code.id not in comparison.codes and code.id not in explained:
            yield Change("created", code)


def _changes_of_kept_code(comparison: Comparison, old: HeldCode, new: HeldCode) -> Iterator[Change]:
    by_spans = "it has another id and another path, but all of its spans"
    unsure = by_spans if old.guid != new.guid and old.path != new.path else ""
    if old.name != new.name:
        yield Change("renamed", old, new, unsure=unsure)
    parent = None if new.parent is None else comparison.codes.get(new.parent, "a new one")
    if parent != old.parent:
        yield Change("moved", old, new, unsure=unsure)


def _list_splits(old: HeldCode, into: Counter[str], comparison: Comparison) -> Iterator[Change]:
    """A code that stays, and the new codes that some of its spans are under now."""
    for code in comparison.new.codes:
        if into[code.id] and code.id not in comparison.codes:
            yield Change("split", old, code, codings=into[code.id])


def _changes_of_gone_code(
    old: HeldCode, into: Counter[str], went: dict[str, Counter[str]], comparison: Comparison
) -> Iterator[Change]:
    total = sum(1 for coding in comparison.old.codings if coding.code == old.id)
    gone = total - sum(into.values())
    lost = f"{gone} of its {total} codings are gone" if gone else ""
    targets = [code for code in comparison.new.codes if into[code.id]]
    if not targets:
        yield Change("retired", old, codings=gone)
    elif len(targets) > 1:
        for code in targets:
            yield Change("split", old, code, codings=into[code.id], unsure=lost)
    elif targets[0].id in comparison.codes or any(targets[0].id in went[code] for code in went if code != old.id):
        yield Change("merged", old, targets[0], codings=into[targets[0].id], unsure=lost)
    else:
        why = lost or "it has another id; it may be a new code that took over its codings"
        yield Change("renamed", old, targets[0], codings=into[targets[0].id], unsure=why)


def _follow_codings(comparison: Comparison) -> dict[str, Counter[str]]:
    """Code of the old file → codes of the new file that its spans are under instead, with how many."""
    went: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in comparison.codings.recoded:
        went[pair.old.code][pair.new.code] += 1
    return went


def _changes_of_codings(comparison: Comparison) -> Iterator[Change]:
    old_codes = {code.id: code for code in comparison.old.codes}
    new_codes = {code.id: code for code in comparison.new.codes}
    for pair in comparison.codings.moved:
        yield Change("span_moved", old_codes[pair.old.code], new_codes[pair.new.code], pair.new, 1)
    for pair in comparison.codings.recoded:
        yield Change("recoded", old_codes[pair.old.code], new_codes[pair.new.code], pair.new, 1)
    for coding in comparison.codings.gone:
        yield Change("uncoded", old_codes[coding.code], None, coding, 1)
    for coding in comparison.codings.added:
        yield Change("coded", new_codes[coding.code], new_codes[coding.code], coding, 1)
