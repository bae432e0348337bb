"""A hash over what the warehouse holds: equal for two warehouses exactly when their derived tables have the same rows.

A table's hash is a sum over its rows, so it depends neither on their order nor on how they are cut into parts. That lets a
large table be hashed by parts: a part whose rows are as they were is known by its stamp, DuckDB's own hash of whole rows,
which takes a tenth of the time; only parts with another stamp are hashed anew. What is known stands in core.content_part.
A stamp is no proof against somebody who means to deceive, and is another in another version of DuckDB: it only saves work,
never enters the hash, and `anew` does without.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import duckdb

#: What the ledger alone says: runs name releases, and releases hold the hash; and that a feed was looked into, which makes no version.
OF_THE_LOG = {
    "core.run",
    "core.release",
    "core.release_report",
    "core.release_flow",
    "core.feed_check",
    "core.protocol_change",
}
#: Not content: that, and notes of the warehouse's own making.
NOT_CONTENT = OF_THE_LOG | {"core.meta", "core.content_part", "core.checked_view"}
#: Rows of a part, by their place in the file. Smaller tables are not worth a stamp.
_PART = 16_384
_HASH = "coalesce(sum(md5_number_lower(to_json(t)::VARCHAR)::HUGEINT), 0)"


def hash_content(con: duckdb.DuckDBPyConnection, *, anew: bool = False) -> str:
    """SHA-256 over the hashes of all tables that are content. `anew`: every row is hashed, whatever is known."""
    return combine_hashes(hash_tables(con, anew=anew))


def combine_hashes(hashes: Mapping[str, str]) -> str:
    """The hash of the content of which these are the tables' hashes."""
    lines = [f"{name} {value}" for name, value in hashes.items()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def hash_tables(con: duckdb.DuckDBPyConnection, *, anew: bool = False) -> dict[str, str]:
    """Rows and hash of each table that is content, by qualified name: 'rows:sum of the rows' MD5', whatever the rows' order.

    Notes the parts that it hashed in core.content_part, where there is such a table. `anew`: neither reads nor writes it.
    """
    sizes: dict[str, int] = dict(
        con.execute(
            "SELECT schema_name || '.' || table_name, estimated_size FROM duckdb_tables() "
            "WHERE database_name = current_database() AND NOT temporary AND NOT internal ORDER BY ALL"
        ).fetchall()
    )
    by_parts = not anew and "core.content_part" in sizes
    filled = find_filled(con, sizes.keys() - NOT_CONTENT)
    found = {}
    for name, size in sizes.items():
        if name in filled:
            rows, total = _by_parts(con, name) if by_parts and size > _PART else _whole(con, name)
            found[name] = f"{rows}:{total:x}"
        elif name not in NOT_CONTENT:
            found[name] = "0:0"
    return found


def find_filled(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> set[str]:
    """Those of these tables that have rows: most tables of a review have none, and one question is cheaper than one of each."""
    parts = [f"SELECT '{name}' AS name WHERE EXISTS (FROM {name})" for name in sorted(names)]
    return {name for (name,) in con.execute(" UNION ALL ".join(parts)).fetchall()} if parts else set()


def hash_runs(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The same of the tables that are no content and views rest on: runs and releases."""
    return {name: "{}:{:x}".format(*_whole(con, name)) for name in sorted(OF_THE_LOG)}


def _whole(con: duckdb.DuckDBPyConnection, name: str) -> tuple[int, int]:
    rows, total = con.execute(f"SELECT count(*), {_HASH} FROM {name} AS t").fetchall()[0]  # noqa: S608 - a name from the catalogue
    return rows, total


def _by_parts(con: duckdb.DuckDBPyConnection, name: str) -> tuple[int, int]:
    """Rows and hash over all parts, of which only those are hashed that are not known with the same stamp."""
    stamped: list[tuple[int, int, str]] = con.execute(
        f"SELECT rowid // {_PART} AS part, count(*) AS n, n || ':' || sum(hash(t)::HUGEINT) FROM {name} AS t GROUP BY part"  # noqa: S608
    ).fetchall()
    noted = con.execute("SELECT part, stamp, total FROM core.content_part WHERE table_name = ?", [name]).fetchall()
    known = {(part, stamp): int(total) for part, stamp, total in noted}
    unknown = [part for part, _, stamp in stamped if (part, stamp) not in known]
    hashed = dict(
        con.execute(
            f"SELECT rowid // {_PART} AS part, {_HASH} FROM {name} AS t WHERE list_contains(?::BIGINT[], part) GROUP BY part",  # noqa: S608
            [unknown],
        ).fetchall()
        if unknown
        else []
    )
    totals = {
        (part, stamp): known[part, stamp] if (part, stamp) in known else hashed[part] for part, _, stamp in stamped
    }
    if totals != known:
        con.execute("DELETE FROM core.content_part WHERE table_name = ?", [name])
        con.executemany(
            "INSERT INTO core.content_part VALUES (?, ?, ?, ?)",
            [(name, part, stamp, str(total)) for (part, stamp), total in totals.items()],
        )
    return sum(rows for _, rows, _ in stamped), sum(totals.values())
