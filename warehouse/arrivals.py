"""Arrivals in the warehouse: what came in and whether it counts, and what came of reading it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

import duckdb
import polars as pl

from schemas.frames import frame_of
from schemas.problem import Problem
from schemas.search import ArrivalRow
from warehouse.deliveries import Delivery, State
from warehouse.write import transaction

#: The tables that hold what files of people say, by the file's arrival. Records are not among them: what an export said
#: cannot be taken out of the records again, so a warehouse is derived anew where one of those no longer counts.
_TABLES_OF_FILES = (
    "core.imported_decision", "core.imported_report", "core.project", "core.document", "core.code", "core.coding", "core.memo",
    "core.document_value", "core.coder", "core.not_carried", "core.document_mapping", "core.characteristic", "core.appraisal",
    "core.document_file", "core.document_page", "core.document_mention",
)  # fmt: skip


def write_arrivals(con: duckdb.DuckDBPyConnection, deliveries: Iterable[Delivery]) -> None:
    """Replaces core.arrival by what is known of the deliveries now. The caller holds the transaction."""
    rows = [
        {
            "arrival_id": delivery.arrival_id, "sha256": delivery.sha256, "kind": str(delivery.content),
            "file_name": delivery.name, "bytes": delivery.arrival.size, "source": delivery.source,
            "stage": delivery.stage, "who": delivery.who, "note": delivery.note, "request": delivery.arrival.request,
            "trail": delivery.arrival.trail, "search_key": delivery.arrival.search_key, "page": delivery.arrival.page,
            "received_at": delivery.received_at, "executed_at": delivery.executed_at, "hits": delivery.hits,
            "state": str(delivery.state), "counts": delivery.counts, "other": delivery.other,
        }
        for delivery in deliveries
    ]  # fmt: skip
    con.execute("DELETE FROM core.arrival")
    con.register("arrival_frame", frame_of(ArrivalRow, rows).to_arrow())
    con.execute("INSERT INTO core.arrival BY NAME FROM arrival_frame")
    con.unregister("arrival_frame")


def find_files_to_read(con: duckdb.DuckDBPyConnection, deliveries: Iterable[Delivery]) -> list[Delivery]:
    """The deliveries that were not read yet, or that are read differently since (another stage, another person).

    Deletes what was read of the latter before, and of those whose bytes count as another delivery's by now. For files of
    people only: decisions, codings, sheets, lists. One that no longer counts is read all the same: old decisions stay as
    history.
    """
    known = dict(con.execute("SELECT arrival_id, fingerprint FROM core.reading").fetchall())
    found, changed = [], []
    for delivery in deliveries:
        repeated = delivery.state is State.REPEATED
        if repeated or known.get(delivery.arrival_id) != fingerprint(delivery):
            found += [] if repeated else [delivery]
            changed += [delivery.arrival_id] if delivery.arrival_id in known else []
    if changed:
        with transaction(con):
            for table in (*_TABLES_OF_FILES, "core.problem", "core.reading"):
                con.execute(f"DELETE FROM {table} WHERE list_contains(?, arrival_id)", [changed])  # noqa: S608 - our own names
    return found


def fingerprint(delivery: Delivery) -> str:
    """A hash over what reading a file of people depends on besides the program and the protocol."""
    facts = [delivery.sha256, delivery.name, delivery.stage, delivery.verdict, delivery.who, str(delivery.executed_at)]
    facts += [delivery.positions] if delivery.positions else []
    facts += [f"round {delivery.round}"] if delivery.round else []
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def write_reading(
    con: duckdb.DuckDBPyConnection,
    arrival_id: int,
    fingerprint: str,
    outcome: str,
    problems: Iterable[Problem] = (),
    *,
    format: str | None = None,
    encoding: str | None = None,
) -> None:
    """Writes that a file was read (outcome loaded) or refused, and its problems."""
    con.execute("INSERT INTO core.reading VALUES (?, ?, ?, ?, ?)", [arrival_id, fingerprint, outcome, format, encoding])
    rows = [(arrival_id, p.line, p.severity, p.message) for p in problems]
    if rows:
        frame = pl.DataFrame(
            rows,
            schema={"arrival_id": pl.Int64, "line": pl.Int32, "severity": pl.String, "message": pl.String},
            orient="row",
        )
        con.register("problem_frame", frame.to_arrow())
        con.execute("INSERT INTO core.problem BY NAME FROM problem_frame")
        con.unregister("problem_frame")


def write_problems(con: duckdb.DuckDBPyConnection, problems: Iterable[tuple[int, Problem]]) -> None:
    """Writes more problems of files, each with the file's arrival."""
    for arrival_id, p in problems:
        con.execute("INSERT INTO core.problem VALUES (?, ?, ?, ?)", [arrival_id, p.line, p.severity, p.message])


def write_loaded_search(con: duckdb.DuckDBPyConnection, event_id: int, fingerprint: str) -> None:
    """Writes that a search was loaded, or refused whole, with its fingerprint."""
    con.execute("INSERT INTO core.loaded_search VALUES (?, ?)", [event_id, fingerprint])


def read_loaded_searches(con: duckdb.DuckDBPyConnection) -> dict[int, str]:
    """The fingerprint of each search that was loaded, by its place in the log."""
    return dict(con.execute("SELECT event_id, fingerprint FROM core.loaded_search").fetchall())
