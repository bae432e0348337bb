"""How a use case runs its steps: one after the other here; as tasks of a run, where Prefect runs it (flows/steps.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

Result = TypeVar("Result")


class Steps:
    """Runs steps in this thread, and passes each line to the listeners."""

    def __init__(self, *listeners: Callable[[str], None]) -> None:
        self.listeners = list(listeners)

    def run(self, name: str, work: Callable[[], Result]) -> Result:
        """Does one step; `name` is what people see."""
        return work()

    def run_all(self, works: Mapping[str, Callable[[], Result]]) -> dict[str, Result | BaseException]:
        """Does steps that do not depend on each other; of one that fails, the error is its result."""
        results: dict[str, Result | BaseException] = {}
        for name, work in works.items():
            try:
                results[name] = self.run(name, work)
            except Exception as error:
                results[name] = error
        return results

    def show_line(self, line: str) -> None:
        """Shows one line on what was done. Never a reviewer's verdict: every visitor of Prefect's dashboard can read it."""
        for listener in self.listeners:
            listener(line)

    def show_progress(self, what: str, share: float) -> None:
        """Shows how far a long step is, from 0 to 1; nothing here."""
