"""Semantic Scholar, bulk search, by token, 1,000 records a page.

Its query language is its own: + | - for and, or, not. It knows the day of publication and no day of entry; an update
therefore reaches a year further back, for what is added late. Its hit count is an estimate.
"""

from __future__ import annotations

from datetime import timedelta

from tasks.search.http import Request
from tasks.search.service import PageContent, Service, parse_json, record_ids, value_at
from tasks.search.window import Window

LATE = timedelta(days=365)
FIELDS = "paperId,corpusId,externalIds,url,title,abstract,venue,journal,year,publicationDate,publicationTypes,authors"


def first(strategy: str, window: Window) -> Request:
    """No end is set for an update: reports bear days of publication that are still to come."""
    since, until = window.published_from, window.published_to
    if window.start:
        late = window.start - LATE
        since = max(late, since) if since else late
        if until and since > until:
            since = window.published_from
    params = [("query", " ".join(strategy.split())), ("fields", FIELDS), ("sort", "paperId")]
    if since or until:
        params.append(("publicationDateOrYear", f"{since or ''}:{until or ''}"))
    return Request("semanticscholar", "/paper/search/bulk", tuple(params))


def read(request: Request, body: bytes) -> PageContent:
    """Raises UnreadableError where the page holds no search results. `data` may be missing where none was found."""
    data = parse_json(body)
    total = value_at(data, "total", int)
    records = value_at(data, "data", list) if total or "data" in data else []
    token = data.get("token")
    following = request.with_params(token=str(token)) if token else None
    return PageContent(total, record_ids(records, "paperId"), following)


SEMANTICSCHOLAR = Service("semanticscholar", "service-json", first, read, estimated=True)
