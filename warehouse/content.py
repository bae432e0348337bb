"""A hash over what the warehouse holds: equal for two warehouses exactly when their derived tables have the same rows."""

from __future__ import annotations

import hashlib

import duckdb

#: Not content: notes of this file's own making, and what the ledger alone says (runs name releases, releases hold the hash).
NOT_CONTENT = {"core.meta", "core.run", "core.release", "core.release_report"}


def table_hashes(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Rows and hash of each base table, by qualified name: 'rows:sum of the rows' MD5', whatever the rows' order."""
    names = [
        f"{schema}.{table}"
        for schema, table in con.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT temporary AND NOT internal ORDER BY ALL"
        ).fetchall()
    ]
    found = {}
    for name in names:
        if name in NOT_CONTENT:
            continue
        rows, total = con.execute(
            f"SELECT count(*), coalesce(sum(md5_number_lower(to_json(t)::VARCHAR)::HUGEINT), 0) FROM {name} AS t"  # noqa: S608
        ).fetchall()[0]
        found[name] = f"{rows}:{total:x}"
    return found


def content_hash(con: duckdb.DuckDBPyConnection) -> str:
    """SHA-256 over the hashes of all base tables."""
    lines = [f"{name} {value}" for name, value in table_hashes(con).items()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
