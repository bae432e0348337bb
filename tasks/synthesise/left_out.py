"""What an import does not carry over: one row an element, with its kind and, where it has one, its name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class LeftOut:
    """Collects `rows`: (kind, name)."""

    rows: list[tuple[str, str | None]] = field(default_factory=list)

    def add(self, kind: str, name: str | None = None, n: int = 1) -> None:
        """Adds n elements of a kind."""
        self.rows += [(kind, (name or "").strip() or None)] * n

    def count_by_kind(self) -> list[tuple[str, int]]:
        """(kind, how many), by kind."""
        return sorted(Counter(kind for kind, _ in self.rows).items())
