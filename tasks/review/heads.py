"""Heads: each derived file keeps the last event it was made from, so that a log that lost its last events, or is another, is found."""

from __future__ import annotations

import duckdb

from schemas.errors import UserError
from schemas.event import Release
from warehouse.connect import reader
from warehouse.meta import read_meta
from warehouse.review import Review


def check_heads(review: Review) -> None:
    """Raises UserError where the warehouse, the published copy or a version knows of events that the log no longer has.

    A derived file that is not there, cannot be read, or is another review's, is passed over.
    """
    for entry in review.log.entries(Release):
        if isinstance(entry.event, Release):
            check_head(review, entry.event.upto, entry.event.head, f"version {entry.event.number}")
    places = (
        (review.warehouse, "the warehouse"), (review.private_warehouse, "the private copy"),
        (review.published_warehouse, "the published copy"),
    )  # fmt: skip
    for path, name in places:
        try:
            with reader(path) as con:
                meta = read_meta(con)
        except (UserError, duckdb.Error):
            continue
        if meta.get("review_id") in (review.log.review_id(), None):
            for seq, head in (("seq", "head"), ("log_seq", "log_head")):
                if seq in meta:
                    check_head(review, int(meta[seq]), None if meta[head] == "hidden" else meta[head], name)


def check_head(review: Review, seq: int, head: str | None, where: str) -> None:
    """Raises UserError where the log's event at this place is missing, or is another; `head` None: only its place is known."""
    found = review.log.hash_at(seq)
    if seq and (found is None or head not in (None, found)):
        raise UserError(
            f"ledger.sqlite is not the one that {where} was made from: event {seq} is missing, or is another",
            path=review.root,
            hint="restore ledger.sqlite from a backup; if this one is right, remove warehouse.duckdb and published/",
        )
