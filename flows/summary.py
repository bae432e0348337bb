"""An update in a few lines: what came in, what is new, what waits, where to look."""

from __future__ import annotations

from flows.update import Updated
from warehouse.connect import reader
from warehouse.review import Review

_COUNTS = """
SELECT
    (SELECT count(*) FROM record) AS records,
    (SELECT count(DISTINCT report_id) FROM record) AS reports,
    (SELECT count(DISTINCT quarantine_id) FROM quarantine) AS quarantined,
    (SELECT count(*) FROM report_path WHERE place = 'awaiting_screening') AS to_screen,
    (SELECT count(*) FROM report_path WHERE place IN ('awaiting_full_text', 'awaiting_retrieval')) AS to_assess,
    (SELECT count(*) FROM screening_status WHERE status = 'conflict') AS conflicts,
    (SELECT n FROM prisma_flow WHERE box = 'total_reports') AS included,
    (SELECT n FROM prisma_flow WHERE box = 'total_studies') AS studies,
    (SELECT count(*) FROM duplicate_pair WHERE outcome = 'review') AS pairs
"""


def summary(review: Review, done: Updated) -> str:
    """Counts of the published version, what the run added, and where its products lie."""
    assert done.published is not None
    with reader(review.published_warehouse) as con:
        records, reports, quarantined, to_screen, to_assess, conflicts, included, studies, pairs = con.execute(
            _COUNTS
        ).fetchall()[0]
    version = done.published
    return "\n".join(
        [
            "",
            f"Version {version.version}{'' if version.new else ' (unchanged)'} of {review.root.name}",
            f"  new in this update   {done.new_records:>7,} records, {done.new_reports:,} reports",
            f"  in all               {records:>7,} records of {reports:,} reports; {quarantined:,} more in quarantine",
            f"  to screen            {to_screen:>7,} titles and abstracts, {to_assess:,} full texts; {conflicts:,} conflicts",
            f"  duplicates to rule   {pairs:>7,} pairs",
            f"  included             {included:>7,} reports of {studies:,} studies",
            f"  flow diagram         {review.published / 'prisma.svg'}",
            f"  warehouse            {review.published_warehouse}  (living-review sql {review.root} 'FROM prisma_flow')",
        ]
    )
