"""Corrections: values of records that people put right, in place of what the source gives, which is kept beside.

New versions of a record are merged with what its source gave, so corrections are taken out before a search is loaded
(`restore_records`) and put in again after it (`correct_records`), before records are compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from schemas.event import CorrectionUndo, RecordCorrection
from schemas.problem import Problem
from warehouse.log import Entry
from warehouse.write import transaction

_HERE = Path(__file__).parent
_RESTORE, _CORRECT = (
    (_HERE / f"{name}.sql").read_text(encoding="utf-8") for name in ("restore_records", "correct_records")
)
_STANDING: dict[str, Any] = {
    "seq": pl.Int64, "record_id": pl.String, "field": pl.String, "value": pl.String, "source_value": pl.String,
    "reviewer": pl.String, "corrected_at": pl.Datetime("us", "UTC"), "why": pl.String,
}  # fmt: skip


def restore_records(con: duckdb.DuckDBPyConnection) -> None:
    """Takes all corrections out of core.record, which then holds what the sources give."""
    if con.execute("SELECT 1 FROM core.record_as_given LIMIT 1").fetchall():
        with transaction(con):
            con.execute(_RESTORE)


def correct_records(con: duckdb.DuckDBPyConnection, entries: Iterable[Entry]) -> list[Problem]:
    """Puts the corrections of the log that stand into core.record, in place of those that are there.

    Returns a warning for each that somebody should look at: its source gives another value by now, or its record is gone.
    """
    standing = find_standing_corrections(entries)
    if not standing and not con.execute("SELECT 1 FROM core.record_correction LIMIT 1").fetchall():
        return []
    restore_records(con)
    rows = [
        {
            "seq": entry.seq,
            "reviewer": entry.actor,
            "corrected_at": entry.at,
            **event.model_dump(include={"record_id", "field", "value", "source_value", "why"}),
        }
        for entry, event in standing
    ]
    con.register("standing_correction", pl.DataFrame(rows, schema=_STANDING))
    with transaction(con):
        con.execute(_CORRECT)
    con.unregister("standing_correction")
    return [
        Problem("ledger", None, text, "warning")
        for (text,) in con.execute("SELECT finding FROM main.correction_finding ORDER BY ALL").fetchall()
    ]


def find_standing_corrections(entries: Iterable[Entry]) -> list[tuple[Entry, RecordCorrection]]:
    """The corrections that were not taken back, in order."""
    standing: dict[int, tuple[Entry, RecordCorrection]] = {}
    for entry in entries:
        if isinstance(entry.event, CorrectionUndo):
            standing.pop(entry.event.correction, None)
        elif isinstance(entry.event, RecordCorrection):
            standing[entry.seq] = (entry, entry.event)
    return list(standing.values())
