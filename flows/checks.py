"""What services are asked about single reports: notices on them, and where their texts stand open. Answers into the store."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime

from flows.chase import EARLY
from tasks.search.http import Http
from tasks.search.retractions import search_crossref, search_pubmed
from tasks.search.service import Page, Retrieval
from tasks.search.unpaywall import open_texts
from tasks.search.window import Window, moved, next_window
from warehouse.review import Review
from warehouse.snapshots import Delivery


def notices_from_crossref(review: Review, http: Http, today: date | None = None) -> Retrieval:
    """All notices that Crossref registered since the last time; the first time, all that there are."""
    mark: date | None = None
    for check in review.snapshots.all("notice-check"):
        said = check.delivery
        if said.note == "crossref" and said.window_to:
            complete = json.loads(check.path.read_text(encoding="utf-8"))["complete"]
            mark = moved(mark, Window(said.window_from, said.window_to), complete=complete)
    window = next_window(mark, today or datetime.now(UTC).date())
    return _notices(review, "crossref", lambda save: search_crossref(window, http, save), window)


def notices_from_pubmed(review: Review, pmids: Sequence[str], http: Http) -> Retrieval:
    """PubMed's records of these reports as they are today."""
    return _notices(review, "pubmed", lambda save: search_pubmed(pmids, http, save))


def where_open(review: Review, dois: Sequence[str], every_days: int, http: Http, today: date | None = None) -> str:
    """Asks Unpaywall for each DOI that was not asked for in `every_days`; returns why it ended early, if it did.

    Raises UserError where there is no contact address to give.
    """
    now = datetime.now(UTC)
    asked: dict[str, date] = {}
    for check in review.snapshots.all("open-text-check"):
        day = check.delivery.window_to or check.received_at.date()
        asked |= dict.fromkeys(json.loads(check.path.read_text(encoding="utf-8"))["answered"], day)
    last = today or now.date()
    due = [doi for doi in dict.fromkeys(dois) if doi not in asked or (last - asked[doi]).days >= every_days * EARLY]
    if not due:
        return ""
    key = f"unpaywall-{now:%Y%m%dT%H%M%S%f}"
    done = open_texts(due, http, _saver(review, "open-text", key))
    answered = [*done.unknown, *(doi for doi in due if doi.casefold() in set(done.found.get_column("doi")))]
    outcome = {"answered": answered, "unknown": done.unknown, "reason": done.reason}
    review.snapshots.add(
        json.dumps(outcome, ensure_ascii=False, indent=1).encode(),
        Delivery("open-text-check", f"{key}.json", note="unpaywall", window_to=last, executed_at=now, search_key=key),
    )
    return done.reason


def _notices(
    review: Review, origin: str, ask: Callable[[Callable[[Page], object]], Retrieval], window: Window | None = None
) -> Retrieval:
    now = datetime.now(UTC)
    key = f"notices-{origin}-{now:%Y%m%dT%H%M%S%f}"
    done = ask(_saver(review, "notice-page", key))
    review.snapshots.add(
        json.dumps(asdict(done), ensure_ascii=False, indent=1).encode(),
        Delivery(
            "notice-check", f"{key}.json", note=origin, window_from=window.start if window else None,
            window_to=window.end if window else None,
            executed_at=now, hits=done.expected, search_key=key,
        ),
    )  # fmt: skip
    return done


def _saver(review: Review, kind: str, key: str) -> Callable[[Page], object]:
    def save(page: Page) -> None:
        delivery = Delivery(
            kind, f"{key}-{page.number}", platform=page.service, request=page.request, search_key=key, page=page.number
        )
        review.snapshots.add(page.body, delivery)

    return save
