"""A linear model that tells included from excluded: a support vector machine with squared hinge loss.

It is solved exactly, in the space of the labelled texts, by Newton's steps over those that lie within the margin: a few small
systems of equations, quick enough to fit again after every decision. Strength of regularisation and balance of classes are those
that ASReview tuned on 24 reviews for its model ELAS u4 (documented in its source); nothing was tuned on our own sets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

#: How much an error costs beside a simple model, and how many times the included weigh what the excluded do, all together.
COST = 0.11
INCLUDED_TO_EXCLUDED = 9.8
MOST_STEPS = 20


@dataclass(frozen=True)
class Fit:
    """`rows`: which labelled texts the model rests on; `coefficients`: theirs."""

    rows: Ints
    coefficients: Floats

    @property
    def bias(self) -> float:
        """What is added to every score: the constant is a feature of value 1."""
        return float(self.coefficients.sum())


def fit(
    likeness: npt.NDArray[np.floating], included: Bools, weights: Floats | None = None, guess: Floats | None = None
) -> Fit:
    """The model of n labelled texts.

    likeness: n x n; included: n; weights: n, 1 where nothing is said; guess: n scores of an earlier fit, to start near the end.
    Raises ValueError unless there are both included and excluded.
    """
    if included.all() or not included.any():
        raise ValueError("a model needs included and excluded texts")
    sign = np.where(included, 1.0, -1.0)
    cost = COST * _balance(included, np.ones(len(included)) if weights is None else weights)
    kernel = np.asarray(likeness, dtype=np.float64) + 1.0
    active = np.ones(len(sign), dtype=bool) if guess is None else sign * guess < 1
    for _ in range(MOST_STEPS):
        rows = np.flatnonzero(active) if active.any() else np.arange(len(sign))
        system = kernel[np.ix_(rows, rows)]
        system[np.diag_indices(len(rows))] += 1 / (2 * cost[rows])
        factor = cho_factor(system, lower=True, overwrite_a=True, check_finite=False)
        coefficients = cho_solve(factor, sign[rows], check_finite=False)
        now = sign * (kernel[:, rows] @ coefficients) < 1
        if (now == active).all():
            break
        active = now
    return Fit(rows, coefficients)


def score_without_own_label(
    likeness: npt.NDArray[np.floating], included: Bools, model: Fit, weights: Floats | None = None
) -> Floats:
    """What the model would say of each labelled text if it had not seen that text's own label; same arguments as `fit`.

    By ridge regression's identity (own residual = coefficient / diagonal of the inverse): exact while the other texts within the
    margin stay the same.
    """
    sign = np.where(included, 1.0, -1.0)
    cost = COST * _balance(included, np.ones(len(included)) if weights is None else weights)
    kernel = np.asarray(likeness, dtype=np.float64) + 1.0
    scores: Floats = kernel[:, model.rows] @ model.coefficients
    system = kernel[np.ix_(model.rows, model.rows)]
    system[np.diag_indices(len(model.rows))] += 1 / (2 * cost[model.rows])
    inverse = cho_solve(cho_factor(system, lower=True, check_finite=False), np.eye(len(model.rows)), check_finite=False)
    scores[model.rows] = sign[model.rows] - model.coefficients / np.diag(inverse)
    return scores


def _balance(included: Bools, weights: Floats) -> Floats:
    """Weights that add up to those given, under which the included together outweigh the excluded INCLUDED_TO_EXCLUDED times."""
    share = weights[included].sum() / (INCLUDED_TO_EXCLUDED * weights[~included].sum())
    balanced = np.where(included, weights, weights * share)
    return np.asarray(balanced * weights.sum() / balanced.sum())
