"""One search of one service: its window, its pages into the store, and how it ended."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

from schemas.errors import UserError
from schemas.protocol import SearchSource
from tasks.search.http import Http
from tasks.search.service import Page, Retrieval, retrieve
from tasks.search.services import SERVICES
from tasks.search.strategy import expression
from tasks.search.window import Window, moved, next_window
from warehouse.review import Review
from warehouse.snapshots import Delivery


@dataclass(frozen=True)
class Asked:
    """How a search of a service ended; `new`: pages that were kept; `reason` is empty where it is complete."""

    source: str
    what: str
    retrieved: int
    new: int
    reason: str


def search_service(review: Review, name: str, http: Http, today: date | None = None) -> Asked:
    """Searches one source's service from its watermark on. Each page is kept before it is read."""
    source = source_named(review, name)
    now = datetime.now(UTC)
    window = next_window(_watermark(review, source), today or now.date(), source.window_from, source.window_to)
    key = f"{name}-{now:%Y%m%dT%H%M%S%f}"
    kept = 0

    def save(page: Page) -> None:
        nonlocal kept
        _, new = review.snapshots.add(
            page.body,
            Delivery(
                "page", f"{key}-{page.number}", source=name, platform=source.platform, request=page.request,
                search_key=key, page=page.number,
            ),
        )  # fmt: skip
        kept += new

    try:
        expression(str(source.strategy))
    except UserError as error:
        done = Retrieval(None, 0, (), complete=False, reason=error.message)
    else:
        done = retrieve(SERVICES[str(source.service)], str(source.strategy), window, http, save)
    _note(review, source, key, now, window, done)
    return Asked(name, str(window), done.retrieved, kept, done.reason)


def note_failure(review: Review, name: str, error: BaseException) -> Asked:
    """A search that died of something unforeseen: noted, so that the source is stale and says why."""
    source, now = source_named(review, name), datetime.now(UTC)
    reason = f"{source.service}: the search failed with {type(error).__name__}"
    window = Window(None, now.date(), source.window_from, source.window_to)
    _note(
        review,
        source,
        f"{name}-{now:%Y%m%dT%H%M%S%f}",
        now,
        window,
        Retrieval(None, 0, (), complete=False, reason=reason),
    )
    return Asked(name, str(window), 0, 0, reason)


def source_named(review: Review, name: str) -> SearchSource:
    """The protocol's source of this name."""
    return next(one for one in review.protocol().protocol.source if one.name == name)


def _note(review: Review, source: SearchSource, key: str, at: datetime, window: Window, done: Retrieval) -> None:
    review.snapshots.add(
        json.dumps(asdict(done), ensure_ascii=False, indent=1).encode(),
        Delivery(
            "retrieval", f"{key}.json", source=source.name, platform=source.platform, strategy=source.strategy,
            window_from=window.start, window_to=window.end, executed_at=at, hits=done.expected, search_key=key,
        ),
    )  # fmt: skip


def _watermark(review: Review, source: SearchSource) -> date | None:
    """The day up to which the source is known to be complete, by what was retrieved before."""
    mark: date | None = None
    for snapshot in review.snapshots.all("retrieval"):
        said = snapshot.delivery
        if said.source == source.name and said.strategy == source.strategy and said.window_to:
            complete = json.loads(snapshot.path.read_text(encoding="utf-8"))["complete"]
            mark = moved(mark, Window(said.window_from, said.window_to), complete=complete)
    return mark
