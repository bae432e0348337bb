"""The published copy: what analysts, the site and the reviewers' page read, swapped in whole.

Readers that have the old copy open keep it; new ones see the new. Verdicts on a report that still waits for another
vote are hidden in the copy: whoever reads it cannot learn how a colleague voted before voting.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from warehouse.connect import STORAGE

_DECISIONS = Path(__file__).with_name("publish_decisions.sql").read_text(encoding="utf-8")

#: Tables that are not copied as they are: the SELECT that is published instead.
_FILTERED = {
    "core.decision": _DECISIONS,
    # What the next comparison needs, and no reader.
    "dedupe.feature": "SELECT * FROM dedupe.feature WHERE false",
    "dedupe.block": "SELECT * FROM dedupe.block WHERE false",
    # Nobody knows yet which report these are about, so nobody knows who may see the verdict.
    "core.unmatched_decision": "SELECT * REPLACE ('hidden' AS verdict, NULL AS reason) FROM core.unmatched_decision",
    # A line about a file of decisions can quote a verdict. What refused a whole file quotes none.
    "core.problem": "SELECT p.* REPLACE (CASE WHEN s.kind = 'decisions' AND s.state = 'loaded' THEN 'hidden' ELSE p.message END "
    "AS message) FROM core.problem AS p LEFT JOIN core.arrival AS s USING (arrival_id)",
    "core.imported_decision": "SELECT * REPLACE ('hidden' AS verdict, NULL AS reason, NULL AS labels, NULL AS note) "
    "FROM core.imported_decision",
}


def publish(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Copies the warehouse that `con` writes to `target`, by way of a file beside it and one atomic rename."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    here = con.execute("SELECT current_database()").fetchall()[0][0]
    con.execute(f"ATTACH '{str(fresh).replace(chr(39), chr(39) * 2)}' AS published (STORAGE_VERSION '{STORAGE}')")
    try:
        con.execute(f'COPY FROM DATABASE "{here}" TO published (SCHEMA)')
        tables = con.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() "
            "WHERE database_name = current_database() AND NOT temporary AND NOT internal"
        ).fetchall()
        for (table,) in tables:
            con.execute(f"INSERT INTO published.{table} {_FILTERED.get(table, f'FROM {table}')}")
        con.execute("CHECKPOINT published")
    finally:
        con.execute("DETACH published")
    fresh.chmod(0o444)
    fresh.replace(target)
    Path(f"{fresh}.wal").unlink(missing_ok=True)
