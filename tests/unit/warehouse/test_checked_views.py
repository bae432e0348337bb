"""A view is asked again exactly when a table that it rests on has other rows than when it kept its contract."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.exports import Rec
from tests.support.reviews import SmallReview
from warehouse.check import check_changes, find_violations
from warehouse.checked_views import find_changed_views, list_base_tables
from warehouse.connect import memory, writer
from warehouse.content import hash_runs, hash_tables
from warehouse.schema import create_schema


@pytest.fixture(scope="module")
def derived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of a review with two votes on a report."""
    small = SmallReview(tmp_path_factory.mktemp("voted"))
    small.search("medline", "a", [Rec("1", "Of apples"), Rec("2", "Of pears")])
    small.drop("decisions/title-abstract/votes.csv", "id,reviewer,verdict\n1,Ada,include\n1,Ben,include\n")
    small.update()
    return small.review.warehouse


@pytest.fixture
def checked(derived: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same, in which everything was checked."""
    with writer(Path(shutil.copy(derived, tmp_path / "w.duckdb"))) as con:
        assert check_changes(con, hash_tables(con)) == []
        yield con


def changed(con: duckdb.DuckDBPyConnection) -> set[str]:
    return find_changed_views(con, {**hash_tables(con), **hash_runs(con)})


def tables_in(node: Any) -> Iterator[str]:
    """The names of tables and views with a schema in a statement, as DuckDB's own parser has it."""
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE" and node.get("schema_name"):
            yield f"{node['schema_name']}.{node['table_name']}"
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from tables_in(part)


def test_what_a_view_rests_on_is_what_duckdb_reads_there() -> None:
    con = memory()
    found: dict[str, set[str]] = {}
    create_schema(con)
    for view, sql in con.execute(
        "SELECT schema_name || '.' || view_name, sql FROM duckdb_views() WHERE NOT internal ORDER BY view_oid"
    ).fetchall():
        (text,) = con.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql.partition(" AS ")[2]]).fetchall()[0]
        statement = json.loads(text)
        assert not statement["error"], view
        found[view] = {table for name in tables_in(statement) for table in found.get(name, {name})}
    in_main = {view: tables for view, tables in found.items() if view.startswith("main.")}
    assert {view: set(tables) for view, tables in list_base_tables().items()} == in_main


def test_where_nothing_changed_nothing_is_asked(checked: duckdb.DuckDBPyConnection) -> None:
    assert changed(checked) == set()


def test_the_views_of_a_table_that_changed_are_asked_and_no_others(checked: duckdb.DuckDBPyConnection) -> None:
    checked.execute("INSERT INTO core.exclusion_reason VALUES ('Another', 1)")
    views = {view for view, tables in list_base_tables().items() if "core.exclusion_reason" in tables}
    assert views
    assert changed(checked) == views


def test_a_view_that_need_not_be_asked_is_not(
    checked: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("warehouse.contracts.validate", lambda con, name, model: asked.append(name) or [])
    check_changes(checked, hash_tables(checked))
    assert asked == []
    checked.execute("INSERT INTO core.exclusion_reason VALUES ('Another', 1)")
    wanted = changed(checked)
    check_changes(checked, hash_tables(checked))
    assert asked
    assert {*asked} <= wanted


def test_a_row_that_is_wrong_is_found_whenever_it_comes_and_until_it_is_gone(
    checked: duckdb.DuckDBPyConnection,
) -> None:
    checked.execute("UPDATE core.decision SET verdict = 'perhaps' WHERE reviewer = 'Ben'")
    wanted = find_violations(checked)
    assert any("verdict" in line for line in wanted)
    for _ in range(2):
        assert check_changes(checked, hash_tables(checked)) == wanted
    checked.execute("UPDATE core.decision SET verdict = 'include' WHERE reviewer = 'Ben'")
    assert check_changes(checked, hash_tables(checked)) == []
