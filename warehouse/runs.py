"""Runs, releases and looks into feeds, from the log into the warehouse."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from schemas.event import FeedChecked, Release, RunEnded
from warehouse.log import Entry
from warehouse.write import replace_rows, transaction

#: What `write_runs` writes.
EVENTS = (RunEnded, Release, FeedChecked)


def write_runs(con: duckdb.DuckDBPyConnection, entries: Iterable[Entry]) -> None:
    """Replaces the rows of runs (the last event of each), of releases with their reports and flow, and of looks into feeds by the log's."""
    runs: dict[str, tuple[object, ...]] = {}
    releases: list[tuple[object, ...]] = []
    members: list[tuple[object, ...]] = []
    flows: list[tuple[object, ...]] = []
    checks: list[tuple[object, ...]] = []
    for entry in entries:
        event = entry.event
        if isinstance(event, RunEnded):
            runs[event.run_id] = (
                event.run_id, event.started_at, entry.at, event.trigger, event.state,
                event.new_records, event.new_reports, event.problems,
            )  # fmt: skip
        elif isinstance(event, Release):
            releases.append((event.number, event.run_id, entry.at, event.content_hash, event.upto, event.head))
            members += [(event.number, report, study) for report, study in event.included]
            flows += [(event.number, box, n) for box, n in event.flow]
        elif isinstance(event, FeedChecked):
            checks += [
                (entry.seq, source, event.feed, event.place, entry.at, event.taken, event.complete, event.reason)
                for source in event.sources
            ]
    with transaction(con):
        replace_rows(con, "core.run", list(runs.values()))
        replace_rows(con, "core.release", releases)
        replace_rows(con, "core.release_report", members)
        replace_rows(con, "core.release_flow", flows)
        replace_rows(con, "core.feed_check", checks)
