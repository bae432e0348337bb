"""The flows: update, refresh and rebuild, each one flow run whose tasks are stages and sources."""

# No postponed annotations in a module with a flow: Prefect pickles the flow for a served run, and their names would be lost.

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from prefect import flow

from flows.artifacts import emit, publish_artifacts
from flows.http import secret_reader, shared_http
from flows.steps import PrefectSteps, log_problems, read_secret
from schemas.errors import UserError
from tasks.review import update as use_cases
from tasks.review.gate import Anyway
from tasks.review.update import UpdateResult
from warehouse.review import Review, open_review

#: Called with each line that a run says; the command line prints them.
listeners: list[Callable[[str], None]] = []


@flow(name="update", flow_run_name="update {review.name}")
def update(review: Path, trigger: str = "command line", anyway: Anyway | None = None) -> UpdateResult:
    """Search, load, deduplicate, screen, synthesise, publish: one living update."""
    return _run(
        open_review(review),
        lambda at, steps: use_cases.update(
            at, trigger, steps, partial(shared_http, read_secret), secret_reader(read_secret), anyway=anyway
        ),
    )


@flow(name="refresh", flow_run_name="refresh {review.name}")
def refresh(review: Path, trigger: str = "refresh") -> UpdateResult:
    """Takes in decisions, codings and sheets, and publishes; nothing is searched."""
    return _run(open_review(review), lambda at, steps: use_cases.refresh(at, trigger, steps))


@flow(name="rebuild", flow_run_name="rebuild {review.name}")
def rebuild(review: Path) -> UpdateResult:
    """Derives the warehouse from the log alone, and publishes it."""
    return _run(open_review(review), use_cases.rebuild)


def _run(review: Review, work: Callable[[Review, PrefectSteps], UpdateResult]) -> UpdateResult:
    since = 0
    try:
        since = review.log.head().seq
        updated = work(review, PrefectSteps(*listeners))
    except Exception as error:
        with suppress(UserError):  # a log that cannot be read has no id to name
            emit(review, "update-failed", {"reason": str(error)})
        raise
    log_problems(updated.problems)
    if updated.published is not None:
        publish_artifacts(review, updated, since)
    if updated.new_reports:
        emit(review, "new-evidence-awaits", {"new_records": updated.new_records, "new_reports": updated.new_reports})
    return updated
