"""Heads: a log that lost its last events, or is another, is found by what was derived from it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.errors import UserError
from schemas.event import Release
from tasks.review.heads import check_head, check_heads
from tests.support.exports import Rec
from tests.support.reviews import SmallReview
from warehouse.connect import writer
from warehouse.publish import publish_private


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    small = SmallReview(tmp_path_factory.mktemp("heads") / "review")
    small.search("medline", "january", [Rec("1", "Of apples")])
    small.update()
    small.publish()
    with writer(small.review.warehouse) as con:
        publish_private(con, small.review.private_warehouse)
    return small


@pytest.fixture
def small(made: SmallReview, tmp_path: Path) -> Iterator[SmallReview]:
    """A review, its warehouse, and its two copies."""
    shutil.copytree(made.review.root, tmp_path / "review")
    yield SmallReview(tmp_path / "review")


def note(path: Path, **notes: str) -> None:
    path.chmod(0o600)
    with writer(path) as con:
        con.executemany("INSERT OR REPLACE INTO core.meta VALUES (?, ?)", list(notes.items()))


def test_a_log_that_has_them_all_is_right(small: SmallReview) -> None:
    check_heads(small.review)
    head = small.review.log.head()
    check_head(small.review, head.seq, head.hash, "it")
    check_head(small.review, head.seq, None, "it")
    check_head(small.review, 0, "what an empty log had", "it")


def test_an_event_that_is_missing_or_another_is_told(small: SmallReview) -> None:
    head = small.review.log.head()
    for seq, digest in ((head.seq + 1, None), (head.seq + 1, head.hash), (head.seq, "0" * 64)):
        with pytest.raises(UserError, match=f"not the one that it was made from: event {seq} is missing"):
            check_head(small.review, seq, digest, "it")


@pytest.mark.parametrize("notes", [("seq", "head"), ("log_seq", "log_head")])
@pytest.mark.parametrize(
    ("where", "place"),
    [("the warehouse", "warehouse"), ("the private copy", "private_warehouse"), ("the published copy", "published_warehouse")],
)  # fmt: skip
def test_each_derived_file_vouches_for_the_log(
    small: SmallReview, where: str, place: str, notes: tuple[str, str]
) -> None:
    path = getattr(small.review, place)
    head = small.review.log.head()
    note(path, **{notes[0]: str(head.seq), notes[1]: head.hash})
    check_heads(small.review)
    for seq, digest in ((head.seq, "0" * 64), (head.seq + 1, "hidden"), (head.seq + 1, head.hash)):
        note(path, **{notes[0]: str(seq), notes[1]: digest})
        with pytest.raises(UserError, match=f"the one that {where} was made from"):
            check_heads(small.review)


def test_another_review_s_file_and_one_that_cannot_be_read_say_nothing(small: SmallReview) -> None:
    note(small.review.warehouse, review_id="another", seq="999")
    small.review.private_warehouse.chmod(0o600)
    small.review.private_warehouse.write_bytes(b"no warehouse")
    check_heads(small.review)


def test_a_version_vouches_for_the_log(small: SmallReview) -> None:
    head = small.review.log.head()
    event = Release(number=3, run_id="r", upto=head.seq, head="0" * 64, basis="x", content_hash="y", included=())
    small.review.log.append(event, "Ada")
    with pytest.raises(UserError, match="the one that version 3 was made from"):
        check_heads(small.review)
