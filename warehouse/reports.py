"""Reports from records: the deduplication's input, and the naming of reports after its clusters."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from schemas.event import DuplicateRuling, DuplicateUndo
from warehouse.log import Entry
from warehouse.write import transaction

_HERE = Path(__file__).parent
_INPUT = (_HERE / "dedupe_input.sql").read_text(encoding="utf-8")
_NAMES = (_HERE / "reports.sql").read_text(encoding="utf-8")


def create_dedupe_input(con: duckdb.DuckDBPyConnection) -> None:
    """Creates the relation `dedupe_input` over all records, which tasks/deduplicate reads."""
    con.execute(_INPUT)


def find_last_rulings(entries: Iterable[Entry]) -> dict[tuple[str, str], Entry]:
    """The last ruling on each pair of records that was not taken back. Ids are in order."""
    standing: dict[int, tuple[tuple[str, str], Entry]] = {}
    for entry in entries:
        if isinstance(entry.event, DuplicateUndo):
            standing.pop(entry.event.ruling, None)
        elif isinstance(entry.event, DuplicateRuling):
            a, b = sorted((entry.event.record_id_a, entry.event.record_id_b))
            standing[entry.seq] = ((a, b), entry)
    return dict(standing.values())


def find_standing_rulings(entries: Iterable[Entry]) -> dict[tuple[str, str], str]:
    """The last ruling on each pair of records that was not taken back: same, distinct or not_now. Ids are in order."""
    last = find_last_rulings(entries)
    return {pair: entry.event.verdict for pair, entry in last.items() if isinstance(entry.event, DuplicateRuling)}


def write_rulings(con: duckdb.DuckDBPyConnection, entries: Iterable[Entry]) -> None:
    """Creates the relation `ruling` (id_a, id_b, verdict) of all rulings that stand; 'not now' is none."""
    rows = [
        (a, b, verdict) for (a, b), verdict in find_standing_rulings(entries).items() if verdict in ("same", "distinct")
    ]
    con.execute("CREATE OR REPLACE TEMP TABLE ruling (id_a VARCHAR, id_b VARCHAR, verdict VARCHAR)")
    if rows:
        con.executemany("INSERT INTO ruling VALUES (?, ?, ?)", rows)


def name_reports(con: duckdb.DuckDBPyConnection) -> None:
    """Names the reports after the clusters (dedupe.cluster), in one transaction."""
    with transaction(con):
        con.execute(_NAMES)
