"""From pairs to reports: what ties records and what keeps them apart, worked out anew with sets and networkx from the pairs alone."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import networkx
import pytest

from tasks.deduplicate import standalone
from tasks.deduplicate.cluster import Edge, Pair, cluster
from tasks.deduplicate.run import deduplicate
from tasks.deduplicate.tables import FIELDS
from tasks.deduplicate.weights import CLASH, HERE

#: Pairs that share title, authors and journal, and of which many are no pair: their components are large and full of clashes.
TRAPS = tomllib.loads(Path(__file__).with_name("pairs.toml").read_text(encoding="utf-8"))
#: Like no other.
ALONE = {"title": "Ferries of the northern lakes and who keeps them", "author": "Testperson, T", "year": "2011"}
Ruling = tuple[str, str, str]


def put(con: duckdb.DuckDBPyConnection, records: list[dict[str, Any]]) -> None:
    rows = [[record.get(field) or None for field in FIELDS] for record in records]
    con.executemany(f"INSERT INTO dedupe_input VALUES ({', '.join('?' * len(FIELDS))})", rows)


def rule(con: duckdb.DuckDBPyConnection, rulings: list[Ruling]) -> None:
    con.execute("CREATE OR REPLACE TABLE said (id_a VARCHAR, id_b VARCHAR, verdict VARCHAR)")
    if rulings:
        con.executemany("INSERT INTO said VALUES (?, ?, ?)", rulings)
    deduplicate(con, rulings="said")


class Expected:
    """Edges, components, clashes and clusters, from the records, the pairs that were kept, and the rulings."""

    def __init__(self, con: duckdb.DuckDBPyConnection, rulings: list[Ruling]) -> None:
        features = con.execute("SELECT id, title, content FROM dedupe.feature").fetchall()
        ids = {record for record, _, _ in features}
        said = {(min(a, b), max(a, b)): verdict for a, b, verdict in rulings if {a, b} <= ids}
        self.same = {pair for pair, verdict in said.items() if verdict == "same"}
        self.apart = {pair for pair, verdict in said.items() if verdict == "distinct"}
        self.edges = self._edges(con, features)
        graph = networkx.Graph([pair for pair, _ in self.edges])
        self.components = {min(nodes): sorted(nodes) for nodes in networkx.connected_components(graph)}
        self.compared = self._compared({record: content for record, _, content in features})
        agreeing = self._agreeing(con)
        self.clashes = {pair for pair in self.compared if pair not in agreeing | self.same}
        self.of = {record: record for record in ids}
        for label, nodes in self.components.items():
            self.of |= cluster(*self.of_component(label)).of if self.is_disputed(label) else dict.fromkeys(nodes, label)

    def _edges(
        self, con: duckdb.DuckDBPyConnection, features: list[tuple[str, str, str]]
    ) -> dict[tuple[Pair, bool], float]:
        """A pair and whether it was ruled → its score. Equal records are tied to the first of them, those without a title never."""
        found: dict[tuple[Pair, bool], float] = {}
        for a, b, score in con.execute("SELECT id_a, id_b, score FROM dedupe.pair WHERE outcome = 'same'").fetchall():
            found[(a, b), False] = score
        equal = defaultdict(list)
        for record, title, content in features:
            if title:
                equal[content].append(record)
        for first, *others in map(sorted, equal.values()):
            for other in others:
                found[(first, other), False] = max(1e6, found.get(((first, other), False), 0))
        found |= {(pair, True): 1e9 for pair in self.same}
        return {(pair, ruled): score for (pair, ruled), score in found.items() if pair not in self.apart}

    def _compared(self, content: dict[str, str]) -> set[Pair]:
        """Every two records of a component of three and more, but for those that are equal or tied already."""
        return {
            (a, b)
            for nodes in self.components.values()
            if len(nodes) >= 3
            for a, b in combinations(nodes, 2)
            if content[a] != content[b] and not self.edges.keys() & {((a, b), False), ((a, b), True)}
        }

    def _agreeing(self, con: duckdb.DuckDBPyConnection) -> set[Pair]:
        """Of the compared pairs, those that do not clash, by the rules of decide.sql."""
        con.execute(f"SET VARIABLE dedupe_floor = {CLASH}")
        con.execute("CREATE OR REPLACE TEMP TABLE dedupe_batch (id_a VARCHAR, id_b VARCHAR)")
        con.executemany("INSERT INTO dedupe_batch VALUES (?, ?)", sorted(self.compared))
        for name in ("compare", "decide"):
            con.execute((HERE / f"{name}.sql").read_text(encoding="utf-8"))
        return set(con.execute("SELECT id_a, id_b FROM dedupe_decided WHERE NOT clashes").fetchall())

    def of_component(self, label: str) -> tuple[list[Edge], list[Pair], list[Pair]]:
        """Its edges, the clashes that were computed, and those that were ruled."""
        nodes = set(self.components[label])
        edges = [Edge(*pair, score, ruled) for (pair, ruled), score in self.edges.items() if pair[0] in nodes]
        return edges, *(sorted(pair for pair in pairs if set(pair) <= nodes) for pairs in (self.clashes, self.apart))

    def is_disputed(self, label: str) -> bool:
        _, clashes, kept_apart = self.of_component(label)
        return bool(clashes or kept_apart)


@pytest.fixture(scope="module")
def resolved() -> tuple[duckdb.DuckDBPyConnection, list[Ruling]]:
    """A hundred records that meet in many ways, with equal ones among them, and rulings for and against what was computed."""
    con = standalone.connect()
    records = [
        TRAPS["base"] | pair.get(side, {}) | {"id": f"{n:03}{side}"}
        for n, pair in enumerate(TRAPS["pair"][:50])
        for side in "ab"
    ]
    records += [record | {"id": f"x{record['id']}"} for record in records[:12]]
    records += [record | {"id": f"w{record['id']}"} for record in records[:4]]
    untitled = {"author": "Testperson, T", "year": "2011", "journal": "Ferries"}
    records += [untitled | {"id": "u1"}, untitled | {"id": "u2"}]
    records += [ALONE | {"id": "z1"}, ALONE | {"id": "z2"}]
    lamps = ALONE | {"title": "Lamps of the harbour towns and how they were lit"}
    records += [lamps | {"id": "y1"}, lamps | {"id": "y2", "journal": "Harbours"}]
    titles = ("Quays of the southern rivers", "Bells and the towers they hung in", "What millers knew of wind")
    records += [ALONE | {"title": title, "id": f"q{n}"} for n, title in enumerate(titles, start=1)]
    put(con, records)
    rule(con, [])
    pairs = con.execute("SELECT id_a, id_b FROM dedupe.pair WHERE outcome = 'same' ORDER BY ALL").fetchall()
    draw = Random(3)
    rulings = [(a, b, "distinct") for a, b in draw.sample(pairs, 6)]
    rulings += [(*draw.sample([record["id"] for record in records[:100]], 2), "same") for _ in range(4)]
    rulings += [
        ("000a", "x000a", "distinct"),
        ("y1", "z1", "distinct"),
    ]  # the latter of two components, which it does not concern
    rulings += [("u1", "y1", "same")]  # with y2 a component of three
    rulings += [("q1", "q2", "same"), ("q2", "q3", "same"), ("q1", "q3", "distinct")]  # a second component with a clash
    con.execute("DELETE FROM dedupe.basis")
    rule(con, rulings)
    return con, rulings


@pytest.fixture(scope="module")
def expected(resolved: tuple[duckdb.DuckDBPyConnection, list[Ruling]]) -> Expected:
    con, rulings = resolved
    expected = Expected(con, rulings)
    assert sum(map(expected.is_disputed, expected.components)) >= 2
    assert any(not expected.is_disputed(label) for label in expected.components)
    assert expected.clashes
    assert expected.apart
    return expected


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


def test_edges(resolved, expected: Expected) -> None:
    found = rows(resolved[0], "SELECT id_a, id_b, ruled, score FROM dedupe_edge ORDER BY ALL")
    assert found == sorted((*pair, ruled, score) for (pair, ruled), score in expected.edges.items())


def test_components_and_the_pairs_in_them_that_are_compared(resolved, expected: Expected) -> None:
    components = rows(resolved[0], "SELECT id, label FROM dedupe_component ORDER BY ALL")
    assert components == sorted((node, label) for label, nodes in expected.components.items() for node in nodes)
    compared = rows(resolved[0], "SELECT id_a, id_b FROM dedupe_comparison ORDER BY ALL")
    assert compared == sorted(expected.compared)


def test_components_with_a_clash_in_the_order_of_their_labels(resolved, expected: Expected) -> None:
    found = rows(resolved[0], (HERE / "disputed.sql").read_text(encoding="utf-8"))
    assert [label for label, *_ in found] == [
        label for label in sorted(expected.components) if expected.is_disputed(label)
    ]
    for label, edges, *pairs in found:
        clashes, kept_apart = ([(pair["a"], pair["b"]) for pair in some] for some in pairs)
        of_component = expected.of_component(label)
        assert sorted(Edge(**edge) for edge in edges) == sorted(of_component[0])
        assert (sorted(clashes), sorted(kept_apart)) == of_component[1:]


def test_clusters(resolved, expected: Expected) -> None:
    found = dict(rows(resolved[0], "SELECT id, cluster FROM dedupe.cluster"))
    assert found == expected.of
    assert found["u1"] != found["u2"], "of records without a title nothing is known"
    assert found["z2"] == "z1"


def test_an_update_works_out_what_it_touches_and_nothing_else(resolved, expected: Expected) -> None:
    con, rulings = resolved
    con.execute("BEGIN")
    try:
        put(con, [ALONE | {"id": "z3"}])
        rule(con, rulings)
        assert rows(con, "SELECT id, label FROM dedupe_component ORDER BY ALL") == [
            (z, "z1") for z in ("z1", "z2", "z3")
        ]
        assert dict(rows(con, "SELECT id, cluster FROM dedupe.cluster")) == expected.of | {"z3": "z1"}
    finally:
        con.execute("ROLLBACK")
