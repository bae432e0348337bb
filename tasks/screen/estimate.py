"""What screening once may have missed, estimated by those that were screened twice. Pure.

Of the reports that one reviewer excluded, a share drawn by the protocol's seed gets a second, independent vote. The share of
these that turned out to be included is the rate at which single exclusions are wrong; its interval is the exact one of
Clopper and Pearson (1934), which holds at least its 95% whatever the rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

LEVEL = 0.95


@dataclass(frozen=True)
class Missed:
    """`sampled` exclusions were checked, of which `overturned` were wrong: a `rate` between `low` and `high`; so among the
    `unchecked` single exclusions about `missed` are, between `missed_low` and `missed_high`."""

    sampled: int
    overturned: int
    unchecked: int
    rate: float
    low: float
    high: float

    @property
    def missed(self) -> float:
        """Includes that are expected among the exclusions nobody checked."""
        return self.rate * self.unchecked

    @property
    def missed_low(self) -> float:
        """The lower end of its interval."""
        return self.low * self.unchecked

    @property
    def missed_high(self) -> float:
        """The upper end of its interval."""
        return self.high * self.unchecked


def estimate_missed(sampled: int, overturned: int, unchecked: int) -> Missed | None:
    """The estimate; None where nothing was checked. Raises ValueError where more were overturned than checked."""
    if not 0 <= overturned <= sampled:
        raise ValueError(f"{overturned} of {sampled}")
    if sampled == 0:
        return None
    low, high = exact_interval(overturned, sampled)
    return Missed(sampled, overturned, unchecked, overturned / sampled, low, high)


def exact_interval(hits: int, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Clopper and Pearson's interval of a share: the rates at which as many hits, or as few, are no rarer than half of the
    rest of `level`. n > 0."""
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else _solve(lambda rate: 1 - _at_most(hits - 1, n, rate) - tail)
    high = 1.0 if hits == n else _solve(lambda rate: tail - _at_most(hits, n, rate))
    return low, high


def _at_most(hits: int, n: int, rate: float) -> float:
    """The chance of at most so many hits in n, 0 < rate < 1."""
    logs = [
        math.lgamma(n + 1)
        - math.lgamma(k + 1)
        - math.lgamma(n - k + 1)
        + k * math.log(rate)
        + (n - k) * math.log1p(-rate)
        for k in range(hits + 1)
    ]
    return min(1.0, math.fsum(map(math.exp, logs)))


def _solve(rising: Callable[[float], float]) -> float:
    """Where a function that rises from below 0 to above crosses it, between 0 and 1, by halving."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2
