"""Runs and releases, from the ledger into the warehouse."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from schemas.ledger import Kind
from warehouse.ledger import Event


def write_runs(con: duckdb.DuckDBPyConnection, events: Iterable[Event]) -> None:
    """Replaces core.run, core.release and core.release_report by what the ledger says; of a run, its last word."""
    runs: dict[str, tuple[object, ...]] = {}
    releases, members = [], []
    for event in events:
        said = event.payload
        if event.kind is Kind.RUN:
            counts = (said["new_records"], said["new_reports"], said["problems"])
            runs[said["run_id"]] = (
                said["run_id"],
                said["started_at"],
                event.at,
                said["trigger"],
                said["state"],
                *counts,
            )
        else:
            releases.append((said["version"], said["run_id"], event.at, said["content_hash"]))
            members += [(said["version"], report, study) for report, study in said["included"]]
    con.execute("BEGIN")
    for table, rows in (("run", list(runs.values())), ("release", releases), ("release_report", members)):
        con.execute(f"DELETE FROM core.{table}")  # noqa: S608
        if rows:
            con.executemany(f"INSERT INTO core.{table} VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608
    con.execute("COMMIT")
