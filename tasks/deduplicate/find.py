"""Which of the known records is it? The comparison of deduplication, for descriptions that come from elsewhere.

A file of another tool names reports by what that tool kept of them. Whether such a description and a record are one report
is the question that deduplication answers for two records, so it is asked in the same way, with the same weights, vetoes and
bound on false merges: to hang a decision on a wrong report is no better than to merge two.
"""

from __future__ import annotations

import duckdb
import polars as pl

from tasks.deduplicate.policy import Policy
from tasks.deduplicate.run import decide
from tasks.deduplicate.tables import FIELDS
from tasks.deduplicate.weights import HERE, REVIEW, prepare

FOUND = pl.Schema({"id": pl.String, "record_id": pl.String, "score": pl.Float64, "outcome": pl.String})


def find_records(con: duckdb.DuckDBPyConnection, claims: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """For each claim the records that are the same report, or may be (FOUND; outcome same or review).

    `claims`: columns of FIELDS, text, of which `id` (no record's) and any others are there. Needs the index of a run of
    `deduplicate` and the relation `dedupe_input`. The index is left as it was.
    """
    if claims.is_empty():
        return pl.DataFrame(schema=FOUND)
    missing = [pl.lit(None, pl.String).alias(name) for name in FIELDS if name not in claims.columns]
    prepare(con, policy.merged, policy.least_score)
    con.register("claim_frame", claims.with_columns(*missing).select(FIELDS).to_arrow())
    con.execute("BEGIN")
    try:
        con.execute("CREATE OR REPLACE TEMP TABLE dedupe_claim AS FROM claim_frame")
        con.execute("CREATE OR REPLACE TEMP VIEW dedupe_incoming AS FROM dedupe_claim")
        con.execute("CREATE OR REPLACE TEMP TABLE dedupe_new AS SELECT id, 0::UBIGINT AS content FROM dedupe_claim")
        con.execute("CREATE OR REPLACE TEMP TABLE dedupe_touched_key (key UBIGINT)")
        for name in ("features", "blocks", "overfull", "candidates", "plausible", "find"):
            con.execute((HERE / f"{name}.sql").read_text(encoding="utf-8"))
        found = [
            con.sql("SELECT id_a, id_b, score, outcome FROM dedupe_decided WHERE outcome IN ('same', 'review')").pl()
            for _ in decide(con, REVIEW)
        ]
    finally:
        con.execute("ROLLBACK")
        con.unregister("claim_frame")
    if not found:
        return pl.DataFrame(schema=FOUND)
    pairs: pl.DataFrame = pl.concat(found)
    claimed = pl.col("id_a").is_in(claims["id"].implode())
    return pairs.select(
        id=pl.when(claimed).then("id_a").otherwise("id_b"),
        record_id=pl.when(claimed).then("id_b").otherwise("id_a"),
        score="score",
        outcome="outcome",
    ).cast(FOUND)
