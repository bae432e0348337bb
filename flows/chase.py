"""Citation chasing: the citations of the included reports into the store, as one search of each source that does so."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime

from flows.services import Asked
from flows.steps import Place
from schemas.protocol import SearchSource
from tasks.search.citations import Seed, Trail, chase
from tasks.search.http import Http
from tasks.search.service import Page, Retrieval
from tasks.search.take_in import CHASE
from warehouse.review import Review
from warehouse.snapshots import Delivery

#: A trail is due a little before `every_days` are over, since months differ in length.
EARLY = 0.9


@dataclass
class _Chase:
    """What one source's chase has come to so far."""

    source: SearchSource
    key: str
    pages: int = 0
    new: int = 0
    ended: list[tuple[Trail, Retrieval]] = field(default_factory=list)


def chase_citations(place: Place, seeds: list[Seed], http: Http, today: date | None = None) -> list[Asked]:
    """Follows the trails from these reports that are due. What was followed is noted once a source has followed all its
    trails: the pages of a run that died before are asked for again."""
    review, now = place.review, datetime.now(UTC)
    sources = {str(one.service): one for one in place.protocol.source if one.chased}
    chases = {name: _Chase(one, f"{one.name}-{now:%Y%m%dT%H%M%S%f}") for name, one in sources.items()}
    followed = last_followed(review)

    def due(trail: Trail) -> bool:
        last = followed.get(trail.key)
        return last is None or ((today or now.date()) - last).days >= sources[trail.service].every_days * EARLY

    def save(trail: Trail, page: Page) -> None:
        of = chases[trail.service]
        of.pages += 1
        _, new = review.snapshots.add(
            page.body,
            Delivery(
                "page", f"{of.key}-{of.pages}", source=of.source.name, platform=of.source.platform, request=page.request,
                note=str(trail), search_key=of.key, page=of.pages,
            ),
        )  # fmt: skip
        of.new += new

    for trail, done in chase(seeds, http, save, services=sources, due=due):
        chases[trail.service].ended.append((trail, done))
    return [_note(review, one, now, today or now.date()) for one in chases.values() if one.ended]


def last_followed(review: Review) -> dict[tuple[str, str, str], date]:
    """The day on which each trail was last followed to its end, by its key: the watermark of a trail."""
    days: dict[tuple[str, str, str], date] = {}
    for snapshot in review.snapshots.all("retrieval"):
        if snapshot.delivery.note == CHASE and snapshot.delivery.window_to:
            for one in json.loads(snapshot.path.read_text(encoding="utf-8"))["trails"]:
                if one["complete"]:
                    key = (one["service"], one["direction"], one["asked"])
                    days[key] = max(days.get(key, date.min), snapshot.delivery.window_to)
    return days


def _note(review: Review, of: _Chase, at: datetime, today: date) -> Asked:
    """How the chase ended, in the words of a search: complete where every trail is."""
    reasons: dict[str, int] = defaultdict(int)
    for _, done in of.ended:
        if not done.complete:
            reasons[done.reason] += 1
    failed, counts = sum(reasons.values()), [done.expected for _, done in of.ended]
    whole = Retrieval(
        expected=None if None in counts else sum(count or 0 for count in counts),
        retrieved=sum(done.retrieved for _, done in of.ended),
        pages=tuple(page for _, done in of.ended for page in done.pages),
        complete=not failed,
        reason=f"{failed} of {len(of.ended)} trails of citations broke off: {'; '.join(reasons)}" if failed else "",
    )
    trails = [
        {
            "trail": str(trail), **asdict(trail), "expected": done.expected, "retrieved": done.retrieved,
            "complete": done.complete, "reason": done.reason, "notes": done.notes,
        }
        for trail, done in of.ended
    ]  # fmt: skip
    review.snapshots.add(
        json.dumps({**asdict(whole), "trails": trails}, ensure_ascii=False, indent=1).encode(),
        Delivery(
            "retrieval", f"{of.key}.json", source=of.source.name, platform=of.source.platform, window_to=today,
            executed_at=at, hits=whole.expected, note=CHASE, search_key=of.key,
        ),
    )  # fmt: skip
    reports = len({trail.report_id for trail, _ in of.ended})
    return Asked(of.source.name, f"{reports} included reports", whole.retrieved, of.new, whole.reason)
