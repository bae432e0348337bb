"""Contracts: each check of each model, asked of rows that keep it and of one that does not, by DuckDB and by pandera alike."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pandera.errors
import polars as pl
import pytest

from schemas.base import Table
from schemas.dictionary import tables
from schemas.frames import dtypes, keeps_all
from tests.support.handmade import Handmade
from warehouse.check import find_violations
from warehouse.connect import memory
from warehouse.contracts import list_contracts, list_keys, validate

#: Texts of which one fits each pattern of the models, and some none.
TEXTS = [
    "a", "", "rep_a", "stu_a", *(f"{kind}_{'0a' * 8}" for kind in ("doc", "cod", "cdg", "mem", "prj", "dif")), "#00ff00",
    "10.5555/made-up", "12345678", "PMC123", "1234-567X", "9780000000002", "eng", "r" + "0a" * 10, "0a" * 32, "acc:1",
]  # fmt: skip
#: Values of columns that have to agree with each other.
AGREEING = {
    "match": "matched", "seq": None, "start_char": 0, "end_char": 1, "complete": True, "reason": "", "rater_b": "b", "coder_b": "b",
    "record_id_b": "b", "id_b": "b", "found": 2, "loaded": 1, "quarantined": 1, "new": 1, "known": 0, "repeated": 0,
    "reports": 2, "unique_reports": 1, "included": 1, "included_alone": 1,
}  # fmt: skip
#: Each rule over several columns, and what breaks it.
BREAKS: dict[str, dict[str, Any]] = {
    "(match = 'matched') = (record_id IS NOT NULL)": {"record_id": None},
    "(start_char IS NULL) = (end_char IS NULL)": {"start_char": None},
    "start_char < end_char": {"start_char": 1, "end_char": 1},
    "(arrival_id IS NULL) <> (seq IS NULL)": {"seq": 7},
    "record_id_a < record_id_b": {"record_id_a": "c"},
    "id_a < id_b": {"id_a": "b"},
    "rater_a < rater_b": {"rater_a": "b"},
    "coder_a < coder_b": {"coder_a": "b"},
    "characters_both <= characters_a AND characters_both <= characters_b": {"characters_both": 2},
    "found = loaded + quarantined": {"found": 1},
    "loaded = new + known": {"known": 1},
    "repeated <= known": {"repeated": 1},
    "complete = (reason = '')": {"complete": False},
    "doi IS NOT NULL OR pmid IS NOT NULL": {"doi": None, "pmid": None},
    "unique_reports <= reports AND included_alone <= included": {"included_alone": 2},
    "included <= reports": {"included": 3},
    "alone <= found": {"alone": 3},
    "(value IS NULL) = (status IN ('empty', 'emptied'))": {"value": None},
}
MODELS = tables()


def kept(check: Any, value: Any) -> bool:
    """Whether a value keeps one of pandera's checks."""
    said = check.statistics
    match check.name:
        case "isin":
            return value in said["allowed_values"]
        case "str_matches":
            return re.search(said["pattern"], value) is not None
        case "greater_than_or_equal_to":
            return value >= said["min_value"]
        case _:
            return value <= said["max_value"]


def tried(kind: pl.DataType, checks: list[Any]) -> list[Any]:
    """Values of a column's type, among them some that keep its checks and some that do not."""
    if kind == pl.String:
        return [
            *(value for check in checks if check.name == "isin" for value in check.statistics["allowed_values"]),
            *TEXTS,
        ]
    if kind.is_integer():
        return [1, 2000, 0, 9999, *([] if kind.is_unsigned_integer() else [-1])]
    simple: list[tuple[Any, list[Any]]] = [
        (pl.Boolean, [True]),
        (pl.Date, [date(2020, 1, 6)]),
        (pl.Datetime, [datetime(2020, 1, 6, 12, tzinfo=UTC)]),
        (pl.List, [[]]),
    ]
    return next((values for one, values in simple if kind == one), [0.5, -0.5, 1.5])


def good_row(model: type[Table]) -> dict[str, Any]:
    """A row that keeps every check of the model."""
    row = {}
    for name, column in model.to_schema().columns.items():
        values = [
            value for value in tried(dtypes(model)[name], column.checks) if all(kept(c, value) for c in column.checks)
        ]
        row[name] = values[0]
    together = {name for check in model.to_schema().checks for name in re.findall(r"\w+", check.statistics["sql"])}
    return row | {name: value for name, value in AGREEING.items() if name in row and name in together}


def bad_rows(model: type[Table]) -> list[dict[str, Any]]:
    """One row for each contract of the model, in their order, which breaks it."""
    good, rows = good_row(model), []
    for name, column in model.to_schema().columns.items():
        if not column.nullable:
            rows.append(good | {name: None})
        for check in column.checks:
            others = [one for one in column.checks if one is not check]
            values = [
                value
                for value in tried(dtypes(model)[name], column.checks)
                if not kept(check, value) and all(kept(one, value) for one in others)
            ]
            rows.append(good | {name: values[0]})
    return rows + [good | BREAKS[check.statistics["sql"]] for check in model.to_schema().checks]


def frame(model: type[Table], *rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dtypes(model), orient="row")


def refused(model: type[Table], rows: pl.DataFrame) -> bool:
    """Whether pandera refuses these rows; what is asked in one go, where rows come in, refuses the same."""
    try:
        model.validate(rows)
    except (pandera.errors.SchemaError, pandera.errors.SchemaErrors):
        assert not keeps_all(model, rows)
        return True
    assert keeps_all(model, rows)
    return False


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return memory()


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_good_row_passes_and_one_bad_row_a_check_does_not(con, name: str) -> None:
    model = MODELS[name]
    good, bad = good_row(model), bad_rows(model)
    con.register("seen", frame(model, good))
    assert validate(con, "seen", model) == []
    assert not refused(model, frame(model, good))
    con.register("seen", frame(model, good, *bad))
    told = validate(con, "seen", model)
    for contract, row in zip(list_contracts(model), bad, strict=True):
        # A value that breaks its own check can break a rule over several columns too.
        rows = r"\d+ rows?" if contract.column == "a row" else "1 row"
        wanted = re.compile(re.escape(f"seen: {contract.column} {contract.message}: ") + rows + ", such as .")
        assert [line for line in told if wanted.match(line)] != [], (contract, told)
        assert refused(model, frame(model, row)), contract


@pytest.mark.parametrize("name", sorted(name for name, model in MODELS.items() if list_keys(model)))
def test_a_key_stands_once(con, name: str) -> None:
    model = MODELS[name]
    good = good_row(model)
    con.register("seen", frame(model, good, good))
    lines = validate(con, "seen", model)
    assert [line.split(" is not unique: 1 stand")[0] for line in lines] == [
        f"seen: {', '.join(key)}" for key in list_keys(model)
    ]
    assert refused(model, frame(model, good, good))


def test_every_check_of_every_model_can_be_asked_of_duckdb() -> None:
    assert sum(len(list_contracts(model)) for model in MODELS.values()) > 400


def test_a_check_that_duckdb_cannot_be_asked_is_an_error() -> None:
    import pandera.polars as pa

    class Odd(Table):
        """A table with a check that has no condition in SQL."""

        name: str = pa.Field(str_length={"min_value": 2})

    with pytest.raises(ValueError, match=r"Odd.name: the check str_length has no condition in SQL"):
        list_contracts(Odd)


def test_a_view_that_breaks_its_contract_stops_publication_and_is_named(made: Handmade) -> None:
    made.record("a")
    made.vote("a", "Ada", "perhaps")
    assert [line for line in find_violations(made.con) if "verdict" in line] == [
        f"contract: main.{view}: verdict is none of {words}: 1 row, such as {row}"
        for view, row, words in (
            ("screening_ballot", "rep_a", "exclude, include, maybe, not-retrieved"),
            ("screening_decision", "d2", "clear, exclude, include, maybe, not-retrieved"),
        )
    ]
