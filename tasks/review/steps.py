"""How a use case runs its steps: one after the other here; as tasks of a run, where Prefect runs it (flows/steps.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


class Steps:
    """Runs steps in this thread, and tells each line to whoever listens."""

    def __init__(self, *listeners: Callable[[str], None]) -> None:
        self.listeners = list(listeners)

    def run(self, name: str, work: Callable[[], Result]) -> Result:
        """Does one step; `name` is what people see."""
        return work()

    def run_all(self, works: Mapping[str, Callable[[], Result]]) -> dict[str, Result | BaseException]:
        """Does steps that wait for the network, side by side; of one that fails, the error is its result."""
        if not works:
            return {}
        with ThreadPoolExecutor(max_workers=len(works)) as threads:
            running = {name: threads.submit(self.run, name, work) for name, work in works.items()}
        return {name: future.exception() or future.result() for name, future in running.items()}

    def show_line(self, line: str) -> None:
        """One line on what was done. Never a reviewer's verdict: every visitor of Prefect's dashboard can read it."""
        for listener in self.listeners:
            listener(line)

    def show_progress(self, what: str, share: float) -> None:
        """How far a long step is, from 0 to 1."""
