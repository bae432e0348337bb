"""Clusters hold together, and depend on the set of edges alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tasks.deduplicate.cluster import RULED, Edge, cluster

NODES = [f"r{n}" for n in range(8)]
EDGES = st.lists(st.builds(Edge, st.sampled_from(NODES), st.sampled_from(NODES), st.floats(0, 9)), max_size=20)
CLASHES = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=8)


def test_a_chain_does_not_join_records_that_clash() -> None:
    homes, refused = cluster([Edge("a", "b", 9.0), Edge("b", "c", 5.0)], [("a", "c")])
    assert homes == {"a": "a", "b": "a", "c": "c"}
    assert [(edge.a, edge.b, edge.clash) for edge in refused] == [("b", "c", ("c", "a"))]


def test_the_stronger_edge_wins() -> None:
    homes, _ = cluster([Edge("a", "b", 5.0), Edge("b", "c", 9.0)], [("a", "c")])
    assert homes == {"a": "a", "b": "b", "c": "b"}


@given(EDGES, CLASHES, st.randoms())
def test_order_does_not_matter_and_no_cluster_holds_a_clash(
    edges: list[Edge], clashes: list[tuple[str, str]], random
) -> None:
    edges = [edge for edge in edges if edge.a < edge.b]
    clashes = [(a, b) for a, b in clashes if a != b]
    homes, refused = cluster(edges, clashes)
    shuffled = random.sample(edges, len(edges))
    assert cluster(shuffled, random.sample(clashes, len(clashes))) == (homes, refused)
    assert all(homes[a] != homes[b] for a, b in clashes if a in homes and b in homes)
    assert all(homes[e.a] == homes[e.b] or any((r.a, r.b) == (e.a, e.b) for r in refused) for e in edges)


def test_what_somebody_ruled_gives_way_to_rulings_alone():
    said = [Edge("a", "b", RULED), Edge("b", "c", RULED)]
    homes, refused = cluster(said, [("a", "c")])
    assert (set(homes.values()), refused) == ({"a"}, [])
    homes, refused = cluster(said, [], [("a", "c")])
    assert homes["a"] != homes["c"]
    assert len(refused) == 1
