"""Lineage: what a step of an update makes is an asset of the review, made of another."""

from __future__ import annotations

from pathlib import Path

from flows.assets import find_lineage
from tests.support.reviews import SmallReview


def test_snapshots_become_the_warehouse_and_that_a_release(tmp_path: Path) -> None:
    review = SmallReview(tmp_path / "Größe & Co").review
    made = {step: find_lineage(review, step) for step in ("collect files", "synthesise", "write the release", "screen")}
    assert made.pop("screen") is None
    names = [
        (asset.key.rsplit("/", 1)[1], [source.key.rsplit("/", 1)[1] for source in of]) for asset, of in made.values()
    ]
    assert names == [("snapshots", []), ("warehouse", ["snapshots"]), ("release", ["warehouse"])]
    assert len({asset.key.rsplit("/", 1)[0] for asset, _ in made.values()}) == 1, "all of one review"
