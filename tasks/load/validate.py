"""The gate between reading and loading: what cannot be used goes to quarantine with its reason, the rest is a ParsedRecord.

A value of a bibliographic field that its contract (schemas/record.py) does not admit is set aside, and told: the record is
read without it. A record that is left without a title and without anything that identifies it is quarantined, and so is one
in which anything else is not as it must be.
"""

from __future__ import annotations

import pandera.errors
import polars as pl

from schemas.record import Bibliographic, ParsedRecord, QuarantinedRecord

UNUSABLE = "no title, and nothing that identifies it (DOI, PMID, accession, abstract)"
FIELDS = frozenset(Bibliographic.to_schema().columns)
ASIDE_SCHEMA = pl.Schema({"line": pl.UInt32, "kind": pl.String, "value": pl.String})
"""Values that were set aside: the line on which their record starts, what they are not, and the value."""


def validate(records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """ParsedRecord and QuarantinedRecord frames, together all that came in; and the values set aside (ASIDE_SCHEMA)."""
    aside = pl.DataFrame(schema=ASIDE_SCHEMA)
    broken_reason = pl.lit(None, pl.String)
    try:
        ParsedRecord.validate(records, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        broken = _by_row(errors)
        records, aside = _set_aside(records, broken.filter(pl.col("column").is_in(FIELDS)))
        others = broken.filter(~pl.col("column").is_in(FIELDS))
        reasons = others.group_by("index").agg(
            broken=pl.concat_str("column", pl.lit(": "), "check").unique().sort().str.join("; ")
        )
        records = (
            records.with_row_index("index").join(reasons, on="index", how="left", maintain_order="left").drop("index")
        )
        broken_reason = pl.col("broken")
    anything = pl.any_horizontal(pl.col("title", "doi", "pmid", "pmcid", "accession", "abstract").is_not_null())
    unusable = pl.when(~anything).then(pl.lit(UNUSABLE))
    records = records.with_columns(reason=pl.coalesce(broken_reason, unusable))
    columns = list(ParsedRecord.to_schema().columns)
    good, bad = records.filter(pl.col("reason").is_null()), records.filter(pl.col("reason").is_not_null())
    return good.select(columns), quarantine(bad), aside


def _set_aside(records: pl.DataFrame, broken: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The records without the values that broke a contract (`index`, `column`), and those values."""
    numbered, aside = records.with_row_index("index"), [pl.DataFrame(schema=ASIDE_SCHEMA)]
    for name in broken.get_column("column").unique().sort().to_list():
        rows = broken.filter(pl.col("column") == name).select("index").unique()
        found = numbered.join(rows, on="index", maintain_order="left")
        aside.append(
            found.select("line", pl.lit(f"not a {name}").alias("kind"), pl.col(name).cast(pl.String).alias("value"))
        )
        among = pl.col("index").is_in(rows.get_column("index").implode())
        numbered = numbered.with_columns(pl.when(~among).then(pl.col(name)).alias(name))
    return numbered.drop("index"), pl.concat(aside)


def _by_row(errors: pandera.errors.SchemaErrors) -> pl.DataFrame:
    """The failures that are a row's; raises `errors` where the frame itself is not what it should be: a fault of ours."""
    cases = errors.failure_cases
    broken: pl.DataFrame = cases.filter(pl.col("index").is_not_null()) if "index" in cases.columns else cases.clear()
    if broken.height < cases.height:
        raise errors
    return broken.with_columns(pl.col("index").cast(pl.UInt32))


def quarantine(records: pl.DataFrame) -> pl.DataFrame:
    """QuarantinedRecord of records with a `reason` and their `raw` tokens."""
    token = pl.element().struct
    raw = (
        pl.col("raw").list.eval(pl.concat_str(token.field("tag"), pl.lit("  - "), token.field("value"))).list.join("\n")
    )
    columns = list(QuarantinedRecord.to_schema().columns)
    return records.with_columns(raw=raw).select(columns)
