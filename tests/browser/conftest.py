"""A real browser, and the page served on loopback. Without a Chromium these tests skip."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn

from tests.support.browser import find_chromium
from tests.support.page import SmallPage, make_small_review
from tests.support.reviews import SmallReview


@pytest.fixture(scope="session", autouse=True)
def _need_browser() -> None:
    if find_chromium() is None:
        pytest.skip(
            "no Chromium here (Debian's package chromium, or CHROMIUM=/its/path): the page is not tried in a browser"
        )


@pytest.fixture(scope="module")
def browser(_need_browser: None) -> Iterator[object]:
    from tests.support.browser import open_chromium

    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., tuple[SmallPage, str]]]:
    """Serves a small review's page; returns it, and its address."""
    from tasks.review.accounts import Accounts
    from tasks.review.steps import Steps
    from tasks.review.update import refresh
    from web.app import make_app
    from web.publisher import Outcome, Publisher

    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(
        root: Path, make: Callable[..., SmallReview] = make_small_review, **kinds: object
    ) -> tuple[SmallPage, str]:
        small = make(root, **kinds)
        listening = socket.create_server(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        accounts = Accounts(small.review)

        def publish() -> Outcome:
            with app.state.page.desk.reading():
                refresh(small.review, "test", Steps())
            return Outcome(True, "Published.")

        app = make_app(small.review, accounts, Publisher(publish), address)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        running.append((server, thread))
        return SmallPage(small, app, accounts), address

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(20)
