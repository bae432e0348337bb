"""What each source brought, as the figures that are published: from the views source_overlap and source_contribution."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tasks.publish.figures import overlap_svg, sources_svg

_RECORDS = Path(__file__).with_name("sources.sql").read_text(encoding="utf-8")
#: More searches than this are drawn as one bar a source.
MOST_BARS = 60


def overlap_figure(con: duckdb.DuckDBPyConnection) -> str:
    """Which sources found the same reports, and how many of those are included (UpSet plot, SVG)."""
    return overlap_svg(con.execute("SELECT sources, reports, included FROM source_overlap").fetchall())


def sources_figure(con: duckdb.DuckDBPyConnection) -> str:
    """The records that each search was the first to find, as bars (SVG)."""
    rows = con.execute(_RECORDS).fetchall()
    if len(rows) > MOST_BARS:
        totals: dict[str, list[int]] = {}
        for source, _, *counts in rows:
            totals[source] = [a + b for a, b in zip(totals.get(source, [0, 0, 0]), counts, strict=True)]
        rows = [(source, "", *counts) for source, counts in totals.items()]
    return sources_svg(rows)
