"""Hand-made warehouses."""

from __future__ import annotations

import duckdb
import pytest

from tests.support.handmade import Handmade


@pytest.fixture
def made(empty: duckdb.DuckDBPyConnection) -> Handmade:
    """An empty warehouse with four sources and two votes a stage."""
    return Handmade(empty)
