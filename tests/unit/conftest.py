"""What unit tests share: one warehouse in memory, empty for each test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from warehouse.connect import memory
from warehouse.schema import create_schema


@pytest.fixture(scope="session")
def migrated() -> duckdb.DuckDBPyConnection:
    """One warehouse in memory for all: making its tables and comments is what takes time."""
    con = memory()
    create_schema(con)
    return con


@pytest.fixture
def empty(migrated: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same, in a transaction that is taken back."""
    migrated.execute("BEGIN")
    yield migrated
    migrated.execute("ROLLBACK")
