"""An update in a few lines: what came in, what is new, what waits, where to look."""

from __future__ import annotations

from pathlib import Path

from tasks.review.update import UpdateResult
from warehouse.connect import reader
from warehouse.review import Review

_COUNTS = Path(__file__).with_name("summary.sql").read_text(encoding="utf-8")


def summarise_update(review: Review, result: UpdateResult) -> str:
    """Counts of the published version, what the run added, and where its products lie."""
    assert result.published is not None
    with reader(review.published_warehouse) as con:
        records, reports, quarantined, to_screen, to_assess, conflicts, included, studies, pairs = con.execute(
            _COUNTS
        ).fetchall()[0]
    published = result.published
    return "\n".join(
        [
            "",
            f"Version {published.version}{'' if published.new else ' (unchanged)'} of {review.root.name}",
            f"  new in this update   {result.new_records:>7,} records, {result.new_reports:,} reports",
            f"  in all               {records:>7,} records of {reports:,} reports; {quarantined:,} more in quarantine",
            f"  to screen            {to_screen:>7,} titles and abstracts, {to_assess:,} full texts; {conflicts:,} conflicts",
            f"  duplicates to rule   {pairs:>7,} {'pair' if pairs == 1 else 'pairs'}",
            f"  included             {included:>7,} reports of {studies:,} studies",
            f"  flow diagram         {review.published / 'prisma.svg'}",
            f"  warehouse            {review.published_warehouse}  (living-review sql {review.root} 'FROM prisma_flow')",
        ]
    )
