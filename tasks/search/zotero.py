"""A Zotero group library as a feed: the items that are new or changed since the last time, as CSL-JSON, page by page.

The library's version says up to where it is known. Items are asked for by key, so that what came can be counted against
what was announced. Nothing is written to the library, and an item that is deleted there stays here, and is told.
"""

from __future__ import annotations

import json
from pathlib import Path

from schemas.problem import Problem
from tasks.search.feed import FeedAnswer, FeedError, put_file
from tasks.search.http import Http, Request, ServiceError

_AT_ONCE = 50
"""Keys that the service takes in one request."""
_SHOWN = 5


def follow_library(
    group: int, source: str, root: Path, http: Http, *, collection: str | None = None, since: int | None = None
) -> FeedAnswer:
    """Takes the items that changed since version `since` of the library (None: all) into the drop folder of `source`.

    Raises FeedError where the service cannot be asked, UserError where a file cannot be written.
    """
    base = f"/groups/{group}"
    of = f"{base}/collections/{collection}" if collection else base
    try:
        changed = _ask(
            http, f"{of}/items/top", since, since=str(since or 0), format="versions", itemType="-attachment || note"
        )
        if changed is None:
            return FeedAnswer(version=since)
        body, version = changed
        keys = sorted(_read_versions(body))
        answer = FeedAnswer(version=version)
        pages: list[tuple[str, bytes]] = []
        for first in range(0, len(keys), _AT_ONCE):
            asked = keys[first : first + _AT_ONCE]
            page, _ = _ask(
                http, f"{base}/items", None, format="csljson", itemKey=",".join(asked), limit=str(_AT_ONCE)
            ) or (b"", 0)
            came = _count_items(page)
            if came != len(asked):
                raise FeedError(f"announced {len(asked)} items and sent {came}")
            pages.append((f"exports/{source}/zotero/{group}-v{version:09}-{first // _AT_ONCE + 1:03}.json", page))
        for name, page in pages:
            put_file(root, name, page)
            answer.taken.append(name)
        if since is not None:
            answer.problems += _tell_deleted(_ask(http, f"{base}/deleted", None, since=str(since)), group)
    except ServiceError as error:
        raise FeedError(str(error).removeprefix("zotero ").removeprefix("zotero: ")) from None
    return answer


def _ask(http: Http, path: str, unless: int | None, /, **params: str) -> tuple[bytes, int] | None:
    """The answer's body, and the library's version; None where that is still `unless`."""
    headers = (("If-Modified-Since-Version", str(unless)),) if unless is not None else ()
    answer = http.ask(Request("zotero", path, tuple(params.items()), headers=headers))
    if answer.status == 304:
        return None
    version = answer.headers.get("Last-Modified-Version", "")
    if not version.isdigit():
        raise FeedError("does not say which version of the library it sends")
    return answer.body, int(version)


def _read_versions(body: bytes) -> list[str]:
    found = _read_json(body)
    if not isinstance(found, dict):
        raise FeedError("has changed the shape of its answers: item versions are no object")
    return [str(key) for key in found]


def _count_items(page: bytes) -> int:
    found = _read_json(page)
    items = found.get("items") if isinstance(found, dict) else found
    if not isinstance(items, list):
        raise FeedError("has changed the shape of its answers: a page has no items")
    return len(items)


def _tell_deleted(answer: tuple[bytes, int] | None, group: int) -> list[Problem]:
    found = _read_json(answer[0]) if answer else {}
    keys = [str(key) for key in found.get("items", [])] if isinstance(found, dict) else []
    if not keys:
        return []
    more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
    text = (
        f"items were deleted in the library: {', '.join(keys[:_SHOWN])}{more}; what came of them still counts "
        "(attachments and notes are among them; living-review deliveries lists what arrived)"
    )
    return [Problem(f"zotero group {group}", None, text, "warning")]


def _read_json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        raise FeedError("sends what is no whole JSON") from None
