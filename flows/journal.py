"""The journal of runs: each run that ended, well or not, is an event of the ledger."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from schemas.ledger import Kind
from warehouse.review import Review


@dataclass
class Run:
    """One run under way. `trigger` is what started it; the counts are filled in as it goes."""

    review: Review
    trigger: str
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    new_records: int = 0
    new_reports: int = 0
    errors: int = 0

    def note(self, *, failed: bool = False) -> None:
        """Notes how the run ended; said again of the same run, the last word counts."""
        state = "failed" if failed else "completed_with_problems" if self.errors else "completed"
        self.review.ledger.append(
            Kind.RUN,
            self.trigger,
            {
                "run_id": self.run_id, "started_at": self.started_at.isoformat(), "trigger": self.trigger, "state": state,
                "new_records": self.new_records, "new_reports": self.new_reports, "problems": self.errors,
            },
        )  # fmt: skip


@contextmanager
def journal(review: Review, trigger: str) -> Iterator[Run]:
    """A run that is noted as failed where the block raises; where it ends well, publishing has noted it.

    Raises UserError, and notes nothing, where the ledger is damaged: nothing is added to a chain that does not hold.
    """
    review.ledger.verify()
    run = Run(review, trigger)
    try:
        yield run
    except BaseException:
        run.note(failed=True)
        raise
