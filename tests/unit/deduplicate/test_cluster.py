"""Clusters hold together, depend on the set of edges alone, and give way to what people ruled; networkx is the independent judge."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from random import Random

import networkx
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.deduplicate.cluster import Edge, Pair, cluster

NODES = [f"r{n}" for n in range(8)]
PAIRS = st.sampled_from(list(combinations(NODES, 2)))
COMPUTED = st.lists(st.builds(lambda pair, score: Edge(*pair, score), PAIRS, st.integers(0, 3).map(float)), max_size=14)
RULED = st.lists(PAIRS.map(lambda pair: Edge(*pair, 1e9, ruled=True)), max_size=4)
CLASHES = st.lists(PAIRS, max_size=8)
APART = st.lists(PAIRS, max_size=3)


def groups(of: dict[str, str]) -> set[frozenset[str]]:
    """The clusters as sets of records."""
    members = defaultdict(set)
    for node, home in of.items():
        members[home].add(node)
    return {frozenset(found) for found in members.values()}


def grown(edges: list[Edge], apart: list[Pair], nodes: set[str]) -> tuple[networkx.Graph, list[Edge]]:
    """Adds the edges one by one to a graph, but for those after which a path would join a pair that is to be apart."""
    graph = networkx.Graph()
    graph.add_nodes_from(nodes)
    taken = []
    for edge in edges:
        tried = graph.copy()
        tried.add_edge(edge.a, edge.b)
        if not any(a in tried and b in tried and networkx.has_path(tried, a, b) for a, b in apart):
            graph = tried
            taken.append(edge)
    return graph, taken


def by_networkx(edges: list[Edge], clashes: list[Pair], apart: list[Pair]) -> set[frozenset[str]]:
    """What `cluster` promises, said with graphs: reports by computed edges alone, joined whole by rulings."""
    nodes = {node for edge in edges for node in (edge.a, edge.b)}
    ordered = sorted(edges, key=lambda edge: (-edge.score, edge.a, edge.b))
    _, computed = grown([edge for edge in ordered if not edge.ruled], [*clashes, *apart], nodes)
    graph, _ = grown([*(edge for edge in ordered if edge.ruled), *computed], apart, nodes)
    return {frozenset(found) for found in networkx.connected_components(graph)}


def test_a_chain_does_not_join_records_that_clash() -> None:
    of, refused, _ = cluster([Edge("a", "b", 9.0), Edge("b", "c", 5.0)], [("a", "c")])
    assert of == {"a": "a", "b": "a", "c": "c"}
    assert [(edge.a, edge.b, edge.clash) for edge in refused] == [("b", "c", ("c", "a"))]


def test_the_stronger_edge_wins() -> None:
    assert cluster([Edge("a", "b", 5.0), Edge("b", "c", 9.0)], [("a", "c")]).of == {"a": "a", "b": "b", "c": "b"}


def test_of_equally_strong_edges_the_one_with_lesser_ids_wins() -> None:
    assert cluster([Edge("b", "c", 5.0), Edge("a", "b", 5.0)], [("a", "c")]).of == {"a": "a", "b": "a", "c": "c"}


@settings(max_examples=200)
@given(COMPUTED)
def test_without_clashes_clusters_are_connected_components(edges: list[Edge]) -> None:
    graph = networkx.Graph([(edge.a, edge.b) for edge in edges])
    assert groups(cluster(edges, []).of) == {frozenset(found) for found in networkx.connected_components(graph)}


@settings(max_examples=300)
@given(COMPUTED, RULED, CLASHES, APART)
def test_with_clashes_and_rulings_clusters_are_as_graphs_say(
    computed: list[Edge], ruled: list[Edge], clashes: list[Pair], apart: list[Pair]
) -> None:
    edges = [*computed, *ruled]
    assert groups(cluster(edges, clashes, apart).of) == by_networkx(edges, clashes, apart)


@settings(max_examples=100)
@given(COMPUTED, RULED, CLASHES, APART, st.randoms(use_true_random=False))
def test_order_does_not_matter(
    computed: list[Edge], ruled: list[Edge], clashes: list[Pair], apart: list[Pair], random: Random
) -> None:
    edges = [*computed, *ruled]
    shuffled = [random.sample(list(part), len(part)) for part in (edges, clashes, apart)]
    assert cluster(*shuffled) == cluster(edges, clashes, apart)


@settings(max_examples=200)
@given(COMPUTED, CLASHES)
def test_no_cluster_holds_a_clash_and_every_edge_is_kept_or_refused(edges: list[Edge], clashes: list[Pair]) -> None:
    of, refused, overruled = cluster(edges, clashes)
    assert all(of[a] != of[b] for a, b in clashes if a in of and b in of)
    assert overruled == []
    assert {(e.a, e.b) for e in edges if of[e.a] != of[e.b]} == {(r.a, r.b) for r in refused}


@settings(max_examples=200)
@given(COMPUTED, RULED, CLASHES)
def test_a_ruling_joins_the_two_reports_whole(computed: list[Edge], ruled: list[Edge], clashes: list[Pair]) -> None:
    before = cluster(computed, clashes).of
    of, _, overruled = cluster([*computed, *ruled], clashes)
    assert all(of[edge.a] == of[edge.b] for edge in ruled)
    assert all(of[a] == of[b] for a in before for b in before if before[a] == before[b])
    assert set(overruled) == {(a, b) for a, b in clashes if a in of and b in of and of[a] == of[b]}


def test_what_was_certain_stays_together_when_a_ruling_joins_it_with_what_it_clashes_with() -> None:
    certain = [Edge("a1", "a2", 9.0), Edge("b1", "b2", 9.0)]
    of, refused, overruled = cluster([*certain, Edge("a1", "b1", 1e9, ruled=True)], [("a2", "b1"), ("a2", "b2")])
    assert set(of.values()) == {"a1"}
    assert refused == []
    assert overruled == [("a2", "b1"), ("a2", "b2")]


def test_a_ruling_gives_way_to_a_ruling_alone() -> None:
    ruled = [Edge("a", "b", 1e9, ruled=True), Edge("b", "c", 1e9, ruled=True)]
    of, refused, _ = cluster(ruled, [], [("a", "c")])
    assert of["a"] != of["c"]
    assert len(refused) == 1


def test_where_rulings_part_a_computed_report_the_computed_edge_gives_way() -> None:
    of, refused, _ = cluster([Edge("a", "a2", 9.0), Edge("a", "b", 1e9, ruled=True)], [], [("a2", "b")])
    assert of == {"a": "a", "b": "a", "a2": "a2"}
    assert [(edge.a, edge.b) for edge in refused] == [("a", "a2")]


def test_records_that_more_than_one_edge_ties_stay_together_where_rulings_part_them_from_a_third() -> None:
    """b is ruled to be x, which a and c are ruled not to be: what ties a and c with each other holds, though b tied them first."""
    computed = [Edge("a", "b", 9.0), Edge("b", "c", 8.0), Edge("a", "c", 7.0)]
    of, _, _ = cluster([*computed, Edge("b", "x", 1e9, ruled=True)], [], [("a", "x"), ("c", "x")])
    assert of == {"a": "a", "c": "a", "b": "b", "x": "b"}
