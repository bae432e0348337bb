"""What a protocol may choose, and what its bound on false merges means."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from pydantic import ValidationError

from schemas.errors import UserError
from schemas.protocol import Deduplication
from tasks.deduplicate.policy import RELATIONS, Policy
from tasks.deduplicate.weights import threshold


def test_the_protocol_offers_what_deduplication_knows_with_the_same_defaults() -> None:
    assert Deduplication().model_dump() == asdict(Policy())


def test_each_relation_can_be_merged_by_itself() -> None:
    assert [Policy(**{relation: "merge"}).merged for relation in RELATIONS] == [[relation] for relation in RELATIONS]


@pytest.mark.parametrize(("bound", "score"), [(0.5, 1.8), (0.001, 1.8), (0.0009, 3.5), (0.0005, 3.5), (0.0002, 5.5)])
def test_the_loosest_bound_that_is_strict_enough_counts(bound: float, score: float) -> None:
    assert threshold(bound) == score


def test_a_bound_that_never_was_shown_to_hold_is_refused_by_protocol_and_by_deduplication() -> None:
    with pytest.raises(UserError, match=r"below 0\.0002 is known to hold"):
        threshold(0.0001)
    with pytest.raises(ValidationError):
        Deduplication(false_merges=0.0001)
