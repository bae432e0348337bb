"""Migrations: numbered, applied once, never changed; and every table and column documented."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from schemas.base import describe
from schemas.dictionary import markdown, tables
from schemas.errors import UserError
from warehouse.connect import memory
from warehouse.migrate import migrate, migrations, views

#: What a documented view is made of, and nobody asks: main.duplicate_pair says the same.
INNER = "dedupe.verdict"
COLUMNS = """
SELECT table_schema || '.' || table_name, list(column_name ORDER BY column_name)
FROM information_schema.columns
WHERE table_catalog = current_database() AND table_schema IN ('core', 'dedupe', 'main')
GROUP BY ALL
"""
COMMENTS = """
SELECT schema_name || '.' || table_name AS name, NULL AS column_name, comment FROM duckdb_tables() WHERE schema_name IN ('core', 'dedupe')
UNION ALL
SELECT schema_name || '.' || view_name, NULL, comment FROM duckdb_views() WHERE schema_name IN ('dedupe', 'main') AND NOT internal
UNION ALL
SELECT schema_name || '.' || table_name, column_name, comment FROM duckdb_columns()
WHERE schema_name IN ('core', 'dedupe', 'main') AND NOT internal
"""


@pytest.fixture
def con(migrated: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    return migrated


def test_they_are_applied_once_in_order(con) -> None:
    fresh = memory()
    assert migrate(fresh) == [m.name for m in migrations()]
    assert migrate(fresh) == []
    assert fresh.execute("SELECT number, name FROM core.migration ORDER BY number").fetchall() == [
        (m.number, m.name) for m in migrations()
    ]


def test_a_file_that_changed_after_it_was_applied_refuses_the_warehouse() -> None:
    fresh = memory()
    migrate(fresh)
    fresh.execute("UPDATE core.migration SET sha256 = 'of another text' WHERE number = 2")
    with pytest.raises(UserError, match=r"another 0002_\w+\.sql.*rebuild"):
        migrate(fresh)


@pytest.mark.parametrize("names", [["0001_a.sql", "0003_b.sql"], ["0001_a.sql", "0001_b.sql"]], ids=["gap", "twice"])
def test_numbers_have_no_gap_and_no_twin(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("SELECT 1")
    with pytest.raises(ValueError, match="not numbered"):
        migrations(tmp_path)


def test_a_view_that_changed_is_replaced_at_the_next_run() -> None:
    fresh = memory()
    migrate(fresh)
    fresh.execute("CREATE OR REPLACE VIEW main.run AS SELECT 1 AS old")
    fresh.execute("UPDATE core.meta SET value = 'of an older release' WHERE key = 'views'")
    migrate(fresh)
    assert "run_id" in [column[0] for column in fresh.execute("DESCRIBE main.run").fetchall()]


def test_schemas_describe_the_tables_and_columns_that_exist_and_no_others(con) -> None:
    found = dict(con.execute(COLUMNS).fetchall())
    del found[INNER]
    assert {name: sorted(model.to_schema().columns) for name, model in tables().items()} == found


def test_each_view_file_makes_the_view_of_its_name(con) -> None:
    found = {
        row[0]
        for row in con.execute(
            "SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal"
        ).fetchall()
    }
    assert {name for name, _ in views()} == found


def test_comments_of_the_warehouse_are_those_of_the_schemas(con) -> None:
    found = {(name, column): comment for name, column, comment in con.execute(COMMENTS).fetchall()}
    found = {key: comment for key, comment in found.items() if key[0] != INNER}
    said: dict[tuple[str, str | None], str] = {}
    for name, model in tables().items():
        comment, columns = describe(model)
        said[name, None] = comment
        said |= {(name, column): text for column, text in columns.items()}
    assert found == said
    assert [key for key, comment in said.items() if not comment.strip()] == []


def test_an_empty_warehouse_fits_its_models(con) -> None:
    """The types too: what the dictionary says a column holds is what a query gives."""
    for name, model in tables().items():
        frame = con.sql(f"FROM {name} LIMIT 0").pl()
        wanted = {column: str(one.dtype) for column, one in model.to_schema().columns.items()}
        assert {column: str(kind) for column, kind in frame.schema.items()} == wanted, name


def test_the_dictionary_lists_them_all() -> None:
    page = markdown()
    for name in tables():
        assert f"### {name.removeprefix('main.')}\n" in page
