"""What a run says while it works: to Prefect's log, where the dashboard shows it, and to whoever listens in this process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress

from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger

from schemas.problem import Problem

#: Called with each line; the command line prints them.
listeners: list[Callable[[str], None]] = []


def tell(problems: Iterable[Problem]) -> None:
    """What needs somebody, to Prefect's log: a run on a schedule has no other reader.

    A line about decisions may hold a verdict; of these it only says where they are.
    """
    withheld = Counter(
        p.name for p in problems if p.severity == "error" and (p.name.startswith("decisions/") or p.name == "ledger")
    )
    with suppress(MissingContextError):
        log = get_run_logger()
        for problem in problems:
            if problem.severity == "error" and problem.name not in withheld:
                log.error(str(problem).removeprefix(": "))
        for name, n in withheld.items():
            log.error(
                f"{name}: {n} {'line needs' if n == 1 else 'lines need'} somebody: living-review update says them"
            )


def say(text: str) -> None:
    """One line on what was done. Never a reviewer's verdict: every visitor of the dashboard can read it."""
    with suppress(MissingContextError):
        get_run_logger().info(text)
    for listener in listeners:
        listener(text)
