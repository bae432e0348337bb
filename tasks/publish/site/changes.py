"""What a release changed: its changes.csv, counted, and the first rows of each view. Abstracts and texts are left out, as everywhere."""

from __future__ import annotations

from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from tasks.publish.site.facts import ReleaseFiles

#: Rows of a view that a page shows.
SHOWN = 20
#: Columns that hold other people's words, whatever the view.
_WORDS = ("abstract", "text", "raw", "quote", "quotes")
_COLUMNS = ("view", "key", "change", "column", "before", "after")


def read_changes(release: ReleaseFiles) -> dict[str, Any]:
    """`changed`: (view, change, rows, keys) of a release; `shown`: by view, its first rows. Empty where nothing says."""
    file = release.folder / "changes.csv"
    try:
        frame = pl.scan_csv(file, infer_schema=False).select(_COLUMNS)
        kept = frame.filter(~pl.col("column").fill_null("").str.to_lowercase().is_in(_WORDS))
        counts = (
            frame.group_by("view", "change")
            .agg(pl.len().alias("rows"), pl.col("key").n_unique().alias("keys"))
            .sort("view", "change")
        )
        first = kept.group_by("view", maintain_order=True).head(SHOWN)
        changed, shown = counts.collect(), first.collect()
    except (PolarsError, OSError):
        return {"changed": [], "shown": {}}
    return {
        "changed": changed.to_dicts(),
        "shown": {str(name[0]): of.to_dicts() for name, of in shown.group_by("view", maintain_order=True)},
    }
