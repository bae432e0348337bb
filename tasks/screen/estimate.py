"""What screening once may have missed, estimated by those that were screened twice. Pure.

Of the reports that one reviewer excluded, a share drawn by the protocol's seed gets a second, independent vote. The share of
these that turned out to be included is the rate at which single exclusions are wrong; its interval is the exact one of
Clopper and Pearson (1934), which holds at least its 95% whatever the rate.
"""

from __future__ import annotations

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
    from scipy.special import betaincinv  # noqa: PLC0415  slow to import, and few runs need it

    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(betaincinv(hits, n - hits + 1, tail))
    high = 1.0 if hits == n else float(betaincinv(hits + 1, n - hits, 1 - tail))
    return low, high
