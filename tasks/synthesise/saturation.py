"""Saturation: how many codes the studies brought, in the order in which they were included, beside random orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from warehouse.write import replace_rows

ORDERS = 1000
"""How many random orders the band rests on."""
BAND = (2.5, 50.0, 97.5)
"""Percentiles of the random orders: the lower end, the median and the upper end of the band."""

_CODED = Path(__file__).with_name("saturation.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Step:
    """One study on the way: how many codes are new with it, how many there are by then, and the band at its place."""

    study_id: str
    new_codes: int
    codes: int
    low: float
    median: float
    high: float


def compute_saturation(codes_of_studies: Sequence[tuple[str, frozenset[str]]], seed: str) -> list[Step]:
    """The steps of the studies in this order. The random orders are drawn by the seed."""
    if not codes_of_studies:
        return []
    all_codes = sorted(frozenset().union(*(codes for _, codes in codes_of_studies)))
    used = np.array([[code in codes for code in all_codes] for _, codes in codes_of_studies])
    random = np.random.default_rng(list(seed.encode()))
    counts = np.array([_count_codes(used[random.permutation(len(used))]) for _ in range(ORDERS)])
    low, median, high = np.percentile(counts, BAND, axis=0)
    seen = _count_codes(used)
    new = np.diff(seen, prepend=0)
    return [
        Step(study, int(new[i]), int(seen[i]), float(low[i]), float(median[i]), float(high[i]))
        for i, (study, _) in enumerate(codes_of_studies)
    ]


def write_saturation(con: duckdb.DuckDBPyConnection, seed: str) -> None:
    """Fills core.saturation anew."""
    codes: dict[str, set[str]] = {}
    for study, code, _ in con.execute(_CODED).fetchall():
        codes.setdefault(study, set()).add(code)
    steps = compute_saturation([(study, frozenset(used)) for study, used in codes.items()], seed)
    rows = [(n, s.study_id, s.new_codes, s.codes, s.low, s.median, s.high) for n, s in enumerate(steps, start=1)]
    replace_rows(con, "core.saturation", rows)


def _count_codes(used: np.ndarray) -> np.ndarray:
    """How many codes were used up to each row."""
    counts: np.ndarray = np.logical_or.accumulate(used, axis=0).sum(axis=1)
    return counts
