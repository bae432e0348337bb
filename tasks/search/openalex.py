"""OpenAlex, by cursor, 100 records a page. Use of it is metered: a free key lifts the small allowance without one.

The strategy is searched in titles and abstracts, with AND, OR, NOT, brackets and quotation marks. OpenAlex refuses
`from_created_date` and cursors to callers without a key at times; it then says so, and so does the source's status.
"""

from __future__ import annotations

import re

from tasks.search.http import Request
from tasks.search.service import PageContent, Service, parse_json, record_ids, value_at
from tasks.search.window import Window

PAGE_SIZE = 100


def first(strategy: str, window: Window) -> Request:
    """A comma separates filters, wherever it stands; the search takes a space for it."""
    words = re.sub(r"[\s,]+", " ", strategy).strip()
    filters = [f"title_and_abstract.search:{words}"]
    if window.start:
        filters += [f"from_created_date:{window.start}", f"to_created_date:{window.end}"]
    if window.published_from:
        filters.append(f"from_publication_date:{window.published_from}")
    if window.published_to:
        filters.append(f"to_publication_date:{window.published_to}")
    return works(",".join(filters))


def works(filters: str) -> Request:
    """The first page of the works that a filter finds."""
    return Request("openalex", "/works", (("filter", filters), ("per-page", str(PAGE_SIZE)), ("cursor", "*")))


def read(request: Request, body: bytes) -> PageContent:
    """Raises UnreadableError where the page is not a list of works."""
    data = parse_json(body)
    records = value_at(data, "results", list)
    cursor = value_at(data, "meta", dict).get("next_cursor")
    following = request.with_params(cursor=str(cursor)) if cursor else None
    return PageContent(value_at(data, "meta/count", int), record_ids(records, "id"), following)


OPENALEX = Service("openalex", "service-json", first, read)
