"""The schema: numbered tables, views and comments, made once; every table and column documented and declared."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from schemas.base import Readers, describe, readers_of
from schemas.dictionary import markdown, tables
from warehouse.connect import memory
from warehouse.publish import MASKS
from warehouse.schema import create_schema, schema_sql, table_files, view_files

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
TABLES = "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT temporary AND NOT internal"


@pytest.fixture
def con(migrated: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    return migrated


def test_a_database_that_has_the_schema_is_left_as_it_is() -> None:
    fresh = memory()
    create_schema(fresh)
    fresh.execute("INSERT INTO core.meta VALUES ('kept', 'yes')")
    create_schema(fresh)
    assert fresh.execute("FROM core.meta").fetchall() == [("kept", "yes")]


def test_it_is_made_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = schema_sql()
    monkeypatch.setattr("warehouse.schema.schema_sql", lambda: f"{whole} SELECT * FROM no_such_table;")
    fresh = memory()
    with pytest.raises(duckdb.Error, match="no_such_table"):
        create_schema(fresh)
    assert fresh.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]


def test_its_text_says_every_table_view_and_comment(con) -> None:
    text = schema_sql()
    for (name,) in con.execute(TABLES).fetchall():
        assert f"CREATE TABLE {name} (" in text
        assert f"COMMENT ON TABLE {name} IS" in text
    for name, sql in view_files():
        assert sql in text
        assert f"COMMENT ON VIEW main.{name} IS" in text


@pytest.mark.parametrize("names", [["0001_a.sql", "0003_b.sql"], ["0001_a.sql", "0001_b.sql"]], ids=["gap", "twice"])
def test_numbers_have_no_gap_and_no_twin(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("SELECT 1")
    with pytest.raises(ValueError, match="not numbered"):
        table_files(tmp_path)


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
    assert {name for name, _ in view_files()} == found


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


def test_every_table_and_view_declares_how_readers_get_it() -> None:
    assert [name for name, model in tables().items() if not isinstance(readers_of(model), Readers)] == []


def test_every_masked_table_has_its_mask_and_no_other_has_one() -> None:
    masked = {name for name, model in tables().items() if readers_of(model) is Readers.MASKED}
    assert {path.stem for path in MASKS.glob("*.sql")} == {name for name in masked if not name.startswith("main.")}


def test_a_base_class_s_declaration_does_not_count() -> None:
    class Undeclared(tables()["core.record"]):
        """A table whose author forgot to say who may read it."""

        class Config:
            name = "undeclared"

    assert readers_of(Undeclared) is None


def test_the_dictionary_lists_them_all_and_what_readers_get() -> None:
    page = markdown()
    for name, model in tables().items():
        (section,) = [part for part in page.split("\n### ")[1:] if part.startswith(f"{name.removeprefix('main.')}\n")]
        assert f"*For readers:* {readers_of(model)}" in section
