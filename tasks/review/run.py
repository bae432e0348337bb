"""Runs: each run that ended, well or not, is an event of the log."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from schemas import clock
from schemas.errors import UserError
from schemas.event import RunEnded
from tasks.review.heads import check_heads
from warehouse.lock import lock
from warehouse.review import Review, check_log_and_snapshots, remove_unfinished


@dataclass
class Run:
    """One run under way. `trigger` is what started it; the counts are filled in as it goes."""

    review: Review
    trigger: str
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    started_at: datetime = field(default_factory=clock.now)
    new_records: int = 0
    new_reports: int = 0
    errors: int = 0

    def note_end(self, error: BaseException | None = None) -> None:
        """Logs how the run ended. Of two such events of one run the last counts."""
        state = "failed" if error is not None else "completed_with_problems" if self.errors else "completed"
        why = "" if error is None else str(error) if isinstance(error, UserError) else type(error).__name__
        event = RunEnded(
            run_id=self.run_id, started_at=self.started_at, trigger=self.trigger, state=state, error=why,  # type: ignore[arg-type]
            new_records=self.new_records, new_reports=self.new_reports, problems=self.errors,
        )  # fmt: skip
        self.review.log.append(event, self.trigger)


@contextmanager
def start_run(review: Review, trigger: str) -> Iterator[Run]:
    """The one run that writes this review: it holds the lock, and is noted as failed where the block raises. Where it ends
    well, publishing has noted it.

    Raises UserError, and notes nothing, where another run holds the lock, or log and snapshots do not belong together:
    nothing is added to a log that does not hold.
    """
    with lock(review.root, trigger):
        check_log_and_snapshots(review)
        check_heads(review)
        remove_unfinished(review)
        run = Run(review, trigger)
        try:
            yield run
        except BaseException as error:
            with suppress(UserError):  # the first error is the one to report
                run.note_end(error)
            raise
