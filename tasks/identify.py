"""Which report somebody's key means: decisions, QDA documents and extraction sheets name reports in their own ways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from tasks.identifiers import doi_of, pmid_alone

_SQL = Path(__file__).with_name("identify.sql").read_text(encoding="utf-8")
_LABELS = Path(__file__).with_name("identify_labels.sql").read_text(encoding="utf-8")
_COMPARED = Path(__file__).with_name("identify_compared.sql").read_text(encoding="utf-8")
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
    key_doi, key_pmid = (pl.col("key").map_elements(take, return_dtype=pl.String) for take in (doi_of, pmid_alone))
    con.register("claim", _claims(claims).select(*CLAIM, key_doi=key_doi, key_pmid=key_pmid))
    labels = _NO_LABELS if labels_of is None else f"{_LABELS} AND report_id IN (SELECT report_id FROM {labels_of})"  # noqa: S608 - a name from our own code
    con.execute(f"CREATE OR REPLACE TEMP VIEW label AS {labels}")
    try:
        answers: pl.DataFrame = con.sql(_SQL).pl()
        return answers.cast(ANSWER)  # type: ignore[arg-type]
    finally:
        con.execute("DROP VIEW IF EXISTS temp.label")
        con.unregister("claim")


PLACE = ("authors", "journal", "volume", "issue", "pages")
"""What else a file may say of a report, by which it is compared with records where its names lead nowhere; text."""

Compare = Callable[[pl.DataFrame], pl.DataFrame]
"""Claims (id, title, author, year, journal, volume, number, pages, doi, pmid; text) → (id, record_id, score, outcome)."""


def compared(con: duckdb.DuckDBPyConnection, frame: pl.DataFrame, compare: Compare) -> pl.DataFrame:
    """The frame (of `with_reports`, with the columns PLACE too) in which what no name settled is settled by comparison.

    A description that is the same as records of exactly one report (of those known when it was made, if any was) is matched.
    Where it only may be some, `match` is alike and `candidates` names them; a claim whose names lead to several reports is
    only settled for one of these.
    """
    described = ("title", "year", *PLACE, "doi", "pmid")
    placed = frame.with_row_index("claim")
    waiting = placed.filter((pl.col("match") != "matched") & pl.col("title").is_not_null())
    if waiting.is_empty():
        return frame
    descriptions = waiting.select(described).unique(maintain_order=True).with_row_index("n")
    descriptions = descriptions.with_columns(claim_id=pl.concat_str(pl.lit("claim-"), pl.col("n").cast(pl.String)))
    claims = descriptions.select(
        "title", "journal", "volume", "pages", "doi", "pmid",
        id="claim_id", author="authors", number="issue", year=pl.col("year").cast(pl.String),
    )  # fmt: skip
    waiting = waiting.join(descriptions, on=described, nulls_equal=True)
    con.register("open_claim", waiting.select("claim", "claim_id", "said_at", "match", "candidates"))
    con.register("comparison", compare(claims))
    try:
        settled: pl.DataFrame = con.sql(_COMPARED).pl()
    finally:
        con.unregister("open_claim")
        con.unregister("comparison")
    columns = ("report_id", "record_id", "match", "how", "candidates")
    settled = settled.select(
        pl.col("claim").cast(placed.schema["claim"]), *(pl.col(name).alias(f"{name}_now") for name in columns)
    )
    is_settled = pl.col("match_now").is_not_null()
    return (
        placed.join(settled, on="claim", how="left", maintain_order="left")
        .with_columns(pl.when(is_settled).then(f"{name}_now").otherwise(name).alias(name) for name in columns)
        .select(frame.columns)
    )


def with_reports(con: duckdb.DuckDBPyConnection, frame: pl.DataFrame, *, labels_of: str | None = None) -> pl.DataFrame:
    """The frame (with the columns CLAIM) with what `identify` says of each row, in the frame's order."""
    claims = _claims(frame)
    answers = identify(con, claims.select(*CLAIM).unique(), labels_of=labels_of)
    return claims.join(answers, on=list(CLAIM), how="left", nulls_equal=True, maintain_order="left")


def _claims(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with all columns of CLAIM, null where it says nothing."""
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in CLAIM.items() if name not in frame.columns]
    return frame.with_columns(*missing).with_columns(pl.col(name).cast(dtype) for name, dtype in CLAIM.items())
