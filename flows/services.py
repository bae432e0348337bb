"""One search of one service: its window, its pages into the store, and how it ended."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

from schemas.protocol import SearchSource
from tasks.search.http import Http
from tasks.search.service import Page, retrieve
from tasks.search.services import SERVICES
from tasks.search.window import Window, moved, next_window
from warehouse.review import Review
from warehouse.snapshots import Delivery


@dataclass(frozen=True)
class Asked:
    """How a search of a service ended; `reason` is empty where it is complete."""

    source: str
    window: str
    retrieved: int
    new: int
    reason: str


def search_service(review: Review, name: str, http: Http | None = None, today: date | None = None) -> Asked:
    """Searches one source's service from its watermark on. Each page is kept before it is read."""
    protocol = review.protocol().protocol
    source = next(s for s in protocol.source if s.name == name)
    now = datetime.now(UTC)
    window = next_window(_watermark(review, source), today or now.date(), source.window_from, source.window_to)
    key = f"{name}-{now:%Y%m%dT%H%M%S%f}"
    kept = 0

    def save(page: Page) -> None:
        nonlocal kept
        _, new = review.snapshots.add(
            page.body,
            Delivery("page", f"{key}-{page.number}", source=name, platform=source.platform, request=page.request, search_key=key, page=page.number),
        )  # fmt: skip
        kept += new

    done = retrieve(SERVICES[str(source.service)], str(source.strategy), window, http or Http(), save)
    review.snapshots.add(
        json.dumps(asdict(done), ensure_ascii=False, indent=1).encode(),
        Delivery(
            "retrieval", f"{key}.json", source=name, platform=source.platform, strategy=source.strategy, window_from=window.start,
            window_to=window.end, executed_at=now, hits=done.expected, search_key=key,
        ),
    )  # fmt: skip
    return Asked(name, str(window), done.retrieved, kept, done.reason)


def _watermark(review: Review, source: SearchSource) -> date | None:
    """The day up to which the source is known to be complete, by what was retrieved before."""
    mark: date | None = None
    for snapshot in review.snapshots.all("retrieval"):
        said = snapshot.delivery
        if said.source == source.name and said.strategy == source.strategy and said.window_to:
            complete = json.loads(snapshot.path.read_text(encoding="utf-8"))["complete"]
            mark = moved(mark, Window(said.window_from, said.window_to), complete=complete)
    return mark
