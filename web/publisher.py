"""Publishing from the page: `living-review refresh`, in a process of its own, so that the page stays quick meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """How a publication ended: whether well, and in one line."""

    well: bool
    line: str


class Publisher:
    """Runs one publication at a time; `work` does it, and says how it ended."""

    def __init__(self, work: Callable[[], Outcome]) -> None:
        self._work, self._lock = work, threading.Lock()
        self._thread: threading.Thread | None = None
        self.last: Outcome | None = None

    @property
    def is_running(self) -> bool:
        """Whether one is under way."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Starts one, unless one is under way."""
        with self._lock:
            if not self.is_running:
                self.last = None
                self._thread = threading.Thread(target=self._run, name="publish", daemon=True)
                self._thread.start()

    def wait(self, patience: float) -> None:
        """Waits until it has ended, but not longer than so many seconds."""
        if self._thread is not None:
            self._thread.join(patience)

    def _run(self) -> None:
        self.last = self._work()
