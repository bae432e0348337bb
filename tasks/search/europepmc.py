"""Europe PMC: MEDLINE, PMC, preprints and more, by `cursorMark`.

The walk ends with an empty page or with the cursor that was sent. The hit count may exceed what there is to retrieve. A
record is identified by its source and its id within it.
"""

from __future__ import annotations

from tasks.search.http import Request
from tasks.search.service import PageContent, Service, parse_json, record_ids, value_at
from tasks.search.window import Window

PAGE_SIZE = 1000


def first(strategy: str, window: Window) -> Request:
    """`FIRST_IDATE` is the day on which Europe PMC first indexed the record."""
    parts = [f"({strategy})"]
    if window.start:
        parts.append(f"FIRST_IDATE:[{window.start} TO {window.end}]")
    if window.published_from or window.published_to:
        since, until = window.published_from or "1700-01-01", window.published_to or "3000-12-31"
        parts.append(f"FIRST_PDATE:[{since} TO {until}]")
    query = " AND ".join(parts)
    return Request(
        "europepmc",
        "/search",
        (
            ("query", query),
            ("resultType", "core"),
            ("format", "json"),
            ("pageSize", str(PAGE_SIZE)),
            ("synonym", "false"),
            ("cursorMark", "*"),
        ),
    )


def read(request: Request, body: bytes) -> PageContent:
    """Raises UnreadableError where the page is not one of search results."""
    data = parse_json(body)
    records = value_at(data, "resultList/result", list)
    cursor = data.get("nextCursorMark")
    last = not records or not cursor or cursor == request.param("cursorMark")
    following = None if last else request.with_params(cursorMark=str(cursor))
    return PageContent(value_at(data, "hitCount", int), record_ids(records, "source", "id"), following)


EUROPEPMC = Service("europepmc", "service-json", first, read, estimated=True)
