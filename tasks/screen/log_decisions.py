"""Log decisions: the decisions that were noted in the log, as a table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import polars as pl

from schemas.event import CLEAR, ScreeningClear, ScreeningDecision, ScreeningUndo
from warehouse.log import Entry

#: The columns of decisions from files and from the log, before they are matched to reports.
DECISION: dict[str, Any] = {
    "arrival_id": pl.Int64, "seq": pl.Int64, "row": pl.Int32, "key": pl.String, "named": pl.String, "stage": pl.String,
    "reviewer": pl.String,
    "verdict": pl.String, "reason": pl.String, "note": pl.String, "decided_at": pl.Datetime("us", "UTC"), "consensus": pl.Boolean,
    "undone": pl.Boolean, "title": pl.String, "year": pl.Int32, "doi": pl.String, "pmid": pl.String,
    "authors": pl.String, "journal": pl.String, "volume": pl.String, "issue": pl.String, "pages": pl.String,
}  # fmt: skip


def read_log_decisions(entries: Iterable[Entry], since: datetime | None = None) -> pl.DataFrame:
    """The decisions that were noted in the log, one row each; a clear is a row with the verdict `clear`.

    The log's order holds where a clock was set back, or two machines' clocks differ: none counts as made before the one
    above it, and none before `since`, the time of the last decision before these (UTC).
    """
    rows: dict[int, dict[str, object]] = {}
    decided_at = since or datetime.min.replace(tzinfo=UTC)
    for entry in entries:
        event = entry.event
        if isinstance(event, ScreeningDecision | ScreeningClear):
            decided_at = max(decided_at, entry.at)
            row = {
                "seq": entry.seq, "key": event.report_id, "named": event.report_id, "stage": event.stage, "reviewer": entry.actor,
                "verdict": CLEAR,
                "decided_at": decided_at, "consensus": False, "undone": False, **event.names.model_dump(),
            }  # fmt: skip
            if isinstance(event, ScreeningDecision):
                row |= event.model_dump(include={"verdict", "reason", "note", "consensus"})
            rows[entry.seq] = row
        elif isinstance(event, ScreeningUndo) and event.decision in rows:
            rows[event.decision]["undone"] = True
    return pl.DataFrame(list(rows.values()), schema=DECISION)
