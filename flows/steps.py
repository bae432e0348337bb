"""A use case's steps as Prefect's tasks: named, timed and logged in the dashboard, those of the network side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.assets import materialize
from prefect.blocks.system import Secret
from prefect.cache_policies import NO_CACHE
from prefect.context import TaskRunContext
from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger

from flows.assets import find_lineage
from schemas.problem import Problem
from tasks.review.steps import Result, Steps
from warehouse.review import Review


class PrefectSteps(Steps):
    """Runs each step as a task of the flow run around it. Lines go to Prefect's log, and to whoever listens here.

    A task is not tried again by Prefect: a request to a service is tried again where it failed (tasks/search/http.py), so
    that a walk of two hundred pages does not begin anew; what fails for good leaves its source stale until the next run.
    """

    def __init__(self, review: Review, *listeners: Callable[[str], None]) -> None:
        super().__init__(*listeners)
        self.review = review

    def run(self, name: str, work: Callable[[], Result]) -> Result:
        """Does one step as a task, and waits for it. Of a step that makes an asset, Prefect notes what it was made of."""
        if lineage := find_lineage(self.review, name):
            asset, sources = lineage
            made: Result = materialize(asset, name=name, asset_deps=sources, cache_policy=NO_CACHE)(work)()
            return made
        result: Result = task(work, name=name, cache_policy=NO_CACHE)()  # type: ignore[call-overload]
        return result

    def run_all(self, works: Mapping[str, Callable[[], Result]]) -> dict[str, Result | BaseException]:
        """Does steps side by side, a task each."""
        waiting = {name: task(work, name=name, cache_policy=NO_CACHE).submit() for name, work in works.items()}  # type: ignore[call-overload]
        return {name: future.result(raise_on_failure=False) for name, future in waiting.items()}

    def show_line(self, line: str) -> None:
        """One line on what was done."""
        with suppress(MissingContextError):
            get_run_logger().info(line)
        super().show_line(line)

    def show_progress(self, what: str, share: float) -> None:
        """A progress artifact of the task around it."""
        context = TaskRunContext.get()
        if context is None:
            return
        meters: dict[str, Any] = self.__dict__.setdefault("_meters", {})
        if what not in meters:
            if share >= 1:  # a single short step needs no meter
                return
            meters[what] = create_progress_artifact(0.0, description=what)
        update_progress_artifact(meters[what], 100 * share)


def read_secret(block: str) -> str:
    """The value of a Secret block; empty where there is none of that name."""
    try:
        secret: Any = Secret.load(block)
        return str(secret.get()).strip()
    except ValueError:
        return ""


def log_problems(problems: Iterable[Problem]) -> None:
    """What needs somebody, to Prefect's log: a run on a schedule has no other reader.

    A line about decisions may hold a verdict, and one about codings what a coder did before a colleague is done; of these it only says
    which files they are of.
    """
    withheld = dict.fromkeys(p.name for p in problems if p.severity == "error" and p.is_about_judgements)
    with suppress(MissingContextError):
        log = get_run_logger()
        for problem in problems:
            if problem.severity == "error" and problem.name not in withheld:
                log.error(str(problem).removeprefix(": "))
        for name in withheld:
            log.error(f"{name}: needs somebody: living-review update says what")
