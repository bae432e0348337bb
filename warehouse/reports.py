"""Reports from records: what the deduplication gets, and how reports are named after what it finds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from schemas.ledger import Kind
from warehouse.ledger import Event

_HERE = Path(__file__).parent
_INPUT = (_HERE / "dedupe_input.sql").read_text(encoding="utf-8")
_NAMES = (_HERE / "reports.sql").read_text(encoding="utf-8")


def dedupe_input(con: duckdb.DuckDBPyConnection) -> None:
    """The relation `dedupe_input` over all records, as tasks/deduplicate wants it."""
    con.execute(_INPUT)


def rulings(con: duckdb.DuckDBPyConnection, events: Iterable[Event]) -> None:
    """The relation `ruling` (id_a, id_b, verdict): the last ruling on each pair that stands; 'not now' is none."""
    standing: dict[int, tuple[str, str, str]] = {}
    for event in events:
        if event.kind is Kind.DUPLICATE_UNDO:
            standing.pop(event.payload["seq"], None)
        else:
            a, b = sorted((event.payload["record_id_a"], event.payload["record_id_b"]))
            standing[event.seq] = (a, b, event.payload["verdict"])
    last = {(a, b): verdict for a, b, verdict in standing.values()}
    rows = [(a, b, verdict) for (a, b), verdict in last.items() if verdict in ("same", "distinct")]
    con.execute("CREATE OR REPLACE TEMP TABLE ruling (id_a VARCHAR, id_b VARCHAR, verdict VARCHAR)")
    if rows:
        con.executemany("INSERT INTO ruling VALUES (?, ?, ?)", rows)


def name_reports(con: duckdb.DuckDBPyConnection) -> None:
    """Names the reports after the clusters (dedupe.cluster), in one transaction."""
    con.execute("BEGIN")
    con.execute(_NAMES)
    con.execute("COMMIT")
