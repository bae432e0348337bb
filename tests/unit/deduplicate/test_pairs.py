"""The table of pairs in pairs.toml: each trap of bibliographic data, and what must come of it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tasks.deduplicate import standalone
from tasks.deduplicate.policy import Policy
from tasks.deduplicate.run import compare, index
from tasks.deduplicate.tables import FIELDS
from tasks.deduplicate.weights import prepare

TABLE = tomllib.loads(Path(__file__).with_name("pairs.toml").read_text(encoding="utf-8"))
ALLOWED = {
    "same": {"same"},
    "distinct": {"distinct"},
    "not same": {"review", "distinct"},
    "not distinct": {"same", "review"},
}
Decisions = dict[str, tuple[str, str | None, str]]


@pytest.fixture(scope="module")
def decisions() -> Decisions:
    """Outcome, relation and reason of each pair, by its `why`; pairs that do not meet, or are merely different, are distinct."""
    con = standalone.connect()
    rows = []
    for n, pair in enumerate(TABLE["pair"]):
        for side in "ab":
            record: dict[str, Any] = TABLE["base"] | pair.get(side, {}) | {"id": f"{n}{side}"}
            rows.append([record.get(field) or None for field in FIELDS])
    con.executemany(f"INSERT INTO dedupe_input VALUES ({', '.join('?' * len(FIELDS))})", rows)
    prepare(con, Policy().merged, Policy().least_score)
    con.execute("SET VARIABLE dedupe_cap = 1000")  # the table's records share titles and DOIs by design
    index(con)
    compare(con)
    kept = con.execute("SELECT id_a, id_b, outcome, relation, why FROM dedupe.pair").fetchall()
    con.close()
    found = {(a, b): (outcome, relation, why) for a, b, outcome, relation, why in kept}
    return {
        pair["why"]: found.get((f"{n}a", f"{n}b"), ("distinct", None, "no pair was kept"))
        for n, pair in enumerate(TABLE["pair"])
    }


@pytest.mark.parametrize("pair", TABLE["pair"], ids=lambda pair: pair["why"])
def test_outcome(pair: dict[str, Any], decisions: Decisions) -> None:
    outcome, relation, why = decisions[pair["why"]]
    assert outcome in ALLOWED[pair["outcome"]], f"{outcome}: {why}"
    if "relation" in pair:
        assert relation == pair["relation"], why
