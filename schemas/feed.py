"""Tables of the places that feed sources: a mailbox, folders elsewhere, Zotero libraries."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.base import READ_MASKED, Table, UtcTime, rule


class BaseFeedCheck(Table):
    """Each look into a place that feeds sources (base of the view feed_check)."""

    check_id: pl.Int64 = pa.Field(description="Its place in the log.")
    source: str = pa.Field(description="The protocol's source that the place feeds.")
    feed: str = pa.Field(isin=["mailbox", "folder", "zotero"], description="mailbox, folder or zotero.")
    place: str = pa.Field(description="Which, without user and password; for readers only what kind.")
    checked_at: UtcTime = pa.Field(description="When (UTC).")
    taken: pl.Int64 = pa.Field(ge=0, description="Files that were taken from the place, for all its sources together.")
    complete: bool = pa.Field(description="Whether all of it could be looked into.")
    reason: str = pa.Field(description="Why not, for readers only that; empty where all could.")

    says_why = rule("a reason where not all could be looked into, and only there", "complete = (reason = '')")

    class Config:
        """Where it stands."""

        name = "core.feed_check"
        metadata = READ_MASKED


class FeedCheck(BaseFeedCheck):
    """Each look into a place that feeds sources: when, what was taken, and why not all could be looked into."""

    class Config:
        """Where it stands."""

        name = "main.feed_check"
        metadata = READ_MASKED
