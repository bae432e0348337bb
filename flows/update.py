"""The flows: update, refresh and rebuild, each one flow run whose tasks are stages and sources."""

# No postponed annotations in a module with a flow: Prefect pickles the flow for a served run, and their names would be lost.

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from prefect import flow

from flows.artifacts import emit, publish_artifacts
from flows.http import secret_reader, shared_http
from flows.notify import notifying
from flows.steps import PrefectSteps, log_problems, read_secret
from schemas.errors import UserError
from tasks.review import update as use_cases
from tasks.review.gate import Anyway, GateError
from tasks.review.publish import Publication
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
        notify=True,
    )


@flow(name="refresh", flow_run_name="refresh {review.name}")
def refresh(review: Path, trigger: str = "refresh") -> UpdateResult:
    """Takes in decisions, codings and sheets, and publishes; nothing is searched."""
    return _run(open_review(review), lambda at, steps: use_cases.refresh(at, trigger, steps))


@flow(name="rebuild", flow_run_name="rebuild {review.name}")
def rebuild(review: Path) -> UpdateResult:
    """Derives the warehouse from the log alone, and publishes it."""
    return _run(open_review(review), use_cases.rebuild)


def _run(review: Review, work: Callable[[Review, PrefectSteps], UpdateResult], *, notify: bool = False) -> UpdateResult:
    steps = PrefectSteps(review, *listeners)
    with notifying(review, secret_reader(read_secret) if notify else lambda name: "", steps.show_line) as send:
        try:
            updated = work(review, steps)
        except Exception as error:
            with suppress(UserError):  # a log that cannot be read has no id to name
                emit(
                    review,
                    "update-blocked" if isinstance(error, GateError) else "update-failed",
                    {"reason": str(error)},
                )
            raise
        log_problems(updated.problems)
        if updated.published is not None:
            publish_artifacts(review, updated)
            _emit_news(review, updated.published)
        if updated.new_reports:
            counts = {"new_records": updated.new_records, "new_reports": updated.new_reports}
            emit(review, "new-evidence-awaits", counts)
        if new := [due for due in updated.due if due.new]:
            emit(review, "synthesis-due", {"due": [due.says for due in new]})
        send(updated)
    return updated


def _emit_news(review: Review, published: Publication) -> None:
    """Events on a new version, and on included reports that were retracted."""
    if published.news is None:
        return
    emit(review, "version-published", {"version": published.version, "included": len(published.news.included)})
    if published.news.retractions:
        emit(review, "included-report-retracted", {"notices": published.news.retractions})
