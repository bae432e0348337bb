"""The gate between reading and loading: what cannot be used goes to quarantine with its reason, the rest is a ParsedRecord."""

from __future__ import annotations

import pandera.errors
import polars as pl

from schemas.record import ParsedRecord, QuarantinedRecord

UNUSABLE = "no title, and nothing that identifies it (DOI, PMID, accession, abstract)"


def validate(records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split records into ParsedRecord and QuarantinedRecord frames; together they are all that came in."""
    anything = pl.any_horizontal(pl.col("title", "doi", "pmid", "pmcid", "accession", "abstract").is_not_null())
    reasons = records.select(reason=pl.when(~anything).then(pl.lit(UNUSABLE))).to_series()
    good = records.filter(reasons.is_null()) if reasons.null_count() < records.height else records
    bad = [quarantine(records.with_columns(reasons).drop_nulls("reason"))]
    try:
        good = ParsedRecord.validate(good, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        broken = cases.filter(pl.col("index").is_not_null()) if "index" in cases.columns else cases.clear()
        if broken.height < cases.height:
            raise  # The frame itself is not what it should be: a fault of ours, not of the export.
        whys = broken.group_by(pl.col("index").cast(pl.UInt32)).agg(
            reason=pl.concat_str("column", pl.lit(": "), "check").unique().sort().str.join("; ")
        )
        numbered = good.with_row_index("index")
        bad.append(quarantine(numbered.join(whys, on="index", how="inner", maintain_order="left")))
        good = numbered.join(whys, on="index", how="anti", maintain_order="left").drop("index")
        good = ParsedRecord.validate(good, lazy=True)
    return good, pl.concat(bad)


def quarantine(records: pl.DataFrame) -> pl.DataFrame:
    """QuarantinedRecord of records with a `reason` and their `raw` tokens."""
    token = pl.element().struct
    raw = (
        pl.col("raw").list.eval(pl.concat_str(token.field("tag"), pl.lit("  - "), token.field("value"))).list.join("\n")
    )
    columns = list(QuarantinedRecord.to_schema().columns)
    return records.with_columns(raw=raw).select(columns)
