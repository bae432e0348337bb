"""The table of pairs in pairs.toml: each trap of bibliographic data, what must come of it, and by which rule."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tasks.deduplicate import standalone
from tasks.deduplicate.policy import Policy
from tasks.deduplicate.run import compare, index
from tasks.deduplicate.tables import FIELDS
from tasks.deduplicate.weights import HERE, prepare

TABLE = tomllib.loads(Path(__file__).with_name("pairs.toml").read_text(encoding="utf-8"))
ALLOWED = {
    "same": {"same"},
    "review": {"review"},
    "distinct": {"distinct"},
    "not same": {"review", "distinct"},
    "not distinct": {"same", "review"},
}
DECIDE = (HERE / "decide.sql").read_text(encoding="utf-8")
#: The identities, relations, vetoes and doubts: all that decide.sql gives a name that is not an outcome.
RULES = sorted(set(re.findall(r"THEN '([a-z][^']*)'", DECIDE)) - {"same", "review", "distinct"})
Decisions = dict[str, tuple[str, str | None, str]]


def decided(con: duckdb.DuckDBPyConnection, table: str) -> Decisions:
    """Outcome, relation and reason of each pair, by its `why`; pairs that are not in the table are distinct."""
    rows = con.execute(f"SELECT id_a, id_b, outcome, relation, why FROM {table}").fetchall()
    found = {(a, b): (outcome, relation, why) for a, b, outcome, relation, why in rows}
    return {
        pair["why"]: found.get((f"{n}a", f"{n}b"), ("distinct", None, "no pair was kept"))
        for n, pair in enumerate(TABLE["pair"])
    }


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """All pairs of the table, compared; the records share titles and DOIs by design, so that no key may be over-full."""
    con = standalone.connect()
    rows = []
    for n, pair in enumerate(TABLE["pair"]):
        for side in "ab":
            record: dict[str, Any] = TABLE["base"] | pair.get(side, {}) | {"id": f"{n}{side}"}
            rows.append([record.get(field) or None for field in FIELDS])
    con.executemany(f"INSERT INTO dedupe_input VALUES ({', '.join('?' * len(FIELDS))})", rows)
    prepare(con, Policy().merged, Policy().least_score)
    con.execute("SET VARIABLE dedupe_cap = 1000")
    index(con)
    compare(con)
    return con


@pytest.fixture(scope="module")
def decisions(con: duckdb.DuckDBPyConnection) -> Decisions:
    return decided(con, "dedupe.pair")


@pytest.mark.parametrize("pair", TABLE["pair"], ids=lambda pair: pair["why"])
def test_outcome(pair: dict[str, Any], decisions: Decisions) -> None:
    outcome, relation, why = decisions[pair["why"]]
    assert outcome in ALLOWED[pair["outcome"]], f"{outcome}: {why}"
    if "relation" in pair:
        assert relation == pair["relation"], why
    if "because" in pair:
        assert re.search(rf"(veto|doubt|identity): {re.escape(pair['because'])}$", why), why


@pytest.fixture(scope="module")
def of_the_table(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The pairs of the table alone, for decide.sql."""
    con.execute("SET VARIABLE dedupe_floor = getvariable('dedupe_review')")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE dedupe_batch AS SELECT id AS id_a, left(id, -1) || 'b' AS id_b FROM dedupe.feature WHERE id LIKE '%a'"
    )
    con.execute((HERE / "compare.sql").read_text(encoding="utf-8"))
    return con


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_can_be_taken_away(rule: str, of_the_table: duckdb.DuckDBPyConnection) -> None:
    of_the_table.execute(DECIDE)
    before = decided(of_the_table, "dedupe_decided")
    of_the_table.execute(DECIDE.replace(f"THEN '{rule}'", "THEN NULL"))
    after = decided(of_the_table, "dedupe_decided")
    assert {why for why in before if before[why][0] != after[why][0]}, "no pair of pairs.toml needs it"
