"""Tables 1 and 2 as people print them: a row a study. The views table_1 and table_2 hold the same, a row a cell."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from schemas.errors import UserError

_DIFFERENCES = Path(__file__).with_name("differences.sql").read_text(encoding="utf-8")
_APPRAISAL_DIFFERENCES = Path(__file__).with_name("appraisal_differences.sql").read_text(encoding="utf-8")


def table_1(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """A row an included study in the order of inclusion, a column a field of the protocol; a gap is '–'.

    Raises UserError where the protocol declares no field.
    """
    labels = [row[0] for row in con.execute("SELECT label FROM protocol_field ORDER BY position").fetchall()]
    if not labels:
        raise UserError("the protocol has no extraction fields", hint="add [[extraction.field]] tables to review.toml")
    cells: pl.DataFrame = con.sql(
        "SELECT study_id, study, label, coalesce(value || coalesce(' ' || unit, ''), '–') AS value "
        "FROM table_1 ORDER BY study_position, field_position"
    ).pl()
    return _widen(cells, "label", labels)


def table_2(con: duckdb.DuckDBPyConnection, checklist: str | None = None) -> pl.DataFrame:
    """A row an included study, a column an item; then a row an answer with how many included reports got it.

    Raises UserError for a checklist that the protocol does not name.
    """
    name = choose_checklist(con, checklist)
    con.execute("SET VARIABLE checklist = ?", [name])
    items = con.sql("FROM checklist_item WHERE checklist = getvariable('checklist') ORDER BY item").pl()
    columns = [f"{item} {short}" for item, short in items.select("item", "short").rows()]
    cells: pl.DataFrame = con.sql(
        "SELECT study_id, study, item || ' ' || short AS label, answer AS value FROM table_2 "
        "WHERE checklist = getvariable('checklist') ORDER BY study_position, item"
    ).pl()
    totals: pl.DataFrame = con.sql(
        "SELECT answer AS study_id, 'reports: ' || answer AS study, item || ' ' || short AS label, reports::VARCHAR AS value "
        "FROM appraisal_total WHERE checklist = getvariable('checklist') ORDER BY answer, item"
    ).pl()
    return pl.concat([_widen(cells, "label", columns), _widen(totals, "label", columns).fill_null("0")])


def list_differences(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """A row a study and field whose answers differ: report_id (all reports of the study), study, field, agreement, answers, and
    extractor ('consensus') and value (empty) for what is agreed; `read_characteristics` reads it back."""
    found: pl.DataFrame = con.sql(_DIFFERENCES).pl()
    return found


def list_appraisal_differences(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """A row a report and item whose answers differ: report_id, study, checklist, item, question, answers, and reviewer
    ('consensus'), answer and reason (empty) for what is agreed; `read_appraisal` reads it back."""
    found: pl.DataFrame = con.sql(_APPRAISAL_DIFFERENCES).pl()
    return found


def choose_checklist(con: duckdb.DuckDBPyConnection, name: str | None) -> str:
    """The checklist by its name, or the protocol's first. Raises UserError where the protocol names no such one."""
    names = [row[0] for row in con.execute("SELECT DISTINCT ON (checklist) checklist FROM checklist_item").fetchall()]
    if name is None and names:
        return str(names[0])
    if name not in names:
        raise UserError(f"the protocol names no checklist '{name}'", hint=f"there is: {', '.join(names)}")
    return str(name)


def _widen(cells: pl.DataFrame, on: str, columns: list[str]) -> pl.DataFrame:
    """One row a study, the columns in this order."""
    if cells.is_empty():
        return pl.DataFrame(schema=dict.fromkeys(["study", *columns], pl.String))
    wide = cells.pivot(
        on=on, index=["study_id", "study"], values="value", aggregate_function="first", maintain_order=True
    )
    present = [pl.col(name) if name in wide.columns else pl.lit(None, pl.String).alias(name) for name in columns]
    return wide.select("study", *present)
