"""Cover: of the reports that are included, which share each source found, which share it or a set of sources found alone, and the
cheapest set of sources that would have found them all. Intervals are exact (Clopper-Pearson, 95%)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import duckdb

from schemas.cover import BaseSourceCover, BaseSourceSet, BaseSourceSetCover
from tasks.screen.estimate import exact_interval
from warehouse.write import fill_table

_FOUND = Path(__file__).with_name("found_by_sets.sql").read_text(encoding="utf-8")
_STORED = "SELECT sources, reports, included FROM core.source_set_cover ORDER BY ALL"
MOST_TRIED = 16
"""Sources of which every combination is tried; of more, the set is built step by step, and may not be the cheapest."""


@dataclass(frozen=True)
class FoundBySet:
    """The reports that exactly these sources found, and how many of them are included."""

    sources: frozenset[str]
    reports: int
    included: int


@dataclass(frozen=True)
class CheapestSet:
    """Sources that together found every included report, with the fewest reports to screen; `tried_all`: of all such sets."""

    sources: tuple[str, ...]
    reports: int
    tried_all: bool


def measure_cover(con: duckdb.DuckDBPyConnection) -> None:
    """Fills the tables of the cover anew, where what the sources found is another than when they were filled."""
    rows = con.execute(_FOUND).fetchall()
    if rows == con.execute(_STORED).fetchall():
        return
    found = [FoundBySet(frozenset(sources), reports, included) for sources, reports, included in rows]
    included = sum(one.included for one in found)
    fill_table(con, BaseSourceSetCover, _cover_of_sets(found, included))
    fill_table(con, BaseSourceCover, _cover_of_sources(found, included))
    cheapest = find_cheapest_set(found)
    everything = sum(one.reports for one in found)
    row = (
        ()
        if cheapest is None
        else ((list(cheapest.sources), cheapest.reports, everything, included, cheapest.tried_all),)
    )
    fill_table(con, BaseSourceSet, row)


def find_cheapest_set(found: Sequence[FoundBySet]) -> CheapestSet | None:
    """The sources that would have found every included report with the fewest reports to screen; then the fewest sources, then
    by name. None where nothing is included."""
    needed = [one.sources for one in found if one.included]
    if not needed:
        return None
    sure = frozenset().union(*(sources for sources in needed if len(sources) == 1))
    open_sets = [sources for sources in needed if not sources & sure]
    others = sorted(frozenset().union(*open_sets)) if open_sets else []
    if len(others) > MOST_TRIED:
        chosen = _build_set(open_sets, sure, found)
        return CheapestSet(tuple(sorted(chosen)), _cost(found, chosen), tried_all=False)
    candidates = (
        sure | set(more)
        for n in range(len(others) + 1)
        for more in combinations(others, n)
        if all(sources & set(more) for sources in open_sets)
    )
    best = min(candidates, key=lambda chosen: (_cost(found, chosen), len(chosen), sorted(chosen)))
    return CheapestSet(tuple(sorted(best)), _cost(found, best), tried_all=True)


def _build_set(
    open_sets: Iterable[frozenset[str]], sure: frozenset[str], found: Sequence[FoundBySet]
) -> frozenset[str]:
    """Sources added one by one: each time the one with the fewest reports to screen for each included one that it adds."""
    chosen, left = sure, list(open_sets)
    while left:
        names = sorted(frozenset().union(*left))
        before = _cost(found, chosen)
        best = min(names, key=lambda name: (_cost(found, chosen | {name}) - before) / sum(name in one for one in left))
        chosen |= {best}
        left = [one for one in left if best not in one]
    return chosen


def _cost(found: Sequence[FoundBySet], chosen: frozenset[str]) -> int:
    return sum(one.reports for one in found if one.sources & chosen)


def _cover_of_sets(found: Sequence[FoundBySet], included: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for one in found:
        within = sum(other.included for other in found if other.sources <= one.sources)
        rows.append((sorted(one.sources), one.reports, one.included, within, *_share(within, included)))
    return rows


def _cover_of_sources(found: Sequence[FoundBySet], included: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for source in sorted(frozenset().union(*(one.sources for one in found))) if found else ():
        by_it = sum(one.included for one in found if source in one.sources)
        alone = sum(one.included for one in found if one.sources == {source})
        rows.append((source, included, by_it, *_share(by_it, included), alone, *_share(alone, included)))
    return rows


def _share(hits: int, n: int) -> tuple[float | None, float | None, float | None]:
    """A share and its interval; nothing where there is nothing to share."""
    return (hits / n, *exact_interval(hits, n)) if n else (None, None, None)
