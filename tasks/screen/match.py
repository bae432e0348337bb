"""Match imported decisions to the reports of the warehouse."""

from __future__ import annotations

import duckdb
import polars as pl

from schemas.screening import MatchedDecision
from tasks.identify import with_reports


def match_decisions(con: duckdb.DuckDBPyConnection, decisions: pl.DataFrame) -> pl.DataFrame:
    """ImportedDecision in, MatchedDecision out, in the same order; no row is dropped.

    Reads the relations `record` and `report_alias`. The way from key to report is written in tasks/identify.sql.
    """
    said = decisions.with_columns(said_at=pl.col("decided_at").dt.replace_time_zone("UTC"))
    return MatchedDecision.validate(with_reports(con, said).drop("said_at"), lazy=True)
