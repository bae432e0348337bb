"""Decisions to look at again: the model says what it would have expected, had it not seen them."""

from __future__ import annotations

import polars as pl
import pytest

from tasks.screen.order import rank
from tasks.screen.order.surprising import find_surprising

NURSES = [f"Nurses' views of community care for patients of ward {n}" for n in range(12)]
ORCHARDS = [f"Yields of apple orchards after frost in valley {n}" for n in range(30)]
TEXTS = pl.DataFrame(
    [(f"rep_{n}", title, None) for n, title in enumerate([*NURSES, *ORCHARDS])],
    schema={"report_id": pl.String, "title": pl.String, "abstract": pl.String},
    orient="row",
)


def labels(*wrong: int) -> pl.DataFrame:
    """Nurses included, orchards excluded, but for these, which are the other way."""
    rows = [(f"rep_{n}", "title-abstract", (n < len(NURSES)) != (n in wrong)) for n in range(len(TEXTS))]
    return pl.DataFrame(rows, schema=["report_id", "stage", "included"], orient="row")


def test_what_is_on_the_wrong_side_is_found_first_and_its_own_verdict_does_not_hide_it() -> None:
    found = find_surprising(TEXTS, labels(3, 20))
    assert set(found["report_id"][:2]) == {"rep_3", "rep_20"}
    assert dict(found.select("report_id", "included").rows())["rep_3"] is False


@pytest.mark.parametrize("most", [12, 20])
def test_of_more_decisions_than_the_model_learns_from_it_says_the_same(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(rank, "MOST_LABELLED", most)
    found = find_surprising(TEXTS, labels(3, 20))
    assert set(found["report_id"][:2]) == {"rep_3", "rep_20"}


def test_where_all_were_decided_alike_nothing_is_surprising() -> None:
    assert find_surprising(TEXTS, labels().filter("included")).is_empty()
