"""What a release changed: its changes.csv, counted, and the first rows of the views that readers know. Abstracts and texts are left out,
as everywhere."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from schemas.protocol_site import SiteRules
from warehouse.releases import ReleaseFolder

#: Rows of a view that a page shows.
SHOWN = 10
#: The views of which rows are shown; of the others it is said how many changed.
VIEWS = (
    "prisma_flow", "study", "report", "retraction_notice", "study_characteristic", "appraisal_final", "theme", "theme_evidence", "finding",
    "finding_evidence", "confidence", "code", "source_contribution",
)  # fmt: skip
#: Columns that hold other people's words, whatever the view.
_WORDS = ("abstract", "text", "raw", "quote", "quotes")
_COLUMNS = ("view", "key", "change", "column", "before", "after")


def read_changes(release: ReleaseFolder, rules: SiteRules) -> dict[str, Any]:
    """`changed`: of each view and change, how many rows; `shown`: by view, the first rows. Empty where nothing says."""
    file = release.folder / "changes.csv"
    try:
        frame = pl.scan_csv(file, infer_schema=False).select(_COLUMNS)
        counts = (
            frame.group_by("view", "change")
            .agg(pl.col("key").n_unique().alias("rows"))
            .sort("view", "change")
            .collect()
        )
        words = pl.col("column").fill_null("").str.to_lowercase().is_in(_WORDS)
        kept = frame.filter(pl.col("view").is_in(VIEWS) & ~words)
        first = kept.group_by("view", maintain_order=True).head(SHOWN).collect()
    except (PolarsError, OSError):
        return {"changed": [], "shown": {}}
    shown = {}
    if rules.quotes and (rules.abstracts or "abstracts" in release.withheld):  # a key may hold a whole row
        rows = [{**row, "key": name_key(row["key"])} for row in first.to_dicts()]
        shown = {view: of for view in VIEWS if (of := [row for row in rows if row["view"] == view])}
    return {"changed": counts.to_dicts(), "shown": shown}


def name_key(key: str | None) -> str:
    """A row's key as people read it: its values."""
    try:
        values = json.loads(key or "")
    except ValueError:
        return key or ""
    return (
        ", ".join(str(value) for value in values.values() if value is not None)
        if isinstance(values, dict)
        else str(values)
    )
