"""Searching a service: the walk from page to page that all services share, and what makes it complete.

A service is two pure functions: `first` makes the request for the first page of a search, `read` tells from a page how
many records there are, which ones it holds, and which request comes next. `retrieve` does the rest: it fetches, hands
each page to `save` before anything looks into it, counts, and says at the end whether it has everything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tasks.search.http import Http, Request, ServiceError
from tasks.search.strategy import combine_lines
from tasks.search.window import Window, halve_window

#: An answer that cannot be read is asked for again, twice: it may have been cut off on the way.
READS = 3
#: Where a service's hit count is an estimate, a walk that ended properly may fall short of it by this share.
SLACK = 0.01


class UnreadableError(Exception):
    """A page is not what the service used to send; the text says what is wrong with it."""


@dataclass(frozen=True)
class Page:
    """One answer of a service as it was received.

    `request`: method, address and parameters, free of keys. `format`: what tasks.load calls it. `number`: from 1,
    in the order received. `holds_records`: false for an answer about the search itself (NCBI's esearch).
    """

    body: bytes
    request: str
    service: str
    format: str
    number: int
    holds_records: bool = True

    @property
    def sha256(self) -> str:
        """SHA-256 of the body, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class PageContent:
    """What a page says. `total`: the service's hit count, if the page gives it; `ids`: the records on the page;
    `next`: the request for the next page, None where the service says that this was the last."""

    total: int | None
    ids: tuple[str, ...]
    next: Request | None
    translation: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Service:
    """One service.

    `cap`: the most records that one search hands out; a search beyond it is sliced by date. `estimated`: its hit count
    may exceed the records there are. `same_cursor`: its cursor may stay the same from page to page.
    """

    name: str
    format: str
    first: Callable[[str, Window], Request]
    read: Callable[[Request, bytes], PageContent]
    cap: int | None = None
    estimated: bool = False
    same_cursor: bool = False
    holds_records: Callable[[Request], bool] = lambda request: True


@dataclass(frozen=True)
class Retrieval:
    """The outcome of one search of a service.

    `expected`: the service's hit count, None where it gives none; `retrieved`: distinct records received; `pages`:
    SHA-256 of the pages with records that could be read, in order, the ones to load; `complete`: whether the source's
    watermark may move; `reason`: why not, in one line. `translation`: how the service understood the strategy;
    `notes`: what else the searcher should know; `refused`: the HTTP state with which the service refused.
    """

    expected: int | None
    retrieved: int
    pages: tuple[str, ...]
    complete: bool
    reason: str = ""
    translation: str = ""
    notes: tuple[str, ...] = ()
    refused: int | None = None


def retrieve(service: Service, strategy: str, window: Window, http: Http, save: Callable[[Page], object]) -> Retrieval:
    """Searches a service with a strategy (see strategy.py) in a window.

    Nothing that goes wrong at the service raises: the result is then not complete, with a reason, and what was received
    until then can be loaded. Raises UserError for a strategy that cannot be sent, and whatever `save` raises.
    """
    query = combine_lines(strategy)
    walk = _Walk(service, http, save)
    reason, expected, refused = "", None, None
    try:
        expected = walk.search(query, window)
    except (ServiceError, UnreadableError, _StopError) as error:
        reason, expected, refused = str(error), walk.expected, getattr(error, "status", None)
    retrieved = len(walk.seen)
    reason = reason or "; ".join(walk.over_cap)
    if not reason and expected is not None and retrieved != expected:
        short = expected - retrieved
        if service.estimated and 0 < short <= expected * SLACK:
            walk.notes.append(f"{service.name} estimates {expected} records; there were {retrieved}")
        elif short > 0:
            reason = f"{service.name} counts {expected} records, but its pages ended after {retrieved}"
        else:
            reason = f"{service.name} counts {expected} records, but its pages held {retrieved}"
    return Retrieval(
        expected,
        retrieved,
        tuple(walk.pages),
        not reason,
        " ".join(reason.split()),
        walk.translation,
        tuple(walk.notes),
        refused,
    )


class _StopError(Exception):
    """The walk cannot go on."""


@dataclass
class _Walk:
    """One search under way."""

    service: Service
    http: Http
    save: Callable[[Page], object]
    seen: set[str] = field(default_factory=set)
    pages: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    over_cap: list[str] = field(default_factory=list)
    translation: str = ""
    expected: int | None = None
    number: int = 0

    def search(self, strategy: str, window: Window) -> int | None:
        """Walks through all pages of the window, in slices where it must; returns the service's hit count."""
        request = self.service.first(strategy, window)
        content, new_records = self.fetch_page(request)
        total = content.total
        if self.expected is None:
            self.expected, self.translation = total, content.translation
            self.notes.extend(content.notes)
        if self.service.cap is not None and total is not None and total > self.service.cap:
            if slices := halve_window(window):
                counts = [self.search(strategy, half) or 0 for half in slices]
                return max(total, sum(counts))
            self.over_cap.append(
                f"{self.service.name} has {total} records for {window.end} alone and hands out {self.service.cap}"
            )
        asked = {request}
        while content.next is not None and total != 0:
            if self.service.holds_records(request) and not content.ids:
                raise _StopError(f"page {self.number} of {self.service.name} is empty, but not its last")
            if content.ids and not new_records:
                raise _StopError(f"page {self.number} of {self.service.name} repeats what earlier pages held")
            if content.next in asked and not self.service.same_cursor:
                raise _StopError(f"{self.service.name} repeats its cursor after page {self.number}")
            request = content.next
            asked.add(request)
            content, new_records = self.fetch_page(request)
            total = total if content.total is None else content.total
        return total

    def fetch_page(self, request: Request) -> tuple[PageContent, int]:
        """Fetches, saves, then reads one page; and how many of its records no earlier page held."""
        for attempt in range(1, READS + 1):
            body = self.http.fetch(request)
            self.number += 1
            records = self.service.holds_records(request)
            form = self.service.format if records else f"{self.service.name}-search"
            page = Page(body, self.http.canonical(request), self.service.name, form, self.number, records)
            self.save(page)
            try:
                content = self.service.read(request, body)
            except UnreadableError as error:
                if attempt == READS:
                    raise UnreadableError(f"page {self.number} of {self.service.name}: {error}") from None
                continue
            before = len(self.seen)
            self.seen.update(content.ids)
            if records and content.ids:
                self.pages.append(page.sha256)
            return content, len(self.seen) - before
        raise AssertionError("the loop returns or raises")


def parse_json(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises UnreadableError where the text is cut off or is something else."""
    try:
        data = json.loads(body)
    except ValueError as error:
        raise UnreadableError(f"is not whole JSON: {error}") from None
    if not isinstance(data, dict):
        raise UnreadableError(f"is a JSON {type(data).__name__}, not an object")
    return data


def value_at(data: Any, path: str, kind: type[Any] | tuple[type[Any], ...]) -> Any:
    """The value at a path such as 'meta/count'. Raises UnreadableError where it is missing or of another kind: the
    service has changed the shape of its answers."""
    for step in path.split("/"):
        data = data.get(step) if isinstance(data, dict) else None
    if not isinstance(data, kind) or (isinstance(data, bool) and kind is int):
        raise UnreadableError(f"has changed its shape: '{path}' is {'missing' if data is None else 'of another kind'}")
    return data


def record_ids(records: list[Any], *keys: str) -> tuple[str, ...]:
    """What identifies each record: the values of these keys, joined."""
    return tuple(":".join(str(value_at(record, key, (str, int))) for key in keys) for record in records)
