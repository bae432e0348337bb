"""Which views are to be asked whether their rows keep their contracts: those of which a base table has other rows than when
they were asked last. A view that kept its contract and rests on the same rows keeps it still.

What a view rests on is read off its SQL: every name with a schema in it, and what the views among them rest on.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cache

import duckdb

from warehouse.schema import table_files, view_files

_VIEW = re.compile(r"\s*CREATE (?:OR REPLACE )?VIEW (\w+\.\w+) AS\b(.*)", re.DOTALL)
_COMMENT = re.compile(r"--.*")
_NAME = re.compile(r"\b(core|dedupe|main)\.(\w+)")


@cache
def list_base_tables() -> dict[str, frozenset[str]]:
    """Each view of schema main ('main.report') with the base tables that it rests on, itself or through other views."""
    rests_on: dict[str, frozenset[str]] = {}
    for statement in duckdb.extract_statements("\n".join([*table_files(), *(sql for _, sql in view_files())])):
        if view := _VIEW.match(statement.query):  # which uses only those before it
            names = {f"{schema}.{name}" for schema, name in _NAME.findall(_COMMENT.sub("", view[2]))}
            rests_on[view[1]] = frozenset().union(*(rests_on.get(name, {name}) for name in names))
    return {view: tables for view, tables in rests_on.items() if view.startswith("main.")}


def find_changed_views(con: duckdb.DuckDBPyConnection, hashes: Mapping[str, str]) -> set[str]:
    """The views that were not asked since a table which they rest on changed. `hashes`: of each table, as it is now.

    A view that rests on a table without a hash is always among them.
    """
    known = dict(con.execute("SELECT view_name, stamp FROM core.checked_view").fetchall())
    stamps = _stamp_views(hashes)
    return {view for view in list_base_tables() if view not in stamps or known.get(view) != stamps[view]}


def note_checked_views(con: duckdb.DuckDBPyConnection, hashes: Mapping[str, str]) -> None:
    """Notes that every view keeps its contract with the tables as they are now."""
    stamps = _stamp_views(hashes)
    con.execute("DELETE FROM core.checked_view")
    con.execute("INSERT INTO core.checked_view SELECT unnest(?), unnest(?)", [list(stamps), list(stamps.values())])


def _stamp_views(hashes: Mapping[str, str]) -> dict[str, str]:
    """A hash over the hashes of the tables of each view, where all of these are known."""
    return {
        view: hashlib.sha256("\n".join(f"{table} {hashes[table]}" for table in sorted(tables)).encode()).hexdigest()
        for view, tables in list_base_tables().items()
        if tables <= hashes.keys()
    }
