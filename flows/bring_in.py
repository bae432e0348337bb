"""Bring in: files that an analyst hands over on the command line, taken in and published at once.

The drop folders and the next update do the same; this is for somebody who waits for the result. Nothing is searched,
loaded or deduplicated. It runs without a Prefect server.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flows.publish import check, release, swap_in
from flows.rebuild import derive_again
from flows.steps import Place, prepare, synthesise
from schemas.ledger import Kind
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
        place, started, run_id = Place(review, review.warehouse), datetime.now(UTC), uuid.uuid4().hex
        state, errors = "failed", 0
        try:
            problems = synthesise(place) if prepare(place) else derive_again.fn(review).problems
            errors = sum(problem.severity == "error" for problem in problems)
            check.fn(place)
            version, _, _ = release.fn(place, run_id, doing)
            swap_in.fn(place)
            state = "completed_with_problems" if errors else "completed"
        finally:
            review.ledger.append(
                Kind.RUN,
                doing,
                {
                    "run_id": run_id, "started_at": started.isoformat(), "trigger": doing, "state": state,
                    "new_records": 0, "new_reports": 0, "problems": errors,
                },
            )  # fmt: skip
        return BroughtIn(problems, version)
