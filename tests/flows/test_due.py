"""That a new synthesis is due stands in the dashboard once for each thing that says so, and is an event for automations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows import artifacts
from flows import update as flows
from tasks.publish.prisma import prisma_flow
from tasks.review.note_due import Due
from tasks.review.publish import Publication
from tasks.review.update import UpdateResult
from tests.support.exports import Rec
from tests.support.reviews import SmallReview
from warehouse.connect import reader

NEW = Due("refuted_by", "theme", "trust", "the theme 'trust' is refuted by 1 study", new=True)
KNOWN = Due("stale_confidence", "finding", "hope", "the confidence in 'hope' is stale", new=False)


@pytest.fixture
def small(tmp_path: Path) -> SmallReview:
    small = SmallReview(tmp_path / "review")
    small.search("medline", "a", [Rec("1", "Of apples")])
    small.update()
    small.publish()
    return small


@pytest.mark.parametrize(
    ("due", "table", "told"),
    [
        ([NEW, KNOWN], [(NEW.says, True), (KNOWN.says, False)], [[NEW.says]]),
        ([KNOWN], None, []),
        ([], None, []),
    ],
)
def test_what_is_new_is_told_once(small: SmallReview, monkeypatch: pytest.MonkeyPatch, due, table, told) -> None:
    made: dict[str, Any] = {}
    events: list[Any] = []
    for kind in ("table", "markdown", "image"):
        monkeypatch.setattr(
            artifacts, f"create_{kind}_artifact", lambda key, table=None, **_: made.__setitem__(key, table)
        )
    monkeypatch.setattr(flows, "emit", lambda _, event, payload: events.append((event, payload)))
    with reader(small.review.published_warehouse) as con:
        published = Publication(1, True, "x", prisma_flow(con, "A small review"))
    updated = UpdateResult(published=published, due=due)
    flows._run(small.review, lambda review, steps: updated)
    shown = [rows for key, rows in made.items() if key.startswith("synthesis-due-")]
    assert [[(row["due"], row["new"]) for row in rows] for rows in shown] == ([table] if table else [])
    assert [payload["due"] for event, payload in events if event == "synthesis-due"] == told
