"""ClinicalTrials.gov, version 2, by `pageToken`, up to 1,000 studies a page. A record is one registration.

The strategy is an expression in the register's own (Essie) syntax, with AND, OR, NOT and AREA[…].
"""

from __future__ import annotations

from tasks.search.http import Request
from tasks.search.service import PageContent, Service, parse_json, record_ids, value_at
from tasks.search.window import Window

PAGE_SIZE = 1000


def first(strategy: str, window: Window) -> Request:
    """What is new or changed is found by the day of its last update; 'published' is the day of first posting."""
    limits = []
    if window.start:
        limits.append(f"AREA[LastUpdatePostDate]RANGE[{window.start},{window.end}]")
    if window.published_from or window.published_to:
        limits.append(f"AREA[StudyFirstPostDate]RANGE[{window.published_from or 'MIN'},{window.published_to or 'MAX'}]")
    params = [("query.term", " ".join(strategy.split())), ("pageSize", str(PAGE_SIZE)), ("countTotal", "true")]
    if limits:
        params.append(("filter.advanced", " AND ".join(limits)))
    return Request("clinicaltrials", "/studies", tuple(params))


def read(request: Request, body: bytes) -> PageContent:
    """The total stands on the first page. Raises UnreadableError where the page is not a list of studies."""
    data = parse_json(body)
    records = value_at(data, "studies", list)
    total = data.get("totalCount")
    if total is None and not request.param("pageToken"):
        total = value_at(data, "totalCount", int)
    token = data.get("nextPageToken")
    following = request.with_params(pageToken=str(token)) if token else None
    return PageContent(total, record_ids(records, "protocolSection/identificationModule/nctId"), following)


CLINICALTRIALS = Service("clinicaltrials", "service-json", first, read)
