"""A small review's page, and two who screen there: each module has its own, and may say which review."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.page import SmallPage, Visit, make_small_review, open_page


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallPage]:
    with open_page(make_small_review(tmp_path_factory.mktemp("page") / "review")) as page:
        yield page


@pytest.fixture(scope="module")
def ada(running: SmallPage) -> Visit:
    return running.log_in("Ada")


@pytest.fixture(scope="module")
def ben(running: SmallPage) -> Visit:
    return running.log_in("Ben")
