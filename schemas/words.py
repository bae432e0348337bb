"""Words of messages: a number with its noun, and what somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: '1 record', '2 records', '1,200 records', '−1 record'; `plural` where it is not noun + s."""
    sign = "−" if n < 0 else ""
    return f"{sign}{abs(n):,} {noun if abs(n) == 1 else plural or f'{noun}s'}"


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """ "did you mean 'a' or 'b'?", of the known words that are closest; '' where none is close. Case does not matter."""
    by_lower = {name.lower(): name for name in candidates}
    close = [by_lower[name] for name in get_close_matches(word.lower(), by_lower, n=3)]
    if not close:
        return ""
    return f"did you mean {' or '.join(repr(name) for name in close)}?"
