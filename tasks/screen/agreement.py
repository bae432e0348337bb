"""How far raters agree who judged the same reports: coefficients, each with the number it rests on and an interval. Pure.

Two raters: share agreed, Cohen's kappa (Cohen 1960), PABAK (Byrt, Bishop, Carlin 1993), Gwet's AC1 (Gwet 2008). More than two,
of whom not everybody needs to have rated everything: share agreed, Fleiss' kappa (Fleiss 1971) and AC1 in Gwet's forms for
missing ratings (Gwet 2014), and Krippendorff's alpha for nominal data (Krippendorff 2019).

Intervals are at 95%: of a share, Wilson's; of PABAK, which is a share on another scale, the same; of all others by the
jackknife over reports (Efron and Tibshirani 1993), which asks nothing of the coefficient's own formula. Where no two raters
differ the jackknife sees no spread, and no interval is given.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

_Z = 1.959963984540054
"""The standard normal's 97.5% point."""

#: How many raters gave each verdict to a report, and in a pair: the two verdicts in order.
Pattern = tuple[str, ...]


@dataclass(frozen=True)
class Coefficient:
    """One coefficient of agreement. `value` is None where it is not defined (all verdicts are the same one word);
    `low` and `high` are None where no interval can be given; `n`: the reports that it rests on."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int


def agree_in_pair(verdicts: Iterable[tuple[str, str]]) -> list[Coefficient]:
    """Of two raters' verdicts on the same reports: share agreed, Cohen's kappa, PABAK and AC1. Empty without reports."""
    patterns = _count(tuple(pair) for pair in verdicts)
    if not patterns:
        return []
    n = sum(patterns.values())
    words = len({word for pair in patterns for word in pair})
    agreed = sum(count for (a, b), count in patterns.items() if a == b)
    share = _share("share agreed", agreed, n)
    return [
        share,
        _jackknifed("Cohen's kappa", patterns, _cohen),
        _prevalence_adjusted(share, max(words, 2)),
        _jackknifed("AC1", patterns, lambda p: _chance_corrected(p, _gwet)),
    ]


def agree_among(ratings: Iterable[Mapping[str, str]]) -> list[Coefficient]:
    """Of any number of raters: Fleiss' kappa, AC1 and Krippendorff's alpha. One mapping a report: rater to verdict.

    Reports with fewer than two ratings tell nothing of agreement and are left out, so `n` is of those with two and more.
    """
    patterns = _count(tuple(sorted(report.values())) for report in ratings if len(report) > 1)
    if not patterns:
        return []
    return [
        _jackknifed("Fleiss' kappa", patterns, lambda p: _chance_corrected(p, _fleiss)),
        _jackknifed("AC1", patterns, lambda p: _chance_corrected(p, _gwet)),
        _jackknifed("Krippendorff's alpha", patterns, _krippendorff),
    ]


def share_interval(hits: int, n: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share (Wilson 1927). n > 0."""
    share = hits / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def _count(patterns: Iterable[Pattern]) -> dict[Pattern, int]:
    """How often each pattern stands, in an order of their own: a sum in another order is another number in its last digit."""
    return dict(sorted(Counter(patterns).items()))


def _share(name: str, hits: int, n: int) -> Coefficient:
    low, high = share_interval(hits, n)
    return Coefficient(name, hits / n, low, high, n)


def _prevalence_adjusted(share: Coefficient, words: int) -> Coefficient:
    """Kappa as it were if every verdict were as frequent as every other: (k·p - 1) / (k - 1) of k verdicts."""

    def scale(value: float | None) -> float | None:
        return None if value is None else (words * value - 1) / (words - 1)

    return Coefficient("PABAK", scale(share.value), scale(share.low), scale(share.high), share.n)


def _jackknifed(
    name: str, patterns: Mapping[Pattern, int], coefficient: Callable[[Mapping[Pattern, int]], float | None]
) -> Coefficient:
    """A coefficient with its interval: what it would be without one report, of each kind of report."""
    n, value = sum(patterns.values()), coefficient(patterns)
    without: list[tuple[int, float]] = []
    for pattern, count in patterns.items():
        other = coefficient({**patterns, pattern: count - 1})
        if value is None or other is None:
            return Coefficient(name, value, None, None, n)
        without.append((count, other))
    mean = sum(count * other for count, other in without) / n
    variance = (n - 1) / n * sum(count * (other - mean) ** 2 for count, other in without)
    if value is None or variance <= 0:
        return Coefficient(name, value, None, None, n)
    half = _Z * math.sqrt(variance)
    return Coefficient(name, value, max(-1.0, value - half), min(1.0, value + half), n)


def _corrected(agreed: float, expected: float) -> float | None:
    """Agreement beyond chance, as a share of what chance leaves; None where chance leaves nothing."""
    return None if math.isclose(expected, 1) else (agreed - expected) / (1 - expected)


def _cohen(patterns: Mapping[Pattern, int]) -> float | None:
    n = sum(patterns.values())
    if n == 0:
        return None
    first, second = Counter[str](), Counter[str]()
    for (a, b), count in patterns.items():
        first[a] += count
        second[b] += count
    agreed = sum(count for (a, b), count in patterns.items() if a == b) / n
    return _corrected(agreed, sum(first[word] * second[word] for word in first) / n**2)


def _fleiss(shares: Sequence[float]) -> float:
    return sum(share**2 for share in shares)


def _gwet(shares: Sequence[float]) -> float:
    """Chance agreement by Gwet: how often raters who guess would meet, given how mixed the verdicts are."""
    return sum(share * (1 - share) for share in shares) / (len(shares) - 1) if len(shares) > 1 else 0.0


def _chance_corrected(patterns: Mapping[Pattern, int], chance: Callable[[Sequence[float]], float]) -> float | None:
    """A coefficient of Fleiss' form, of the mean agreement of two raters of a report; each report counts the same."""
    n = sum(patterns.values())
    if n == 0:
        return None
    shares = Counter[str]()
    for pattern, count in patterns.items():
        for word in pattern:
            shares[word] += count / (n * len(pattern))  # type: ignore[assignment]
    agreed = sum(count * _pairs_agreed(pattern) for pattern, count in patterns.items()) / n
    return _corrected(agreed, chance([share for share in shares.values() if share > 0]))


def _pairs_agreed(pattern: Pattern) -> float:
    """The share of a report's pairs of raters that agree."""
    raters = len(pattern)
    return sum(n * (n - 1) for n in Counter(pattern).values()) / (raters * (raters - 1))


def _krippendorff(patterns: Mapping[Pattern, int]) -> float | None:
    """1 - observed / expected disagreement, each pair of ratings of a report weighted so that each rating counts the same."""
    total = sum(count * len(pattern) for pattern, count in patterns.items())
    if total < 2:
        return None
    totals = Counter[str]()
    disagreed = 0.0
    for pattern, count in patterns.items():
        for word in pattern:
            totals[word] += count
        disagreed += count * len(pattern) * (1 - _pairs_agreed(pattern))
    expected = 1 - sum(n * (n - 1) for n in totals.values()) / (total * (total - 1))
    return None if math.isclose(expected, 0, abs_tol=1e-15) else 1 - disagreed / total / expected
