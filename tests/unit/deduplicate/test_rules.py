"""decide.sql by itself: what each rule of rules.toml needs to speak, what takes it away, and what becomes of the pair."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tasks.deduplicate import standalone
from tasks.deduplicate.policy import Policy
from tasks.deduplicate.weights import CLASH, HERE, REVIEW, prepare

RULES = tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))["rule"]
LEVELS = ("title", "author", "year", "journal", "volume", "number", "page", "doi", "pmid", "abstract")
BASE = dict.fromkeys(LEVELS, "unknown") | {"title": "same", "author": "same", "two_scripts": False, "score": 20.0}
SIDE = {
    "words": "", "kind": "", "notice": "", "numerals": "", "greek": "", "generic": False, "page": "", "page_end": "", "page_mark": "",
    "volume": "", "people": 2, "register": "", "doi": "", "issn": "", "abstract_key": "", "authors": ["brandt"],
}  # fmt: skip
#: Where "" stands for itself; elsewhere it says that nothing is known.
TEXTS = ("words", "numerals", "page_mark")
LEAST = Policy().least_score
Case = dict[str, Any]
Decided = tuple[str, str, bool]
"""Outcome, why, and whether the pair would break a chain."""


def changed(case: Case, change: Case) -> Case:
    """The case with a change made: sides are changed field by field."""
    sides = {side: case.get(side, {}) | change.get(side, {}) for side in "ab"}
    return case | change | sides


def load(con: duckdb.DuckDBPyConnection, cases: list[Case]) -> None:
    """What compare.sql would give of these cases: the records '0a' and '0b', and the levels at which they meet."""
    pairs, records = [], []
    for n, case in enumerate(cases):
        row = BASE | {key: value for key, value in case.items() if key not in ("a", "b")}
        pairs.append({"id_a": f"{n}a", "id_b": f"{n}b", **row})
        for side in "ab":
            fields = SIDE | case.get(side, {})
            fields["people"] = [f"name{number}" for number in range(fields["people"])]
            known = {name: None if value == "" and name not in TEXTS else value for name, value in fields.items()}
            records.append({"id": f"{n}{side}", **known})
    con.execute("DELETE FROM dedupe_side; DELETE FROM dedupe_compared")
    for table, rows in (("dedupe_side", records), ("dedupe_compared", pairs)):
        con.register("cases", pl.DataFrame(rows, infer_schema_length=None).to_arrow())
        con.execute(f"INSERT INTO {table} BY NAME FROM cases")
        con.unregister("cases")
    con.execute(f"UPDATE dedupe_compared SET levels = [{', '.join(f'enum_code({one})' for one in LEVELS)}]")


def decide(con: duckdb.DuckDBPyConnection, cases: list[Case]) -> list[Decided]:
    """What becomes of each case; a pair that is left out is 'left out'."""
    load(con, cases)
    con.execute((HERE / "decide.sql").read_text(encoding="utf-8"))
    rows = con.execute("SELECT id_a, outcome, why, clashes FROM dedupe_decided").fetchall()
    found = {name: (outcome, why, clashes) for name, outcome, why, clashes in rows}
    return [found.get(f"{n}a", ("left out", "", False)) for n in range(len(cases))]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = standalone.connect()
    prepare(con, [], LEAST)
    con.execute(
        "CREATE TEMP TABLE dedupe_side (id VARCHAR, words VARCHAR, kind VARCHAR, notice VARCHAR, numerals VARCHAR, greek VARCHAR[], "
        "generic BOOLEAN, page BIGINT, page_end BIGINT, page_mark VARCHAR, "
        "volume VARCHAR, people VARCHAR[], register VARCHAR, doi VARCHAR, issn VARCHAR[], "
        "abstract_key UBIGINT, authors VARCHAR[])"
    )
    levels = ", ".join(f"{one} {one}_level" for one in LEVELS)
    con.execute(
        f"CREATE TEMP TABLE dedupe_compared (id_a VARCHAR, id_b VARCHAR, two_scripts BOOLEAN, {levels}, levels INT[], score DOUBLE)"
    )
    return con


#: (rule, the change that is made, whether the rule speaks)
CHANGES = [
    (rule, change, speaks)
    for rule in RULES
    for changes, speaks in (([{}], True), (rule.get("also", []), True), (rule["unless"], False))
    for change in changes
]


@pytest.fixture(scope="module")
def decided(con: duckdb.DuckDBPyConnection) -> dict[int, Decided]:
    return dict(enumerate(decide(con, [changed(rule["case"], change) for rule, change, _ in CHANGES])))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["says"])
def test_each_condition_of_a_rule_counts(rule: dict[str, Any], decided: dict[int, Decided]) -> None:
    for n, (of, change, speaks) in enumerate(CHANGES):
        if of is rule:
            outcome, why, _ = decided[n]
            assert (re.search(rf"; {re.escape(rule['says'])}(;|$)", why) is not None) == speaks, f"{change}: {why}"
            assert not speaks or outcome == rule["outcome"], f"{change}: {outcome}, {why}"


def test_every_rule_has_a_case() -> None:
    """Nothing that decide.sql gives a name lacks a case of its own; notices have one for all three."""
    named = re.findall(r"THEN '([a-z][^']*)'", (HERE / "decide.sql").read_text(encoding="utf-8"))
    cases = {rule["says"].split(": ")[1] for rule in RULES}
    assert {name.replace("_", " ") for name in named} - {"same", "review", "distinct"} == cases - {"erratum"}


@pytest.mark.parametrize(
    ("score", "floor", "outcome"),
    [
        (LEAST, REVIEW, "same"),
        (LEAST - 0.01, REVIEW, "review"),
        (REVIEW, REVIEW, "review"),
        (REVIEW - 0.01, REVIEW, "left out"),
        (REVIEW - 0.01, CLASH, "distinct"),
        (CLASH, CLASH, "distinct"),
    ],
)
def test_the_score_decides_where_no_rule_does(con, score: float, floor: float, outcome: str) -> None:
    con.execute(f"SET VARIABLE dedupe_floor = {floor}")
    assert [found[0] for found in decide(con, [{"score": score}])] == [outcome]


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        ({"b": {"kind": "preprint"}}, "same"),
        ({"b": {"kind": "preprint"}, "volume": "different", "doi": "different"}, "same"),
        ({"b": {"notice": "erratum"}}, "same"),
        ({"b": {"notice": "erratum"}, "author": "alike"}, "review"),
        ({"b": {"kind": "registration"}}, "distinct"),
    ],
)
def test_relations_that_the_policy_merges_are_one_report_or_for_review(con, case: Case, outcome: str) -> None:
    con.execute("SET VARIABLE dedupe_merge = ['preprint', 'erratum']")
    try:
        assert [found[0] for found in decide(con, [case])] == [outcome]
    finally:
        con.execute("SET VARIABLE dedupe_merge = []::VARCHAR[]")


PLACES_DISAGREE = {"page": "same", "volume": "different", "year": "different"}


@pytest.mark.parametrize(
    ("case", "clashes"),
    [
        ({}, False),
        ({"score": 0.0}, False),
        ({"page": "different", "doi": "different"}, True),
        ({"b": {"kind": "preprint"}}, True),
        ({"score": CLASH - 0.01}, True),
        ({"score": CLASH}, False),
        ({"number": "different"}, False),
        (PLACES_DISAGREE, True),
        (PLACES_DISAGREE | {"year": "same"}, False),
        (PLACES_DISAGREE | {"doi": "same"}, False),
        (PLACES_DISAGREE | {"doi": "different", "abstract": "same"}, True),
    ],
)
def test_what_breaks_a_chain(con, case: Case, clashes: bool) -> None:
    con.execute("SET VARIABLE dedupe_floor = -100")
    assert [found[2] for found in decide(con, [case])] == [clashes]


@pytest.mark.parametrize("kind", ["registration", "thesis"])
def test_where_records_are_identical_nothing_else_is_asked(con, kind: str) -> None:
    side = {"kind": kind, "register": "nct1" if kind == "registration" else ""}
    against = {"doi": "different", "number": "different", "volume": "different", "page": "different"}
    ((outcome, why, clashes),) = decide(con, [{"a": side, "b": side | {"notice": "erratum"}, **against}])
    assert (outcome, clashes) == ("same", False)
    assert re.search(r"; (identity: one \w+)$", why), why
    assert "relation" not in why


def test_why_says_what_spoke_for_and_against(con) -> None:
    con.execute(f"SET VARIABLE dedupe_floor = {REVIEW}")
    cases = [
        {"year": "different"},
        {"author": "unknown"},
        {"title": "same_recurring", "author": "unknown"},
        {"score": LEAST - 1, "year": "adjacent"},
    ]
    assert [why for _, why, _ in decide(con, cases)] == [
        "for: same title, same authors; against: different years; doubt: another year, and no place in common",
        "for: same title",
        "for: nothing",
        "for: same title, same authors; against: years one apart",
    ]
