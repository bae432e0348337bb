"""An update in a few lines: what came in, what is new, what waits, where to look."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

from schemas.words import counted
from tasks.review.update import UpdateResult
from warehouse.connect import reader
from warehouse.review import Review

_COUNTS = Path(__file__).with_name("summary.sql").read_text(encoding="utf-8")


def summarise_update(review: Review, done: UpdateResult) -> str:
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
            f"  new in this update   {_align(done.new_records, 'record')}, {counted(done.new_reports, 'report')}",
            f"  in all               {_align(records, 'record')} of {counted(reports, 'report')}; "
            f"{quarantined:,} more in quarantine",
            f"  to screen            {_align(to_screen, 'title and abstract', 'titles and abstracts')}, "
            f"{counted(to_assess, 'full text')}; {counted(conflicts, 'conflict')}",
            f"  duplicates to rule   {_align(pairs, 'pair')}",
            f"  included             {_align(included, 'report')} of {counted(studies, 'study', 'studies')}",
            f"  flow diagram         {review.published / 'prisma.svg'}",
            f"  warehouse            {review.published_warehouse}  (living-review sql {quote(str(review.root))} 'FROM prisma_flow')",
        ]
    )


def _align(n: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun, the number in a column seven wide."""
    number, words = counted(n, noun, plural).split(" ", 1)
    return f"{number:>7} {words}"
