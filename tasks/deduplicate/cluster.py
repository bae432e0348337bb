"""Clusters that hold together: no chain of pairs joins two records that must not be one report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

#: The score of an edge that somebody ruled (edges.sql).
RULED = 1e9


class Edge(NamedTuple):
    """Two records that are one report, as far as their pair goes."""

    a: str
    b: str
    score: float


class Refused(NamedTuple):
    """An edge that would have joined records that clash, and the first two of these."""

    a: str
    b: str
    clash: tuple[str, str]


def cluster(
    edges: Iterable[Edge], clashes: Iterable[tuple[str, str]], kept_apart: Iterable[tuple[str, str]] = ()
) -> tuple[dict[str, str], list[Refused]]:
    """The cluster (its least record's id) of each record of the edges, and the edges that were refused.

    Edges are taken strongest first, and by their ids where they are equally strong, so that the outcome depends on the
    set of edges alone: complete-link constraints on single-link clustering (Klein et al. 2002, constrained clustering).

    `kept_apart` are the clashes that somebody ruled. An edge that somebody ruled gives way to those alone: who says that
    a is b and that b is c has said that a is c, whatever was computed of the two.
    """
    ordered = sorted(edges, key=lambda edge: (-edge.score, edge.a, edge.b))
    members = {node: [node] for edge in ordered for node in (edge.a, edge.b)}
    home = {node: node for node in members}
    by_ruling = _both_ways(kept_apart)
    by_any = _both_ways((*clashes, *kept_apart))
    refused = []
    for edge in ordered:
        one, other = sorted((home[edge.a], home[edge.b]), key=lambda root: (len(members[root]), root))
        if one == other:
            continue
        joined = set(members[other])
        against = by_ruling if edge.score >= RULED else by_any
        clash = next(((x, y) for x in sorted(members[one]) for y in sorted(against.get(x, set()) & joined)), None)
        if clash:
            refused.append(Refused(edge.a, edge.b, clash))
            continue
        for node in members[one]:
            home[node] = other
        members[other] += members.pop(one)
    least = {root: min(nodes) for root, nodes in members.items()}
    return {node: least[root] for node, root in home.items()}, refused


def _both_ways(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    against: dict[str, set[str]] = {}
    for a, b in pairs:
        against.setdefault(a, set()).add(b)
        against.setdefault(b, set()).add(a)
    return against
