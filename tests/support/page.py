"""The page of a small review, as clients that are logged in meet it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx import Response

from tasks.review.accounts import Accounts, csrf_of
from tasks.review.steps import Steps
from tasks.review.update import refresh
from tests.support.exports import Rec
from tests.support.reviews import PROTOCOL, SmallReview, made_once
from web.access import COOKIE, Page
from web.app import make_app
from web.publisher import Outcome, Publisher

#: Ada owns and screens, Ben screens, Cem only settles, Dora only looks; everything gets two votes.
TEAM = PROTOCOL.replace(
    'reviewers = ["Ada", "Ben"]',
    'reviewers = ["Ada", "Ben", { name = "Cem", stages = [], resolves = true }]\n'
    'include_terms = ["apple*"]\nexclude_terms = ["rats"]\n\n[people]\nowners = ["Ada"]\nreaders = ["Dora"]',
)
TITLES = ("Apples and nurses", "Pears", "Plums", "Quinces", "Cherries", "Medlars")
ADDRESS = "http://testserver"


@dataclass
class Visit:
    """Somebody's browser."""

    client: TestClient
    name: str

    @property
    def csrf(self) -> str:
        return csrf_of(self.client.cookies.get(COOKIE, ""))

    def get(self, path: str) -> Response:
        return self.client.get(path, follow_redirects=True)

    def post(self, path: str, **fields: str) -> Response:
        return self.client.post(path, data={"csrf": self.csrf, **fields}, follow_redirects=False)

    def decide(self, report_id: str, verdict: str, stage: str = "title-abstract", **fields: str) -> Response:
        return self.post(f"/screen/{stage}/{report_id}", verdict=verdict, **fields)


@dataclass
class SmallPage:
    """A review, its application, and who may log in."""

    small: SmallReview
    app: FastAPI
    accounts: Accounts

    @property
    def page(self) -> Page:
        page: Page = self.app.state.page
        return page

    def list_routes(self) -> set[tuple[str, str]]:
        """(method, path) of each route."""
        return {(method, route.path) for route in _flatten(self.app.routes) for method in route.methods - {"HEAD"}}

    def stranger(self) -> TestClient:
        return TestClient(self.app, base_url=ADDRESS, follow_redirects=False)

    def log_in(self, name: str) -> Visit:
        client = self.stranger()
        self.accounts.add(name)
        assert client.post("/login", data={"word": self.accounts.make_link(name)}).status_code == 303
        return Visit(client, name)

    def settle_down(self) -> None:
        """Waits until the desk knows all that the log says."""
        self.page.desk.catch_up(self.small.review.log.head().seq, patience=60)

    @property
    def reports(self) -> dict[str, str]:
        """The first word of each title → report."""
        query = "SELECT title, report_id FROM report"
        return {re.split(r"\W", title)[0]: report for title, report in self.small.rows(query)}


def _flatten(routes: Iterable[object]) -> Iterator[APIRoute]:
    """The routes, also those within routers."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif (router := getattr(route, "original_router", None)) is not None:
            yield from _flatten(router.routes)


@made_once
def make_small_review(root: Path, protocol: str = TEAM, titles: tuple[str, ...] = TITLES) -> SmallReview:
    """A review that is published, with a report of each title."""
    small = SmallReview(root, protocol)
    records = [
        Rec(str(n), title, (f"Author{n}, A",), 2000 + n, pages=(str(n), "99")) for n, title in enumerate(titles, 1)
    ]
    small.search("medline", "a", records)
    assert refresh(small.review, "test", Steps()).errors == []
    return small


@contextmanager
def open_page(small: SmallReview) -> Iterator[SmallPage]:
    """Its page, running; publishing from it is done in this process."""
    accounts = Accounts(small.review)

    def publish() -> Outcome:
        with app.state.page.desk.reading():
            refresh(small.review, "test", Steps())
        return Outcome(True, "Published.")

    app = make_app(small.review, accounts, Publisher(publish), ADDRESS)
    with TestClient(app, base_url=ADDRESS):
        yield SmallPage(small, app, accounts)
    accounts.close()
