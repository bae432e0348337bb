"""`screen` and `people`: who is let in, and what is said of mistakes."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from tasks.review.accounts import LINK_LASTS, SESSION_LASTS, Accounts
from tests.support.cli import living_review
from tests.support.page import TEAM
from tests.support.reviews import SmallReview
from warehouse.connect import writer


@pytest.fixture
def small(tmp_path: Path) -> SmallReview:
    return SmallReview(tmp_path / "review", TEAM)


def test_people_are_added_listed_linked_and_removed(small: SmallReview) -> None:
    root = small.review.root
    assert "nobody yet" in living_review("people", root).out
    said = living_review("people", root, "add", "ada", "--address", "https://screen.example.org/")
    word = re.fullmatch(r"Ada: https://screen\.example\.org/login/(\S+)\n", said.out)
    assert word
    accounts = Accounts(small.review)
    assert accounts.find_link(word[1]) == "Ada"
    assert living_review("people", "link", root, "ADA").code == 0
    assert accounts.find_link(word[1]) is None, "a new link takes the place of the last"
    assert "Ada: appraiser, coder, owner, reader, screener; not logged in" in living_review("people", root).out
    assert living_review("people", root, "remove", "Ada").code == 0
    assert "nobody yet" in living_review("people", root).out
    assert "has no account" in living_review("people", root, "link", "Ada").line


@pytest.mark.parametrize(("name", "hint"), [("Adda", "did you mean 'Ada'"), ("Sifter", "people: Ada, Ben, Cem, Dora")])
def test_who_has_no_role_is_not_let_in(small: SmallReview, name: str, hint: str) -> None:
    said = living_review("people", small.review.root, "add", name)
    assert said.code == 2
    assert "has no role by the protocol" in said.line
    assert hint in said.line


def test_the_page_needs_something_published_and_a_free_port(small: SmallReview) -> None:
    said = living_review("screen", small.review.root)
    assert said.code == 2
    assert "nothing is published yet" in said.line
    from tests.support.page import make_small_review

    make_small_review(small.review.root)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = living_review("screen", small.review.root, "--port", taken.getsockname()[1])
    assert said.code == 2
    assert "--port 0 takes a free one" in said.line
    with writer(small.review.private_warehouse) as con:
        con.execute("UPDATE core.meta SET value = 'older' WHERE key = 'program'")
    said = living_review("screen", small.review.root)
    assert said.code == 2
    assert "was published by another version of living-review (run: living-review refresh" in said.line


def test_links_and_sessions_end(small: SmallReview) -> None:
    from datetime import UTC, datetime, timedelta

    now = datetime(2026, 1, 1, tzinfo=UTC)
    accounts = Accounts(small.review, lambda: now)
    accounts.add("Ada")
    word = accounts.make_link("Ada")
    now += LINK_LASTS
    assert accounts.log_in(word) is None
    secret = accounts.log_in(accounts.make_link("Ada"))
    assert secret
    for _ in range(3):  # it lasts as long as it is used
        now += SESSION_LASTS - timedelta(minutes=1)
        assert accounts.find_session(secret) == "Ada"
    now += SESSION_LASTS
    assert accounts.find_session(secret) is None


def test_the_page_for_coders_needs_coders(small: SmallReview) -> None:
    said = living_review("code", small.review.root)
    assert said.code == 2
    assert "nobody codes by the protocol" in said.line
    assert "[coding] coders" in said.line
    path = small.review.protocol_path
    path.write_text(path.read_text() + '\n[coding]\ncoders = ["Ada"]\n')
    assert "nothing is published yet" in living_review("code", small.review.root).line
