"""How good an order was, once all labels are known. All over the records in the order in which they were screened, priors left out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Metrics:
    """`wss_95`, `wss_100`: work saved over a random order when 95% / all of the included are found; `rrf_10`: share of them in the first
    10%; `atd`: mean share of the set screened until an included record is found; `loss`: 0 where all included come first, 1 where last,
    the area between the recall curve and the best possible; `ndcg`: discounted gain beside the best possible."""

    wss_95: float
    wss_100: float
    rrf_10: float
    atd: float
    loss: float
    ndcg: float


def measure(included: Sequence[bool]) -> Metrics:
    """The metrics of one order. Raises ValueError where nothing in it is included."""
    n = len(included)
    ranks = [rank for rank, label in enumerate(included, start=1) if label]
    if not ranks:
        raise ValueError("nothing is included")
    found = len(ranks)
    best, worst = (found + 1) / 2, n - (found - 1) / 2
    mean = sum(ranks) / found
    gain = sum(1 / math.log2(rank + 1) for rank in ranks)
    return Metrics(
        wss_95=0.95 - ranks[math.ceil(0.95 * found) - 1] / n,
        wss_100=1 - ranks[-1] / n,
        rrf_10=sum(included[: max(1, round(n * 0.1))]) / found,
        atd=mean / n,
        loss=(mean - best) / (worst - best) if worst > best else 0.0,
        ndcg=gain / sum(1 / math.log2(rank + 1) for rank in range(1, found + 1)),
    )
