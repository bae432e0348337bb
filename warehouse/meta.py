"""What a warehouse says about itself (core.meta): its review, the program and protocol it was derived by, its place in the log."""

from __future__ import annotations

import duckdb


def read_meta(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """All values by key: review_id, program, protocol, seq, head; after publication log_seq, log_head, content_hash too."""
    return dict(con.execute("SELECT key, value FROM core.meta").fetchall())


def write_meta(con: duckdb.DuckDBPyConnection, **values: str) -> None:
    """Sets these values, and leaves the others as they are."""
    con.executemany("INSERT OR REPLACE INTO core.meta VALUES (?, ?)", list(values.items()))
