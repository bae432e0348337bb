"""Saturation: how many codes the studies brought, in the order in which they were included, beside random orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from warehouse.write import replace_rows

ORDERS = 1000
"""How many random orders the band rests on."""
BAND = (2.5, 50.0, 97.5)
"""Percentiles of the random orders: the lower end, the median and the upper end of the band."""

#: Included studies whose text was coded, in the order of the decisions that included them, each with a code.
_CODED = """
WITH included AS (
    SELECT r.study_id, min(d.decided_at) AS included_at
    FROM main.screening_decision AS d
    JOIN main.report AS r USING (report_id)
    WHERE d.stage = 'full-text' AND d.verdict = 'include'
    GROUP BY r.study_id
)
SELECT DISTINCT s.study_id, g.code_id, i.included_at
FROM main.study AS s
JOIN main.coding_final AS g USING (study_id)
LEFT JOIN included AS i USING (study_id)
ORDER BY i.included_at NULLS LAST, s.study_id, g.code_id
"""


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
