"""How many examples hypothesis draws where one costs much: few in the default run, more where somebody has the time."""

from __future__ import annotations

import os


def examples(few: int, thorough: int) -> int:
    """The number for `max_examples`: `thorough` where the environment says THOROUGH=1 (CONTRIBUTING.md)."""
    return thorough if os.environ.get("THOROUGH") else few
