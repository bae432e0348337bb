"""The rows of the extraction form, from the warehouse."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tasks.synthesise.form import FormRow

_SQL = Path(__file__).with_name("form_rows.sql").read_text(encoding="utf-8")


def included_rows(con: duckdb.DuckDBPyConnection) -> list[FormRow]:
    """A row for each included report, in the order of its reference, with the values that are known."""
    rows = []
    for report_id, study, reference, field_values in con.execute(_SQL).fetchall():
        values: dict[str, list[str]] = {}
        for pair in field_values:
            values.setdefault(pair["field"], []).append(pair["value"])
        rows.append(FormRow(report_id, study, reference, values))
    return rows
