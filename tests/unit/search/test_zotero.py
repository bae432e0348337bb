"""A Zotero group library as a feed, against a server of our own with the shape of Zotero's."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from schemas.event import FeedChecked
from tasks.review.collect import keep_protocol
from tasks.review.fetch_feeds import fetch_feeds
from tasks.review.state import read_state
from tasks.review.steps import Steps
from tasks.search.feed import FeedError
from tasks.search.http import Http
from tasks.search.zotero import follow_library
from tests.support.reviews import PROTOCOL, SmallReview
from tests.support.services import Answer, Call, Server

GROUP = 4711
FED = PROTOCOL.replace('platform = "EBSCO"', f'platform = "EBSCO"\nzotero_group = {GROUP}')


@dataclass
class Library:
    """A group library: items by key with their version, and what was deleted at which version."""

    version: int = 0
    items: dict[str, int] = field(default_factory=dict)
    deleted: dict[str, int] = field(default_factory=dict)
    losing: set[str] = field(default_factory=set)
    key: str = "secret key"

    def add(self, *keys: str) -> None:
        self.version += 1
        self.items |= dict.fromkeys(keys, self.version)

    def delete(self, key: str) -> None:
        self.version += 1
        del self.items[key]
        self.deleted[key] = self.version

    def __call__(self, call: Call, number: int) -> Answer:
        headers = {"Last-Modified-Version": str(self.version)}
        if call.headers.get("Zotero-API-Key") != self.key:
            return Answer(b"Forbidden", status=403)
        if call.headers.get("If-Modified-Since-Version") == str(self.version):
            return Answer(b"", status=304, headers=headers)
        since = int(call.params.get("since", "0"))
        match call.path.rsplit("/", 1)[1], call.params.get("format"):
            case "top", "versions":
                body: object = {key: version for key, version in self.items.items() if version > since}
            case "items", "csljson":
                asked = [key for key in call.params["itemKey"].split(",") if key not in self.losing]
                body = {"items": [self.csl(key) for key in asked]}
            case "deleted", _:
                body = {"items": [key for key, version in self.deleted.items() if version > since], "collections": []}
            case _:
                return Answer(status=404)
        return Answer(body, headers=headers)

    def csl(self, key: str) -> dict:
        return {
            "id": f"{GROUP}/{key}", "type": "article-journal", "title": f"The invented study {key}",
            "author": [{"family": "Testperson", "given": "Tess"}], "issued": {"date-parts": [["2019"]]},
        }  # fmt: skip


def keys(n: int, letter: str = "A") -> list[str]:
    return [f"{letter}{number:07}" for number in range(n)]


@pytest.fixture
def library(server: Server) -> Library:
    server.script = one = Library()
    return one


@pytest.fixture
def http(server: Server) -> Http:
    return server.client(keys={"zotero": "secret key"})


def test_all_items_come_at_first_and_then_what_changed(library: Library, http: Http, tmp_path: Path) -> None:
    library.add(*keys(120))
    first = follow_library(GROUP, "cinahl", tmp_path, http)
    assert (len(first.taken), first.version) == (3, 1)
    assert follow_library(GROUP, "cinahl", tmp_path, http, since=1).taken == []
    library.add("B0000001")
    second = follow_library(GROUP, "cinahl", tmp_path, http, since=1)
    assert (second.taken, second.version) == ([f"exports/cinahl/zotero/{GROUP}-v000000002-001.json"], 2)
    assert b"B0000001" in (tmp_path / second.taken[0]).read_bytes()


def test_deleted_items_are_told_and_stay(library: Library, http: Http, tmp_path: Path) -> None:
    library.add(*keys(2))
    library.delete("A0000000")
    answer = follow_library(GROUP, "cinahl", tmp_path, http, since=1)
    (problem,) = answer.problems
    assert (problem.severity, answer.taken) == ("warning", [])
    assert "items were deleted in the library: A0000000; what came of them still counts" in problem.message
    assert follow_library(GROUP, "cinahl", tmp_path, http, since=answer.version).problems == []


def test_a_page_that_is_short_is_not_taken_for_the_whole(library: Library, http: Http, tmp_path: Path) -> None:
    library.add(*keys(60))
    library.losing = {"A0000055"}
    with pytest.raises(FeedError, match="announced 10 items and sent 9"):
        follow_library(GROUP, "cinahl", tmp_path, http)
    assert not (tmp_path / "exports").exists()


def test_a_key_that_is_refused_is_said_and_not_shown(library: Library, http: Http, tmp_path: Path) -> None:
    library.key = "another"
    with pytest.raises(FeedError, match="refuses: 403") as raised:
        follow_library(GROUP, "cinahl", tmp_path, http)
    assert "secret key" not in str(raised.value)


def test_a_review_follows_it_from_version_to_version(library: Library, http: Http, tmp_path: Path) -> None:
    small = SmallReview(tmp_path, FED)

    def look() -> list[str]:
        keep_protocol(small.review)
        return [str(p) for p in fetch_feeds(read_state(small.review), Steps(), lambda: http, lambda name: "")]

    library.add(*keys(2))
    assert look() == []
    assert small.update() == []
    library.items["A0000000"] = library.version = 2
    assert look() == []
    small.update()
    assert small.rows("SELECT count(*) FROM record") == [(2,)], "a changed item is the record that is known"
    library.key = "another"
    assert look()[0].startswith(f"zotero group {GROUP} for cinahl: refuses: 403 Forbidden")
    versions = [entry.event.library_version for entry in small.review.log.entries(FeedChecked)]
    assert versions == [1, 2, None]
    library.key = "secret key"
    assert look() == []
    assert versions[:2] == [1, 2]


def test_a_library_that_feeds_two_sources_feeds_both(library: Library, http: Http, tmp_path: Path) -> None:
    both = FED.replace('platform = "PubMed"', f'platform = "PubMed"\nzotero_group = {GROUP}')
    small = SmallReview(tmp_path, both)
    keep_protocol(small.review)
    library.add(*keys(2))
    assert fetch_feeds(read_state(small.review), Steps(), lambda: http, lambda name: "") == []
    taken = sorted(path.parts[-3] for path in (tmp_path / "exports").rglob("*.json"))
    assert taken == ["cinahl", "pubmed"]
