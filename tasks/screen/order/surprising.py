"""Decisions to look at again: those that the model, had it not seen them, would have expected to be the other way.

A decision is surprising where it stands on the far side of the other verdict's middle: a report that was excluded, and looks more
like the included than half of them do; or was included, and looks less so than half of the excluded. Nothing is changed by it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from tasks.screen.order.rank import Ranker, join_text, read_signals

SCHEMA = {"report_id": pl.String, "stage": pl.String, "included": pl.Boolean, "score": pl.Float64}


def find_surprising(texts: pl.DataFrame, labels: pl.DataFrame, seed: int = 0) -> pl.DataFrame:
    """The surprising decisions, most surprising first; frames as `rank_reports` takes them.

    Returns report_id, stage, included, score (what the model says without having seen that decision: about 1 like the included, -1
    like the excluded). Empty where a stage has not both verdicts.
    """
    ranker = Ranker([join_text(*row) for row in texts.select("title", "abstract").rows()], seed=seed)
    found = [pl.DataFrame(schema=SCHEMA)]
    known = labels.join(texts.select("report_id"), on="report_id")
    for stage in sorted(known["stage"].unique()):
        (signal,) = read_signals(texts, known.filter(pl.col("stage") == stage))
        scores = ranker.score_labelled(signal)
        if scores is None:
            continue
        far = find_far_side(scores.tolist(), signal.included.tolist())
        rows = pl.Series(signal.rows[far], dtype=pl.UInt32)
        found.append(
            pl.DataFrame(
                {
                    "report_id": texts["report_id"].gather(rows),
                    "stage": [stage] * len(far),
                    "included": signal.included[far],
                    "score": np.round(scores[far], 4),
                },
                schema=SCHEMA,
            )
        )
    return pl.concat(found)


def find_far_side(scores: Sequence[float], included: Sequence[bool]) -> list[int]:
    """Which of the decisions lie beyond the other verdict's median score, the farthest first."""
    values, verdicts = np.asarray(scores), np.asarray(included, dtype=bool)
    middle_in, middle_out = np.median(values[verdicts]), np.median(values[~verdicts])
    beyond = np.where(verdicts, middle_out - values, values - middle_in)
    order = np.argsort(-beyond, kind="stable")
    return [int(i) for i in order if beyond[i] > 0]
