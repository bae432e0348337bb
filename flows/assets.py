"""Lineage: snapshots → warehouse → copies and release, as Prefect's assets, one of each a review: a few events a run, whatever its size.

The open-source server keeps them among its events (prefect.asset.*); the page that draws the lineage is Prefect Cloud's.
"""

from __future__ import annotations

from prefect.assets import Asset, AssetProperties

from flows.artifacts import review_key
from warehouse.review import Review

#: The step that makes it → what it makes, of what, and what that is.
_MADE_BY = {
    "collect files": ("snapshots", (), "Every byte that came in, under its hash."),
    "synthesise": ("warehouse", ("snapshots",), "What was derived from log and snapshots."),
    "publish the copies": ("copies", ("warehouse",), "What readers open, of the last version."),
    "write the release": ("release", ("warehouse",), "A version as a folder that is never changed."),
}


def find_lineage(review: Review, step: str) -> tuple[Asset, list[Asset | str]] | None:
    """What a step makes, and what it makes it of; None of a step that makes none of these."""
    if step not in _MADE_BY:
        return None
    name, sources, _ = _MADE_BY[step]
    return _asset(review, name), [_asset(review, source) for source in sources]


def _asset(review: Review, name: str) -> Asset:
    says = next(text for made, _, text in _MADE_BY.values() if made == name)
    properties = AssetProperties(name=f"{review.root.name}: {name}", description=says)
    return Asset(key=f"livingreview://{review_key(review)}/{name}", properties=properties)
