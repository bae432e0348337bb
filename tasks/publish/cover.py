"""The cover of sources for a terminal and for other programs: from the views source_cover, source_set_cover, cheapest_sources and
time_to_inclusion."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import duckdb
import polars as pl

from schemas.words import counted


@dataclass(frozen=True)
class Cover:
    """What sources found of the included reports, as the views have it."""

    sources: pl.DataFrame
    sets: pl.DataFrame
    cheapest: pl.DataFrame
    times: pl.DataFrame

    def table(self) -> pl.DataFrame:
        """A line a source: found and alone, with shares and exact intervals in words."""
        return pl.DataFrame(
            {
                "source": self.sources["source"],
                "found": self.sources["found"],
                "share (95%)": _shares(self.sources, "share", "share_low", "share_high"),
                "alone": self.sources["alone"],
                "share alone (95%)": _shares(self.sources, "alone_share", "alone_low", "alone_high"),
            }
        )

    def set_table(self) -> pl.DataFrame:
        """A line a set of two sources or more that alone found an included report."""
        shown = self.sets.filter((pl.col("sources").list.len() > 1) & (pl.col("within") > 0))
        return pl.DataFrame(
            {
                "sources": shown["sources"].list.join(" + "),
                "only they found": shown["within"],
                "share (95%)": _shares(shown, "share", "share_low", "share_high"),
            }
        )

    def sentences(self) -> list[str]:
        """The cheapest set, and the time to inclusion, in words."""
        lines = []
        for row in self.cheapest.iter_rows(named=True):
            how = (
                "the cheapest set of sources"
                if row["tried_all"]
                else "a cheap set of sources (not every set was tried)"
            )
            every = "every one of " if row["included"] > 1 else "the "
            lines.append(
                f"{' + '.join(row['sources'])} is {how} that would have found {every}{counted(row['included'], 'included report')}: "
                f"{row['reports']:,} of {counted(row['all_reports'], 'report')} to screen."
            )
        days = self.times["days"].drop_nulls().to_list()
        if days:
            unknown = self.times.filter(~pl.col("first_found_known") & pl.col("days").is_not_null()).height
            note = f"; of {counted(unknown, 'report')} only the day of receipt is known" if unknown else ""
            lines.append(
                f"From the first search that found a report to the first version that includes it: median {median(days):g} days, "
                f"at most {max(days)} (n = {len(days)}{note})."
            )
        return lines


def read_cover(con: duckdb.DuckDBPyConnection) -> Cover:
    """The cover, from a copy of the warehouse."""
    names = ("source_cover", "source_set_cover", "cheapest_sources", "time_to_inclusion")
    return Cover(*(con.sql(f"FROM {name}").pl() for name in names))


def _shares(frame: pl.DataFrame, share: str, low: str, high: str) -> list[str]:
    return [
        "" if value is None else f"{100 * value:.0f}% ({100 * least:.0f} to {100 * most:.0f})"
        for value, least, most in frame.select(share, low, high).iter_rows()
    ]
