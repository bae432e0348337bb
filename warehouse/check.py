"""Data tests: each file in checks/ selects what should not be, and each view keeps the contract of its model.

A warehouse with a single row in one of them is not published.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from warehouse.checked_views import find_changed_views, note_checked_views
from warehouse.content import hash_runs
from warehouse.contracts import validate_contracts

_CHECKS = Path(__file__).parent / "checks"
_SHOWN = 5


def find_violations(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One line for each violation of a check, then those of the contracts."""
    return run_checks(con) + [f"contract: {line}" for line in validate_contracts(con)]


def check_changes(con: duckdb.DuckDBPyConnection, hashes: Mapping[str, str]) -> list[str]:
    """The violations, as `find_violations` has them, but only views are asked of which a table changed since they kept their
    contracts. `hashes`: of each table that is content, as it is now. Where there are none, that is noted."""
    hashes = {**hashes, **hash_runs(con)}
    found = run_checks(con) + [f"contract: {line}" for line in validate_contracts(con, find_changed_views(con, hashes))]
    if not found:
        note_checked_views(con, hashes)
    return found


def run_checks(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One line for each row that should not be, the first five of each check, with the check's name."""
    found = []
    for path in sorted(_CHECKS.glob("*.sql")):
        rows = con.execute(path.read_text(encoding="utf-8")).fetchall()
        found += [f"{path.stem}: {row[0]}" for row in rows[:_SHOWN]]
        if len(rows) > _SHOWN:
            found.append(f"{path.stem}: and {len(rows) - _SHOWN} more")
    return found
