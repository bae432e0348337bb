"""What a mutant is: one small change to one file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """Bytes from `start` to `end` become `new`; `kind` names the slip."""

    start: int
    end: int
    new: bytes
    kind: str

    def apply(self, text: str) -> str:
        """The text with the change made."""
        code = text.encode()
        return (code[: self.start] + self.new + code[self.end :]).decode()

    def line(self, text: str) -> int:
        """The number of the line where it begins."""
        return text.encode().count(b"\n", 0, self.start) + 1


@dataclass(frozen=True)
class Mutant:
    """A change to a file, by its path within the repository; `group`: what the file is about."""

    group: str
    path: str
    text: str
    change: Change

    def describe(self) -> list[str]:
        """Where it is, and the lines before and after."""
        mutated = self.change.apply(self.text)
        number = self.change.line(self.text)
        old, new = self.text.splitlines(), mutated.splitlines()
        last = self.text.encode().count(b"\n", 0, self.change.end) + 1
        after = last + len(new) - len(old)
        return [
            f"{self.path}:{number} ({self.change.kind})",
            *(f"    - {line.strip()}" for line in old[number - 1 : last]),
            *(f"    + {line.strip()}" for line in new[number - 1 : after]),
        ]
