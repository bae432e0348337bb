"""Data tests: each file in checks/ selects what should not be; a warehouse with a single row in one of them is not published."""

from __future__ import annotations

from pathlib import Path

import duckdb

_CHECKS = Path(__file__).parent / "checks"
_SHOWN = 5


def violations(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One line for each violation, the first five of each check, with the check's name."""
    found = []
    for path in sorted(_CHECKS.glob("*.sql")):
        rows = con.execute(path.read_text(encoding="utf-8")).fetchall()
        found += [f"{path.stem}: {row[0]}" for row in rows[:_SHOWN]]
        if len(rows) > _SHOWN:
            found.append(f"{path.stem}: and {len(rows) - _SHOWN} more")
    return found
