"""Long lists in pages that load fast: split by how much they weigh as HTML, not by how many they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from markupsafe import escape

Item = TypeVar("Item")

#: Bytes of a list's rows on one page; a page with its frame then stays below 300 kB.
BUDGET = 160_000


@dataclass(frozen=True)
class Sheet(Generic[Item]):
    """One page of a list: its rows, its own name, and the pages before and after it."""

    name: str
    number: int
    of: int
    items: Sequence[Item]
    names: Sequence[str]

    @property
    def before(self) -> str | None:
        """The page before this one."""
        return self.names[self.number - 2] if self.number > 1 else None

    @property
    def after(self) -> str | None:
        """The page after this one."""
        return self.names[self.number] if self.number < self.of else None


def weigh(*texts: object, markup: int = 200) -> int:
    """How many bytes texts take as HTML, with `markup` around them."""
    return markup + sum(len(str(escape(str(text))).encode()) for text in texts if text is not None)


def split(items: Sequence[Item], stem: str, weight: Callable[[Item], int], budget: int = BUDGET) -> list[Sheet[Item]]:
    """The pages of a list, at least one: `stem`.html, `stem`.2.html, …; names are relative to the folder of the first.

    No id has a dot in its file's name (`slug`), so that the second page of 'hope' is never that of 'hope-2'.
    """
    parts: list[list[Item]] = [[]]
    used = 0
    for item in items:
        size = weight(item)
        if parts[-1] and used + size > budget:
            parts.append([])
            used = 0
        parts[-1].append(item)
        used += size
    names = [f"{stem}.html" if n == 1 else f"{stem}.{n}.html" for n in range(1, len(parts) + 1)]
    return [Sheet(names[n - 1], n, len(parts), part, names) for n, part in enumerate(parts, start=1)]
