"""Deduplication: which records are one report. Index what is new, compare it with everything, resolve clusters.

Works on a DuckDB connection that has the tables of warehouse/tables/0002_dedupe.sql and a table or view `dedupe_input` (id, source,
author, title, year, journal, volume, number, pages, abstract, doi, isbn, pmid, accession, type, language; all text, any of them null).
The outcome is a function of the set of records, the rulings and the policy: neither the order nor the batches in which
records came matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from tasks.deduplicate.cluster import Edge, Pair, cluster
from tasks.deduplicate.policy import Policy
from tasks.deduplicate.weights import CLASH, HERE, REVIEW, fingerprint, prepare

#: The pairs that are compared at once: bounds memory, whatever the size of the set.
PAIRS_AT_ONCE = 250_000
#: Below this number, new records are taken out of all records once.
FEW = 20_000


@dataclass(frozen=True)
class Summary:
    """What a run did. Counts of records, except `compared` (pairs) and `overfull` (keys)."""

    records: int
    indexed: int
    removed: int
    compared: int
    reports: int
    for_review: int
    overfull: int
    left_out: int
    """Pairs that only over-full keys would have compared, at most."""


def deduplicate(
    con: duckdb.DuckDBPyConnection,
    policy: Policy | None = None,
    rulings: str | None = None,
    *,
    least_score: float | None = None,
) -> Summary:
    """Brings index, pairs and clusters up to date with `dedupe_input`, the rulings and the policy.

    `rulings` names a relation (id_a, id_b, verdict: same or distinct) of what people said; at most one row a pair. `least_score`
    is the score from which a pair is the same report, where it is not the policy's bound on false merges that says so
    (to measure which bounds hold).
    A run that dies half-way leaves no basis behind, and the next one makes everything anew: one transaction around it all
    would hold every intermediate table in memory to its end.
    """
    policy = policy or Policy()
    least_score = policy.least_score if least_score is None else least_score
    basis = f"{fingerprint()} {policy.merged} {least_score}"
    prepare(con, policy.merged, least_score)
    if con.execute("SELECT fingerprint FROM dedupe.basis").fetchall() != [(basis,)]:
        for table in ("feature", "block", "overfull", "pair", "refused", "overruled", "ruling", "cluster"):
            con.execute(f"DELETE FROM dedupe.{table}")  # noqa: S608
    con.execute("DELETE FROM dedupe.basis")
    indexed, removed = index(con)
    compared = compare(con)
    resolve(con, rulings)
    con.execute("INSERT INTO dedupe.basis VALUES (?)", [basis])
    return _summary(con, indexed, removed, compared)


def index(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Features and keys of what is new or changed; forgets what is gone. Returns the numbers of both."""
    _run(con, "todo")
    (new,) = _one(con, "SELECT count(*) FROM dedupe_new")
    (gone,) = _one(con, "SELECT count(*) FROM dedupe_gone")
    _run(con, "forget")
    if new:
        _run(con, "incoming_few" if new < FEW else "incoming_many")
        _run(con, "features")
    _run(con, "blocks")
    _run(con, "overfull")
    if _one(con, "SELECT count(*) FROM dedupe_closed") > (0,):
        _run(con, "unsupported")
    return new, gone


def compare(con: duckdb.DuckDBPyConnection) -> int:
    """Compares what is new with all that shares a key with it. Returns the number of pairs."""
    _run(con, "candidates")
    _run(con, "plausible")
    _run(con, "keep")
    for _ in decide(con, REVIEW):
        con.execute(
            "INSERT INTO dedupe.pair BY NAME SELECT * EXCLUDE (clashes) FROM dedupe_decided"
            " WHERE score >= getvariable('dedupe_review') OR relation IS NOT NULL OR outcome = 'same'"
        )
    (pairs,) = _one(con, "SELECT count(*) FROM dedupe_candidate")
    return pairs


def decide(con: duckdb.DuckDBPyConnection, floor: float) -> Iterator[int]:
    """Works through `dedupe_comparison` in batches; after each step, `dedupe_decided` holds those of one batch that score `floor`
    or more, or may be related. Yields the batch's size.
    """
    con.execute(f"SET VARIABLE dedupe_floor = {floor}")
    (pairs,) = _one(con, "SELECT count(*) FROM dedupe_comparison")
    for start in range(0, pairs, PAIRS_AT_ONCE):
        con.execute(
            "CREATE OR REPLACE TEMP TABLE dedupe_batch AS SELECT id_a, id_b FROM dedupe_comparison WHERE n > ? AND n <= ?",
            [start, start + PAIRS_AT_ONCE],
        )
        _run(con, "compare")
        _run(con, "decide")
        yield min(PAIRS_AT_ONCE, pairs - start)


def resolve(con: duckdb.DuckDBPyConnection, rulings: str | None = None) -> None:
    """Clusters, of the components that anything touched: consistent, with every ruling kept."""
    con.execute("CREATE OR REPLACE TEMP TABLE dedupe_said (id_a VARCHAR, id_b VARCHAR, verdict VARCHAR)")
    if rulings:
        con.execute(f"INSERT INTO dedupe_said SELECT id_a, id_b, verdict FROM {rulings}")  # noqa: S608
    _run(con, "rulings")
    _run(con, "edges")
    reached = 1
    while reached:
        _run(con, "reach")
        (reached,) = _one(con, "SELECT count(*) FROM dedupe_reached")
    _run(con, "near")
    changed = 1
    while changed:
        _run(con, "spread")
        (changed,) = _one(
            con, "SELECT count(*) FROM dedupe_step AS s JOIN dedupe_label AS l USING (id) WHERE s.label <> l.label"
        )
        con.execute("CREATE OR REPLACE TEMP TABLE dedupe_label AS FROM dedupe_step")
    _run(con, "components")
    for _ in decide(con, CLASH):
        con.execute("INSERT INTO dedupe_agreeing SELECT id_a, id_b FROM dedupe_decided WHERE NOT clashes")
    _run(con, "clashes")
    _run(con, "settle")
    for label, edges, *clashes in con.execute(_sql("disputed")).fetchall():
        computed, kept_apart = ([(c["a"], c["b"]) for c in pairs] for pairs in clashes)
        _settle_component(con, label, [Edge(**edge) for edge in edges], computed, kept_apart)


def _settle_component(
    con: duckdb.DuckDBPyConnection, label: str, edges: list[Edge], clashes: list[Pair], kept_apart: list[Pair]
) -> None:
    """Splits a component (its records' cluster is its `label`, so far) where records in it clash, and notes what gave way to what."""
    found = cluster(edges, clashes, kept_apart)
    apart = [(home, node) for node, home in found.of.items() if home != label]
    if apart:
        con.executemany("UPDATE dedupe.cluster SET cluster = ? WHERE id = ?", apart)
    refused = {
        (r.a, r.b): f"would join {r.clash[0]} and {r.clash[1]}, which are distinct" for r in reversed(found.refused)
    }
    overruled = {}
    for a, b in found.overruled:
        rulings = sorted(f"{e.a} and {e.b}" for e in edges if e.ruled and found.of[e.a] == found.of[e.b] == found.of[a])
        overruled[a, b] = f"gives way to the ruling that {', '.join(rulings)} are the same"
    for table, reasons in (("refused", refused), ("overruled", overruled)):
        if reasons:
            rows = [(a, b, because) for (a, b), because in reasons.items()]
            con.executemany(f"INSERT INTO dedupe.{table} VALUES (?, ?, ?)", rows)  # noqa: S608


def _summary(con: duckdb.DuckDBPyConnection, indexed: int, removed: int, compared: int) -> Summary:
    reports, records = _one(con, "SELECT count(DISTINCT cluster), count(*) FROM dedupe.cluster")
    (waiting,) = _one(con, "SELECT count(*) FROM dedupe.verdict WHERE outcome = 'review'")
    keys, left_out = _one(
        con, "SELECT count(*), coalesce(sum(records * (records - 1) // 2), 0)::BIGINT FROM dedupe.overfull"
    )
    return Summary(records, indexed, removed, compared, reports, waiting, keys, left_out)


def _sql(name: str) -> str:
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")


def _run(con: duckdb.DuckDBPyConnection, name: str) -> None:
    con.execute(_sql(name))


def _one(con: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    return con.execute(query).fetchall()[0]
