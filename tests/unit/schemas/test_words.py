"""Words of messages: numbers with their nouns, and names that are close."""

from __future__ import annotations

import pytest

from schemas.words import counted, did_you_mean


@pytest.mark.parametrize(
    ("n", "says"),
    [
        (0, "0 records"),
        (1, "1 record"),
        (2, "2 records"),
        (1200, "1,200 records"),
        (-1, "−1 record"),
        (-2, "−2 records"),
    ],
)
def test_a_number_agrees_with_its_noun(n: int, says: str) -> None:
    assert counted(n, "record") == says


def test_a_noun_may_have_a_plural_of_its_own() -> None:
    assert [counted(n, "study", "studies") for n in (1, 2)] == ["1 study", "2 studies"]


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("reprot", "did you mean 'report'?"),
        ("REPORTS", "did you mean 'report'?"),
        ("updat", "did you mean 'update' or 'Updates'?"),
        ("xyz", ""),
    ],
)
def test_what_may_have_been_meant(word: str, says: str) -> None:
    assert did_you_mean(word, ["report", "update", "Updates"]) == says
