"""Bring a copy for readers to what the warehouse holds now, by the rows that differ: what this costs follows what is new.

Rows are compared by DuckDB's hash of the whole row, and counted, so that rows which stand more than once are right too. The
rows of both sides are read: a copy that somebody has changed is put right like one that is old.

What is deleted from a file stays in its bytes until they are written over. So nothing is ever deleted from a masked table in
this way, but rows that tell nothing of a vote: one that is to be hidden again must not be found in the file. There the copy
has to be made from nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

#: The rows of masked tables that tell no vote. What waits for votes waits for every reader, and decisions end that in every refresh.
_TELL_NOTHING = {"core.meta": "true", "core.screening_status": "status = 'awaiting'"}
#: Each table and view by its words: DuckDB writes the columns of an EXCLUDE now in one order, now in another.
_SHAPE = r"""
SELECT list_sort(regexp_extract_all(sql, '\w+')) AS words
FROM (
    SELECT sql FROM duckdb_tables() WHERE database_name = $database AND NOT temporary AND NOT internal
    UNION ALL SELECT sql FROM duckdb_views() WHERE database_name = $database AND NOT temporary AND NOT internal
)
ORDER BY words
"""
_DIFFERING = """
CREATE OR REPLACE TEMP TABLE differing AS
SELECT hash, there.n IS NOT NULL AS in_copy
FROM (SELECT hash(t) AS hash, count(*) AS n FROM {copy}.{table} AS t GROUP BY hash) AS there
FULL JOIN (SELECT hash(t) AS hash, count(*) AS n FROM ({select}) AS t GROUP BY hash) AS here USING (hash)
WHERE there.n IS DISTINCT FROM here.n
"""
_TELLING = (
    "FROM {copy}.{table} AS t WHERE NOT ({harmless}) AND hash(t) IN (SELECT hash FROM differing WHERE in_copy) LIMIT 1"
)
_DELETE = "DELETE FROM {copy}.{table} AS t WHERE hash(t) IN (SELECT hash FROM differing)"
_INSERT = "INSERT INTO {copy}.{table} SELECT t.* FROM ({select}) AS t WHERE hash(t) IN (SELECT hash FROM differing)"


def renew_rows(con: duckdb.DuckDBPyConnection, copy: str, selects: Mapping[str, str], masked: set[str]) -> bool:
    """Makes each table of the attached database `copy` hold what its SELECT gives; whether that could be done.

    `selects`: the SELECT of each table, by qualified name; `masked`: those from which no row may be deleted. Where it could
    not be done (another schema, a masked row that is to go) the copy is half renewed, and of no use.
    """
    (here,) = con.execute("SELECT current_database()").fetchall()[0]
    if con.execute(_SHAPE, {"database": here}).fetchall() != con.execute(_SHAPE, {"database": copy}).fetchall():
        return False
    try:
        return all(_renew_table(con, copy, table, selects[table], table in masked) for table in selects)
    finally:
        con.execute("DROP TABLE IF EXISTS temp.differing")


def _renew_table(con: duckdb.DuckDBPyConnection, copy: str, table: str, select: str, only_add: bool) -> bool:
    """Deletes and inserts the rows of one table that differ; False where rows that tell something would have to go from one that
    only grows."""
    names = {"copy": copy, "table": table, "select": select}
    con.execute(_DIFFERING.format(**names))
    differing, gone = con.execute("SELECT count(*), count(*) FILTER (WHERE in_copy) FROM differing").fetchall()[0]
    if gone and only_add:
        telling = _TELLING.format(**names, harmless=_TELL_NOTHING.get(table, "false"))
        if con.execute(telling).fetchall():
            return False
    if gone:
        con.execute(_DELETE.format(**names))
    if differing:
        con.execute(_INSERT.format(**names))
    return True
