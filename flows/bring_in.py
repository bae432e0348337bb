"""Bring in: files that an analyst hands over on the command line, taken in and published at once.

The drop folders and the next update do the same; this is for somebody who waits for the result. Nothing is searched,
loaded or deduplicated. It runs without a Prefect server.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.journal import journal
from flows.publish import check, release, swap_in
from flows.rebuild import derive_again
from flows.steps import Place, prepare, synthesise
from schemas.problem import Problem
from warehouse.lock import lock
from warehouse.review import Review
from warehouse.snapshots import Delivery


@dataclass(frozen=True)
class BroughtIn:
    """What came of it: `problems` to say, and the `version` that was published (None before the first update)."""

    problems: list[Problem]
    version: int | None


def bring_in(review: Review, files: Sequence[tuple[Path, Delivery]], doing: str) -> BroughtIn:
    """Keeps the files as snapshots and takes them into the warehouse. Raises UserError where another run is writing."""
    with lock(review.root, doing):
        review.protocol()
        for path, delivery in files:
            review.snapshots.add(path, delivery)
        if not review.published_warehouse.exists():
            return BroughtIn([], None)
        place = Place(review, review.warehouse)
        with journal(review, doing) as run:
            problems = synthesise(place) if prepare(place) else derive_again.fn(review).problems
            run.errors = sum(problem.severity == "error" for problem in problems)
            check.fn(place)
            version, _, _ = release.fn(place, run)
            swap_in.fn(place)
        return BroughtIn(problems, version)
