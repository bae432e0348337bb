"""Clusters that hold together: no chain of pairs joins two records that must not be one report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


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


def cluster(edges: Iterable[Edge], clashes: Iterable[tuple[str, str]]) -> tuple[dict[str, str], list[Refused]]:
    """The cluster (its least record's id) of each record of the edges, and the edges that were refused.

    Edges are taken strongest first, and by their ids where they are equally strong, so that the outcome depends on the
    set of edges alone: complete-link constraints on single-link clustering (Klein et al. 2002, constrained clustering).
    """
    ordered = sorted(edges, key=lambda edge: (-edge.score, edge.a, edge.b))
    members = {node: [node] for edge in ordered for node in (edge.a, edge.b)}
    home = {node: node for node in members}
    against: dict[str, set[str]] = {}
    for a, b in clashes:
        against.setdefault(a, set()).add(b)
        against.setdefault(b, set()).add(a)
    refused = []
    for edge in ordered:
        one, other = sorted((home[edge.a], home[edge.b]), key=lambda root: (len(members[root]), root))
        if one == other:
            continue
        joined = set(members[other])
        clash = next(((x, y) for x in sorted(members[one]) for y in sorted(against.get(x, set()) & joined)), None)
        if clash:
            refused.append(Refused(edge.a, edge.b, clash))
            continue
        for node in members[one]:
            home[node] = other
        members[other] += members.pop(one)
    least = {root: min(nodes) for root, nodes in members.items()}
    return {node: least[root] for node, root in home.items()}, refused
