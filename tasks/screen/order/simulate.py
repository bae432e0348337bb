"""Screening that was done once, done again in the order that the model gives: what it would have saved."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np

from tasks.screen.order.model import Bools
from tasks.screen.order.rank import Ranker, Signal

#: The model is fitted again when so much more was decided: after each decision at first, then in steps of a share.
GROWTH = 0.05


def draw_priors(included: Sequence[bool], n: int, seed: int) -> list[int]:
    """n included rows and n excluded, drawn by the seed; fewer where there are fewer."""
    draw = random.Random(seed)  # noqa: S311 - a sample, no secret
    chosen: list[int] = []
    for verdict in (True, False):
        rows = [row for row, label in enumerate(included) if label == verdict]
        chosen += draw.sample(rows, min(n, len(rows)))
    return chosen


def choose_oldest(years: Sequence[int | None], share: float) -> list[int]:
    """The rows of the oldest share by year, oldest first; those of one year in file order, those without one last."""
    by_year = sorted(range(len(years)), key=lambda row: (years[row] is None, years[row] or 0, row))
    return by_year[: round(len(years) * share)]


def simulate(ranker: Ranker, labels: Sequence[Bools], known: Sequence[int]) -> Iterator[list[int]]:
    """Screens all texts, those in `known` first; yields the rows, in the order in which they come, a batch at a time.

    labels: whether each text was included, one array a signal; the first is the one that is sought. After the last included
    was found the order of the rest tells nothing, and stays what it was.
    """
    n = ranker.n
    order = list(known)
    seen = np.zeros(n, dtype=bool)
    seen[order] = True
    yield list(order)
    sought = int(labels[0].sum())
    while len(order) < n:
        rows = np.array(order, dtype=np.int64)
        scores, _ = ranker.score([Signal(rows, label[rows], np.ones(len(rows))) for label in labels])
        ranked = ranker.order(scores)
        batch = ranked[~seen[ranked]]
        if int(labels[0][rows].sum()) < sought:
            batch = batch[: max(1, int(len(order) * GROWTH))]
        order += batch.tolist()
        seen[batch] = True
        yield batch.tolist()
