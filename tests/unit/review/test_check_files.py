"""Files that count, and may not be meant to: what is told of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from schemas.event import Arrival, Content
from tasks.review.check_files import find_copied_decisions
from warehouse.deliveries import Delivery


def votes(number: int, stage: str, content: str = "a", *, restored: bool = False) -> Delivery:
    arrival = Arrival(
        name=f"decisions/{stage}/{number}.csv", content=Content.DECISIONS, sha256=content * 64, size=1, stage=stage
    )
    return Delivery(number, datetime(2026, 1, number, tzinfo=UTC), arrival, stage=stage, restored=restored)


def test_an_export_of_one_stage_that_was_copied_into_the_other_ones_folder_is_told() -> None:
    told = find_copied_decisions([votes(1, "title-abstract"), votes(2, "full-text"), votes(3, "full-text", "b")])
    assert [(problem.name, problem.severity) for problem in told] == [("decisions/full-text/2.csv", "warning")]
    assert (
        "decisions/title-abstract/1.csv, which counts at title-abstract, and counts at full-text too" in told[0].message
    )
    assert "withdraw 2 (or 1)" in told[0].message


@pytest.mark.parametrize("other", [votes(2, "title-abstract"), votes(2, "full-text", restored=True)])
def test_one_stage_twice_and_what_somebody_said_is_meant_are_not(other: Delivery) -> None:
    assert find_copied_decisions([votes(1, "title-abstract"), other]) == []
