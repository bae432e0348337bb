"""What a release changed: its changes.csv, counted, and the first rows of the views that readers know. Abstracts and texts are left out,
as everywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from schemas.protocol_site import SiteRules
from warehouse.releases import ReleaseFolder

#: Rows of a view that a page shows.
SHOWN = 10
#: The views of which rows are shown; of the others it is said how many changed.
VIEWS = {
    "prisma_flow": "Numbers of the flow", "study": "Studies", "report": "Reports", "retraction_notice": "Retractions and other notices",
    "study_characteristic": "Characteristics of studies", "appraisal_final": "Appraisal", "theme": "Themes",
    "theme_evidence": "What themes rest on", "finding": "Findings", "finding_evidence": "What findings rest on",
    "confidence": "Confidence in findings", "code": "Codes", "source_contribution": "What sources brought",
}  # fmt: skip
#: Columns that hold other people's words, whatever the view.
_WORDS = ("abstract", "text", "raw", "quote", "quotes")
_COLUMNS = ("view", "key", "change", "column", "before", "after")


def read_changes(
    release: ReleaseFolder, rules: SiteRules, find_names: Callable[[set[str]], Mapping[str, str]]
) -> dict[str, Any]:
    """`changed`: of each view and change, how many rows; `shown`: by view, the first rows; `cut`: the views that have more. Empty where
    nothing says.

    `find_names`: gives the labels of studies, and the titles of reports, by their ids.
    """
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
        first = kept.group_by("view", maintain_order=True).head(SHOWN + 1).collect()
    except (PolarsError, OSError):
        return {"changed": [], "shown": {}, "cut": set(), "names": VIEWS}
    shown = {}
    if rules.quotes and (rules.abstracts or "abstracts" in release.withheld):  # a key may hold a whole row
        rows = [{**row, "key": read_key(row["key"])} for row in first.to_dicts()]
        names = find_names({part for row in rows for part in row["key"]})
        rows = [{**row, "key": ", ".join(names.get(part, part) for part in row["key"])} for row in rows]
        shown = {view: of for view in VIEWS if (of := [row for row in rows if row["view"] == view])}
    cut = {view for view, of in shown.items() if len(of) > SHOWN}
    shown = {view: of[:SHOWN] for view, of in shown.items()}
    return {"changed": counts.to_dicts(), "shown": shown, "cut": cut, "names": VIEWS}


def read_key(key: str | None) -> list[str]:
    """The values of a row's key."""
    try:
        values = json.loads(key or "")
    except ValueError:
        return [key or ""]
    parts = values.values() if isinstance(values, dict) else [values]
    return [str(value) for value in parts if value is not None]
