"""When enough was screened: the risk that stopping now misses the recall that is wanted. It is shown, and never acted upon.

At any moment, suppose the recall wanted were not yet reached: then at least so many included reports are still unseen. Look back over
the last k records that were screened: with so many hidden, how likely is it that so few turned up among them? The smallest such
probability over all k is the risk. Were the records drawn at random, this would be the hypergeometric test of Callaghan and
Müller-Hansen (2020). They come best first, so that a hidden report is likelier to be among those taken than among those left: by how
much is ADVANTAGE, odds per record. At 1 the test knows nothing of the order, and is safe but late.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr

#: How many times likelier than chance an unseen included report is to be taken next. How it was chosen: docs/screening.md, Stopping.
ADVANTAGE = 1.25


@dataclass(frozen=True)
class Risk:
    """After `screened` records: `found` included; `risk`: of missing the recall wanted if one stops here; `missed`: as many included
    reports at most are unseen, at the risk asked for; `rests_on`: how many of the last screened records say so."""

    screened: int
    found: int
    risk: float
    missed: int
    rests_on: int


def measure_risk(
    included: Sequence[bool], total: int, recall: float = 0.95, advantage: float = ADVANTAGE
) -> tuple[float, int]:
    """The risk that less than `recall` of the included of all `total` records was found, and on how many records it rests.

    included: the verdicts so far, in the order of screening.
    """
    found = int(np.count_nonzero(included))
    hidden = math.floor(found / recall - found + 1e-9) + 1
    if not found:
        return 1.0, 0
    if total - len(included) < hidden:
        return 0.0, len(included)
    return _least_likely(np.asarray(included, dtype=bool), total, hidden, advantage)


def draw_curve(
    included: Sequence[bool], total: int, recall: float = 0.95, alpha: float = 0.05, points: int = 200
) -> list[Risk]:
    """The risk after each of so many steps of equal length, the last one now."""
    n = len(included)
    steps = sorted({max(1, round(n * i / points)) for i in range(1, points + 1)}) if n else []
    curve = []
    for step in steps:
        so_far = included[:step]
        risk, rests_on = measure_risk(so_far, total, recall)
        curve.append(Risk(step, sum(so_far), risk, bound_missed(so_far, total, alpha), rests_on))
    return curve


def bound_missed(included: Sequence[bool], total: int, alpha: float, advantage: float = ADVANTAGE) -> int:
    """At most so many included reports are still unseen, at risk alpha: the smallest number whose successor the test rejects."""
    verdicts = np.asarray(included, dtype=bool)
    low, high = 0, total - len(verdicts)
    while low < high:
        middle = (low + high) // 2
        if _least_likely(verdicts, total, middle + 1, advantage)[0] <= alpha:
            high = middle
        else:
            low = middle + 1
    return low


def _least_likely(verdicts: npt.NDArray[np.bool_], total: int, hidden: int, advantage: float) -> tuple[float, int]:
    """With `hidden` included unseen: the smallest probability, over all k, of so few among the last k; and that k."""
    n = len(verdicts)
    if not n:
        return 1.0, 0
    k = np.arange(1, n + 1)
    seen = np.cumsum(verdicts[::-1])
    left = total - n + k
    taken = 1 - (1 - k / left) ** advantage
    probability = bdtr(seen.astype(np.float64), (seen + hidden).astype(np.int64), taken)
    best = int(np.argmin(probability))
    return float(probability[best]), int(k[best])


def find_stop(
    included: Sequence[bool], alpha: float, recall: float = 0.95, start: int = 0, looks: int = 200
) -> Risk | None:
    """Where the risk first falls to alpha, of labels that are all known, looked at that many times; None if it never does.

    `start`: so many records at the beginning were known before, and nothing is said earlier.
    """
    total = len(included)
    for step in range(max(1, start), total, max(1, total // looks)):
        risk, rests_on = measure_risk(included[:step], total, recall)
        if risk <= alpha:
            so_far = included[:step]
            return Risk(step, sum(so_far), risk, bound_missed(so_far, total, alpha), rests_on)
    return None
