"""Crossref, by cursor, up to 1,000 records a page. It ranks; it is not Boolean: the strategy is a bag of words.

The cursor may stay the same from page to page, and lives for five minutes; the walk ends with an empty page. A walk can
bring a DOI twice, so records are counted by DOI. With a contact address requests go to the polite pool.
"""

from __future__ import annotations

from tasks.search.http import Request
from tasks.search.service import PageContent, Service, parse_json, record_ids, value_at
from tasks.search.window import Window

PAGE_SIZE = 1000


def first(strategy: str, window: Window) -> Request:
    """`created` is the day on which the DOI was first registered."""
    filters = []
    if window.start:
        filters += [f"from-created-date:{window.start}", f"until-created-date:{window.end}"]
    if window.published_from:
        filters.append(f"from-pub-date:{window.published_from}")
    if window.published_to:
        filters.append(f"until-pub-date:{window.published_to}")
    return works(query=" ".join(strategy.split()), filters=",".join(filters))


def works(*, query: str = "", filters: str = "", select: str = "") -> Request:
    """The first page of the works that match a query and a filter; `select`: the fields to send, all if empty."""
    chosen = {"query.bibliographic": query, "filter": filters, "select": select, "rows": str(PAGE_SIZE), "cursor": "*"}
    return Request("crossref", "/works", tuple((name, value) for name, value in chosen.items() if value))


def read(request: Request, body: bytes) -> PageContent:
    """Raises UnreadableError where the page is not a list of works."""
    data = parse_json(body)
    records = value_at(data, "message/items", list)
    cursor = data["message"].get("next-cursor")
    following = request.with_params(cursor=str(cursor)) if cursor and records else None
    ids = tuple(doi.casefold() for doi in record_ids(records, "DOI"))
    return PageContent(value_at(data, "message/total-results", int), ids, following)


CROSSREF = Service("crossref", "service-json", first, read, same_cursor=True)
