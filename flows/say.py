"""What a run says while it works: to Prefect's log, where the dashboard shows it, and to whoever listens in this process."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger

#: Called with each line; the command line prints them.
listeners: list[Callable[[str], None]] = []


def say(text: str) -> None:
    """One line on what was done. Never a reviewer's verdict: every visitor of the dashboard can read it."""
    with suppress(MissingContextError):
        get_run_logger().info(text)
    for listener in listeners:
        listener(text)
