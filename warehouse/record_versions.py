"""Versions of a record: which one is another record after all, and what a newer version changes in a known record.

Both look at the stage (stage_records.sql) before it is merged (merge_records.sql).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from schemas.problem import Problem

_HERE = Path(__file__).parent
_COMPARE, _SUSPECTS, _APART, _CHANGES = (
    (_HERE / f"{name}.sql").read_text(encoding="utf-8")
    for name in ("compare_versions", "suspect_accessions", "set_apart", "record_changes")
)
_ANY_CHANGED = (
    "SELECT 1 FROM stage_record AS s JOIN (FROM core.record WHERE record_id IN (SELECT record_id FROM stage_record)) AS r "
    "USING (record_id) WHERE s.raw_sha256 <> r.raw_sha256 LIMIT 1"
)
#: Characters of a value that are shown in a line for the user.
_SHOWN = 60


def set_apart(con: duckdb.DuckDBPyConnection) -> list[tuple[int, Problem]]:
    """Gives staged records whose accession is that of a record with a wholly different title ids of their own.

    Returns one line for each file that holds such records, with the file's arrival.
    """
    con.execute(_SUSPECTS)
    nth = 0
    while con.execute("SELECT 1 FROM stage_apart LIMIT 1").fetchall():
        nth += 1
        con.execute(_COMPARE)
        con.execute("SET VARIABLE nth = ?", [nth])
        con.execute(_APART)
    if nth < 2:  # nobody was left after the first round
        return []
    con.execute(
        "UPDATE stage_record AS s SET identity = p.identity, record_id = p.record_id FROM stage_place AS p "
        "WHERE s.rowid = p.row AND s.record_id <> p.record_id"
    )
    rows = con.execute(
        """
        SELECT s.arrival_id, any_value(coalesce(f.file_name, s.arrival_id::VARCHAR)), count(*), nullif(arg_min(s.line, p.row), 0),
            arg_min({accession: s.accession, title: s.title, other: p.other}, p.row)
        FROM stage_place AS p
        JOIN stage_record AS s ON s.rowid = p.row
        LEFT JOIN core.arrival AS f USING (arrival_id)
        WHERE p.other IS NOT NULL
        GROUP BY s.arrival_id
        ORDER BY min(p.row)
        """
    ).fetchall()
    problems = []
    for arrival_id, name, n, line, example in rows:
        bear, count = (
            ("a record bears", "counts as a record of its own")
            if n == 1
            else (f"{n:,} records bear", "count as records of their own")
        )
        text = (
            f"{bear} the accession of another record, with a wholly different title, and {count}; "
            f"for example accession {example['accession']}: '{_short(example['title'])}', and '{_short(example['other'])}'; "
            "were the accessions changed, as by a spreadsheet?"
        )
        problems.append((arrival_id, Problem(name, line, text, "warning")))
    return problems


def write_record_changes(con: duckdb.DuckDBPyConnection) -> None:
    """Writes to core.record_change what the stage changes in known records. Needs the relation stage_search."""
    if con.execute(_ANY_CHANGED).fetchall():
        con.execute(_COMPARE)
        con.execute(_CHANGES)


def list_spoiled_changes(con: duckdb.DuckDBPyConnection, search_id: str) -> list[tuple[int, Problem]]:
    """One line for each file of a search that made good values of known records worse, with the file's arrival."""
    rows = con.execute(
        """
        SELECT
            c.arrival_id, any_value(coalesce(s.file_name, c.arrival_id::VARCHAR)), count(DISTINCT c.record_id),
            string_agg(DISTINCT c.field, ', ' ORDER BY c.field),
            arg_min({record_id: c.record_id, field: c.field, before: c.before, after: c.after, how: c.spoiled}, (c.record_id, c.field))
        FROM core.record_change AS c
        LEFT JOIN core.arrival AS s USING (arrival_id)
        WHERE c.search_id = ? AND c.spoiled IS NOT NULL
        GROUP BY c.arrival_id
        ORDER BY ALL
        """,
        [search_id],
    ).fetchall()
    problems = []
    for arrival_id, name, n, fields, example in rows:
        what = "a record that was known" if n == 1 else f"{n:,} records that were known"
        after = f"'{_short(example['after'])}'" if example["after"] else "nothing"
        text = (
            f"spoils {what} ({fields}); for example {example['field']} of {example['record_id']}, {example['how']}: "
            f"'{_short(example['before'])}' became {after}; "
            f"withdraw it with: living-review deliveries withdraw {arrival_id}"
        )
        problems.append((arrival_id, Problem(name, None, text, "warning")))
    return problems


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1].rstrip() + "…"
