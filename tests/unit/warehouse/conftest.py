"""Hand-made warehouses."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.support.handmade import Handmade
from warehouse.connect import memory
from warehouse.schema import create_schema


@pytest.fixture(scope="session")
def migrated() -> duckdb.DuckDBPyConnection:
    """One warehouse in memory for all: making its tables and comments is what takes time."""
    con = memory()
    create_schema(con)
    return con


@pytest.fixture
def made(migrated: duckdb.DuckDBPyConnection) -> Iterator[Handmade]:
    """An empty warehouse with four sources and two votes a stage."""
    migrated.execute("BEGIN")
    yield Handmade(migrated)
    migrated.execute("ROLLBACK")
