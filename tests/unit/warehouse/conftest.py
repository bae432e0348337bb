"""Hand-made warehouses."""

from __future__ import annotations

import pytest

from tests.support.handmade import Handmade


@pytest.fixture
def made() -> Handmade:
    """An empty warehouse in memory with four sources and two votes a stage."""
    return Handmade()
