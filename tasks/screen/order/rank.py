"""The order of a queue: reports most likely to be included first, with what speaks for each.

A model learns from every decision there is (this round's, earlier rounds', another review's release) and from the protocol's
question and criteria, which stand as one more included text: before the first label they alone rank. Nothing is downloaded, and
the same input and seed give the same order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from tasks.screen.order.features import build_features, multiply
from tasks.screen.order.model import Bools, Fit, Floats, Ints, fit, score_without_own_label

#: The model learns from at most so many labelled texts (a random sample beyond it, weighted up): its cost grows with their cube.
MOST_LABELLED = 4_000
#: Up to so many texts, the likeness of each to each is kept (100 MB), for models that are fitted again and again.
MOST_IN_MEMORY = 5_000
TERMS_SHOWN = 5
#: A text near some that were included may be wanted though no one direction says so: how much its likeness to the nearest of them
#: counts beside the model's score (both in standard deviations), and how many are looked at, of how many included at most.
NEAR_WEIGHT = 0.3
NEAREST = 3
MOST_NEAR = 500
#: So many included texts are compared with all at once: 64 take 25 MB with 100,000 texts.
AT_ONCE = 64
#: A term of more than this share of the texts is not shown as what speaks for one: 'and' and 'methods' explain nothing.
COMMON = 0.2


@dataclass(frozen=True)
class Signal:
    """Verdicts of one stage: `rows` of the texts, whether each was included, and how much each counts (1: a decision of this review)."""

    rows: Ints
    included: Bools
    weights: Floats

    @classmethod
    def of(cls, rows: Sequence[int], included: Sequence[bool]) -> Signal:
        """Decisions that all count alike."""
        return cls(np.array(rows, np.int64), np.array(included, bool), np.ones(len(rows)))


class Ranker:
    """Texts that are ranked again and again as decisions arrive.

    `again`: whether `score` will be called many times, which is quicker with all likenesses computed once.
    """

    def __init__(self, texts: Sequence[str], question: str = "", seed: int = 0, *, again: bool = False) -> None:
        self.n = len(texts)
        self.seed = seed
        features = build_features([*texts, question])
        middle = sparse.csr_matrix(features.matrix[: self.n].mean(axis=0)) if self.n else features.matrix[:1]
        self.features = features
        self.matrix = sparse.vstack([features.matrix, middle], format="csr").astype(np.float32)
        standing_in = np.bincount(features.matrix[: self.n].indices, minlength=features.matrix.shape[1])
        self._telling = standing_in <= max(1, self.n * COMMON)
        self.asked = bool(features.matrix[self.n].nnz)
        self.likeness = multiply(self.matrix) if again and self.n <= MOST_IN_MEMORY else None
        self._last: dict[int, npt.NDArray[np.float64]] = {}
        self._near: dict[int, tuple[list[tuple[int, float]], npt.NDArray[np.float32]]] = {}

    def score(self, signals: Sequence[Signal]) -> tuple[Floats, Floats]:
        """Scores of all texts, the mean over the signals that say something, and what each feature adds to one.

        Without a question, and before anything was included, nothing is known: all scores are 0.
        """
        scores, effects = [], []
        for number, signal in enumerate(signals or [Signal.of([], [])]):
            learned = self._complete(signal)
            if learned is None:
                continue
            model, rows = self._fit(learned, self._last.get(number))
            own = rows[model.rows]
            effect = self.matrix[own].T @ model.coefficients
            if self.likeness is None:
                every = np.asarray(self.matrix @ effect, dtype=np.float64) + model.bias
            else:
                product = self.likeness[:, own] @ model.coefficients.astype(np.float32)
                every = product.astype(np.float64) + model.bias
            self._last[number] = every
            scores.append(every[: self.n] + NEAR_WEIGHT * self._score_near(number, signal) * every[: self.n].std())
            effects.append(effect)
        if not scores:
            return np.zeros(self.n), np.zeros(self.matrix.shape[1])
        return np.mean(scores, axis=0), np.mean(effects, axis=0)

    def _score_near(self, number: int, signal: Signal) -> Floats:
        """How like each text is to the included texts nearest to it: the mean likeness times weight, standardised; 0 where none was.

        What was worked out for a signal's first included texts is kept, since they are mostly those of the last time and some more.
        """
        rows, weights = signal.rows[signal.included][:MOST_NEAR], signal.weights[signal.included][:MOST_NEAR]
        included = list(zip(rows.tolist(), weights.tolist(), strict=True))
        known, nearest = self._near.get(number, ([], np.zeros((self.n, NEAREST), dtype=np.float32)))
        if known != included[: len(known)]:
            known, nearest = [], np.zeros((self.n, NEAREST), dtype=np.float32)
        for start in range(len(known), len(included), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            likeness = (
                (self.matrix[: self.n] @ self.matrix[some].T).toarray()
                if self.likeness is None
                else self.likeness[: self.n, some]
            )
            weighted = likeness * weights[start : start + AT_ONCE].astype(np.float32)
            nearest = np.sort(np.hstack([nearest, weighted]), axis=1)[:, -NEAREST:]
        self._near[number] = (included, nearest)
        mean = nearest[:, -max(1, min(NEAREST, len(included))) :].mean(axis=1, dtype=np.float64)
        spread = mean.std()
        return (mean - mean.mean()) / spread if spread > 0 else np.zeros(self.n)

    def order(self, scores: Floats) -> Ints:
        """Rows from the highest score on; what ties, by a draw with the seed."""
        draw = np.random.default_rng(self.seed).permutation(self.n)
        return np.lexsort((draw, -np.round(scores, 6)))

    def top_terms(self, rows: Ints, effects: Floats) -> list[list[str]]:
        """Of each row, the words and pairs of words that speak most for it, strongest first."""
        words = self.matrix[rows][:, : self.features.n_terms].multiply(effects[: self.features.n_terms]).tocsr()
        found = []
        for start, end in zip(words.indptr[:-1], words.indptr[1:], strict=True):
            parts, columns = words.data[start:end], words.indices[start:end]
            strongest = [i for i in np.lexsort((columns, -parts)) if parts[i] > 0 and self._telling[columns[i]]]
            found.append([self.features.name_term(columns[i]) for i in strongest[:TERMS_SHOWN]])
        return found

    def score_labelled(self, signal: Signal) -> Floats | None:
        """Of each decision, what the model says of its text without having seen that decision; None where there is nothing to learn.

        Of more than MOST_LABELLED decisions the model sees a sample, so that the others need nothing taken out.
        """
        if signal.included.all() or not signal.included.any():
            return None
        seen = self._sample(signal)
        likeness = self._likeness(seen.rows)
        model = fit(likeness, seen.included, seen.weights)
        scores = score_without_own_label(likeness, seen.included, model, seen.weights)
        if len(seen.rows) == len(signal.rows):
            return scores
        effect = self.matrix[seen.rows[model.rows]].T @ model.coefficients
        every = np.asarray(self.matrix[signal.rows] @ effect, dtype=np.float64) + model.bias
        place = {row: n for n, row in enumerate(signal.rows.tolist())}
        every[[place[row] for row in seen.rows.tolist()]] = scores
        return every

    def _complete(self, signal: Signal) -> Signal | None:
        """The signal with the question as one more included text and, where nothing was excluded, the middle of all as an excluded."""
        extra = [(self.n, True)] if self.asked else []
        if signal.included.all():
            extra.append((self.n + 1, False))
        rows, included = [row for row, _ in extra], [verdict for _, verdict in extra]
        whole = Signal(
            np.concatenate([signal.rows, np.array(rows, np.int64)]),
            np.concatenate([signal.included, np.array(included, bool)]),
            np.concatenate([signal.weights, np.ones(len(extra))]),
        )
        return self._sample(whole) if whole.included.any() else None

    def _sample(self, signal: Signal) -> Signal:
        """At most MOST_LABELLED texts: the included first, up to half; of what is drawn, each counts for what it stands for."""
        n_in, n_out = int(signal.included.sum()), int((~signal.included).sum())
        if n_in + n_out <= MOST_LABELLED:
            return signal
        take_in = min(n_in, max(MOST_LABELLED // 2, MOST_LABELLED - n_out))
        random = np.random.default_rng(self.seed)
        kept, weights = [], signal.weights.copy()
        for verdict, take in ((True, take_in), (False, MOST_LABELLED - take_in)):
            every = np.flatnonzero(signal.included == verdict)
            taken = np.sort(random.choice(every, min(take, len(every)), replace=False))
            weights[taken] *= len(every) / len(taken)
            kept.append(taken)
        chosen = np.concatenate(kept)
        return replace(signal, rows=signal.rows[chosen], included=signal.included[chosen], weights=weights[chosen])

    def _fit(self, signal: Signal, last: Floats | None) -> tuple[Fit, Ints]:
        guess = None if last is None else last[signal.rows]
        return fit(self._likeness(signal.rows), signal.included, signal.weights, guess), signal.rows

    def _likeness(self, rows: Ints) -> npt.NDArray[np.float32]:
        return multiply(self.matrix[rows]) if self.likeness is None else self.likeness[np.ix_(rows, rows)]


def rank_reports(texts: pl.DataFrame, labels: pl.DataFrame, question: str = "", seed: int = 0) -> pl.DataFrame:
    """Ranks reports by what was decided so far, for a queue.

    texts: report_id, title, abstract (null where there is none), of every report, decided or not, of this review and, under ids
    of their own, of those that it learns from. labels: report_id, stage, included and optionally weight (1 where missing; less for
    another review's release), one row a report and stage; verdicts of reports that are not in `texts` are passed over.
    question: the protocol's question and criteria.

    Returns report_id, rank (from 1), score (about 1: like the included; -1: like the excluded), terms (a list of at most five),
    one row for each of the texts: choosing those that are open is the caller's. The stages' verdicts count alike.
    """
    ranker = Ranker(
        [join_text(title, abstract) for title, abstract in texts.select("title", "abstract").rows()], question, seed
    )
    scores, effects = ranker.score(read_signals(texts, labels))
    order = ranker.order(scores)
    return pl.DataFrame(
        {
            "report_id": texts["report_id"].gather(order),
            "rank": np.arange(1, len(order) + 1),
            "score": np.round(scores[order], 4),
            "terms": pl.Series(ranker.top_terms(order, effects), dtype=pl.List(pl.String)),
        }
    )


def read_signals(texts: pl.DataFrame, labels: pl.DataFrame) -> list[Signal]:
    """A signal a stage, of frames as `rank_reports` takes them; rows are those of `texts`."""
    if "weight" not in labels.columns:
        labels = labels.with_columns(weight=pl.lit(1.0))
    known = labels.join(texts.select("report_id").with_row_index("row"), on="report_id").sort("stage", "row")
    return [
        Signal(
            stage["row"].to_numpy().astype(np.int64),
            stage["included"].to_numpy().astype(bool),
            stage["weight"].to_numpy().astype(np.float64),
        )
        for stage in known.partition_by("stage", maintain_order=True)
    ]


def join_text(title: str | None, *more: str | None) -> str:
    """Title, abstract and keywords as the one text that is compared; what is missing is left out. The title stands twice: it says
    in a few words what the text is about."""
    return "\n".join(part for part in (title, title, *more) if part)
