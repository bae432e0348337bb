"""The search service of our own, and what it plays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.living import (
    Living,
    World,
)
from tests.support.services import Fake, Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    """A service on the loopback that answers by its script."""
    with serving() as one:
        yield one


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> type[Fake]:
    """Makes a fake service; NCBI's batches are made as small as its pages."""
    monkeypatch.setattr("tasks.search.ncbi.BATCH", Fake.size)
    return Fake


@pytest.fixture
def world(server, fake):
    one = World(fake)
    server.script = one
    return one


@pytest.fixture
def living(tmp_path, server):
    return lambda extra: Living(tmp_path / "review", extra, server)
