"""Clusters that hold together: no chain of pairs joins two records that must not be one report, unless a person said so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

Pair = tuple[str, str]


class Edge(NamedTuple):
    """Two records that are one report, as far as their pair goes; `ruled`: somebody said so."""

    a: str
    b: str
    score: float
    ruled: bool = False


class Refused(NamedTuple):
    """An edge that would have joined two records that clash, and these two."""

    a: str
    b: str
    clash: Pair


class Clusters(NamedTuple):
    """The cluster (its least record's id) of each record; the edges that were refused; the clashes that gave way to rulings."""

    of: dict[str, str]
    refused: list[Refused]
    overruled: list[Pair]


def cluster(edges: Iterable[Edge], clashes: Iterable[Pair], kept_apart: Iterable[Pair] = ()) -> Clusters:
    """The clusters of the records of the edges.

    `clashes` are pairs that were computed to be distinct, `kept_apart` those that somebody ruled to be.

    First the computed edges alone make reports: strongest first, and by their ids where they are equally strong, so that the
    outcome depends on the set of edges alone (complete-link constraints on single-link clustering: Klein et al. 2002). None
    joins records that clash in either way. Then what somebody ruled to be the same joins these reports whole: who says that a
    is b says it of their reports, and what was computed against it gives way (`overruled`). Only a ruling stands against a ruling;
    there, too, a computed edge gives way before a ruled one.
    """
    ordered = sorted(edges, key=lambda edge: (-edge.score, edge.a, edge.b))
    ruled = [edge for edge in ordered if edge.ruled]
    clashes, kept_apart = [*clashes], [*kept_apart]
    computed = _Joining([*clashes, *kept_apart])
    accepted = [edge for edge in ordered if not edge.ruled and computed.join(edge)]
    final = _Joining(kept_apart)
    for edge in [*ruled, *accepted]:
        final.join(edge)
    least = {root: min(nodes) for root, nodes in final.members.items()}
    of = {node: least[root] for node, root in final.home.items()}
    for edge in ordered:  # records whose only edges were refused stand alone
        of.setdefault(edge.a, edge.a)
        of.setdefault(edge.b, edge.b)
    refused = [found for found in [*computed.refused, *final.refused] if of[found.a] != of[found.b]]
    overruled = sorted({(min(pair), max(pair)) for pair in clashes if pair[0] in of and of[pair[0]] == of.get(pair[1])})
    return Clusters(of, refused, overruled)


class _Joining:
    """Groups of records that grow by edges, and the pairs that no group may hold."""

    def __init__(self, apart: Iterable[Pair]) -> None:
        self.home: dict[str, str] = {}
        self.members: dict[str, list[str]] = {}
        self.refused: list[Refused] = []
        self._apart: dict[str, set[str]] = {}
        for a, b in apart:
            self._apart.setdefault(a, set()).add(b)
            self._apart.setdefault(b, set()).add(a)

    def join(self, edge: Edge) -> bool:
        """Joins the groups of the edge's records, and says whether they are one group now; if not, the edge is `refused`."""
        small, large = sorted(
            (self._root(edge.a), self._root(edge.b)), key=lambda root: (len(self.members[root]), root)
        )
        if small == large:
            return True
        others = set(self.members[large])
        clash = next(
            ((x, y) for x in sorted(self.members[small]) for y in sorted(self._apart.get(x, set()) & others)), None
        )
        if clash:
            self.refused.append(Refused(edge.a, edge.b, clash))
            return False
        for node in self.members[small]:
            self.home[node] = large
        self.members[large] += self.members.pop(small)
        return True

    def _root(self, node: str) -> str:
        if node not in self.home:
            self.home[node] = node
            self.members[node] = [node]
        return self.home[node]
