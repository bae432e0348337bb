"""Which report somebody's key means: decisions, QDA documents and extraction sheets name reports in their own ways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import polars as pl

_SQL = Path(__file__).with_name("identify.sql").read_text(encoding="utf-8")
_LABELS = Path(__file__).with_name("identify_labels.sql").read_text(encoding="utf-8")
_NO_LABELS = "SELECT NULL::VARCHAR AS label, NULL::VARCHAR AS report_id WHERE false"

CLAIM: dict[str, Any] = {
    "key": pl.String,
    "title": pl.String,
    "year": pl.Int32,
    "doi": pl.String,
    "pmid": pl.String,
    "said_at": pl.Datetime("us", "UTC"),
}
"""What a file says of a report. `said_at`: when; a report that was found later is not meant, if one fits that was known."""
ANSWER: dict[str, Any] = {
    **CLAIM,
    "report_id": pl.String,
    "record_id": pl.String,
    "match": pl.String,
    "how": pl.String,
    "candidates": pl.List(pl.String),
}


def identify(con: duckdb.DuckDBPyConnection, claims: pl.DataFrame, *, labels_of: str | None = None) -> pl.DataFrame:
    """One row for each distinct claim (columns CLAIM, in; ANSWER, out), by the warehouse's `record`, `report_alias`
    and `record_alias`.

    `match` is matched, ambiguous or unmatched; `how` is the way that led there; `record_id` is the record through which
    it did, which stays what it is when reports are merged or split. `labels_of`: a relation with a column report_id,
    whose reports may also be named by first author and year ('Hartwell 2017'); a short one, such as the included
    reports, since among thousands a name and a year say little.
    """
    if claims.is_empty():
        return pl.DataFrame(schema=ANSWER)
    con.register("claim", _claims(claims).select(*CLAIM))
    labels = _NO_LABELS if labels_of is None else f"{_LABELS} AND report_id IN (SELECT report_id FROM {labels_of})"  # noqa: S608 - a name from our own code
    con.execute(f"CREATE OR REPLACE TEMP VIEW label AS {labels}")
    try:
        answers: pl.DataFrame = con.sql(_SQL).pl()
        return answers.cast(ANSWER)  # type: ignore[arg-type]
    finally:
        con.execute("DROP VIEW IF EXISTS temp.label")
        con.unregister("claim")


def with_reports(con: duckdb.DuckDBPyConnection, frame: pl.DataFrame, *, labels_of: str | None = None) -> pl.DataFrame:
    """The frame (with the columns CLAIM) with what `identify` says of each row, in the frame's order."""
    claims = _claims(frame)
    answers = identify(con, claims.select(*CLAIM).unique(), labels_of=labels_of)
    return claims.join(answers, on=list(CLAIM), how="left", nulls_equal=True, maintain_order="left")


def _claims(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with all columns of CLAIM, null where it says nothing."""
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in CLAIM.items() if name not in frame.columns]
    return frame.with_columns(*missing).with_columns(pl.col(name).cast(dtype) for name, dtype in CLAIM.items())
