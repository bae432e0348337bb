"""Searches merged straight into a warehouse in memory, from records that a test writes down: no file, no reading."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import polars as pl

from schemas.frames import frame_of
from schemas.record import ParsedRecord, QuarantinedRecord
from tasks.load.identity import record_id
from warehouse.records import Loaded, SearchFacts, clear_stage, merge_records, stage_records

START = datetime(2020, 1, 6, 12, tzinfo=UTC)


def parsed(fields: Mapping[str, Any], position: int) -> dict[str, Any]:
    """One record as a reader hands it over; `fields` holds at least source, accession and title."""
    source = fields["source"]
    raw = hashlib.sha256(repr(sorted(fields.items())).encode()).hexdigest()
    identity = f"acc:{fields['accession']}"
    return {
        "record_id": record_id(pl.Series([source]), pl.Series([identity]))[0], "identity": identity,
        "platform": "any", "format": "ris", "raw_sha256": raw, "position": position, "line": position,
        "raw": [{"tag": "TI", "value": str(fields["title"])}], **fields,
    }  # fmt: skip


def load(
    con: duckdb.DuckDBPyConnection,
    file: str,
    records: Sequence[Mapping[str, Any]],
    *,
    day: int = 0,
    source: str = "medline",
    former_sources: Sequence[str] = (),
    failed: Mapping[str, int] | None = None,
) -> Loaded:
    """Merges one file's records as one search, run so many days after the start.

    A record may name a source of its own; `failed`: of each source, how many records could not be read.
    """
    clear_stage(con)
    rows = [parsed({"source": source, **fields}, position) for position, fields in enumerate(records, start=1)]
    arrival_id = int(file.lstrip("f")) + 1 if file.startswith("f") else ord(file) - ord("a") + 1
    stage_records(con, arrival_id, source, frame_of(ParsedRecord, rows), frame_of(QuarantinedRecord, []))
    for of_source, n in (failed or {}).items():
        lost = [{"position": 100 + at, "line": 1, "reason": "no title", "raw": f"AU  - {at}"} for at in range(n)]
        empty, unread = frame_of(ParsedRecord, []), frame_of(QuarantinedRecord, lost)
        stage_records(con, arrival_id, of_source, empty, unread)
    facts = SearchFacts(
        key=file, event_id=arrival_id, source=source, platform="any", strategy=None, window_from=None, window_to=None,
        executed_at=START + timedelta(days=day), executed_at_known=True, hits=None, complete=True,
    )  # fmt: skip
    return merge_records(con, facts, former_sources)
