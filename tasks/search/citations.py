"""Citation chasing from included reports: forwards (who cites it) and backwards (what it cites).

OpenAlex and Europe PMC are asked for both, Crossref for the references that publishers deposited; Semantic Scholar only
where none of them brought anything. The pages are read like any other; a page's trail tells how its records were found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from tasks.search import openalex
from tasks.search.http import Http, Request, ServiceError
from tasks.search.semanticscholar import FIELDS
from tasks.search.service import Page, Reading, Retrieval, Service, UnreadableError, at, parsed, retrieve
from tasks.search.window import Window

Direction = Literal["forwards", "backwards"]
DIRECTIONS: tuple[Direction, ...] = ("forwards", "backwards")
_PAGE = 1000
_BATCH = 500


@dataclass(frozen=True)
class Seed:
    """An included report to chase from; without a DOI and a PMID there is nothing to ask by."""

    report_id: str
    doi: str | None = None
    pmid: str | None = None


@dataclass(frozen=True)
class Trail:
    """How records were found: by which service, in which direction, from which report."""

    report_id: str
    direction: Direction
    service: str

    def __str__(self) -> str:
        what = "cites it" if self.direction == "forwards" else "is cited by it"
        return f"{what}: report {self.report_id}, by {self.service}"


def chase(
    seeds: Iterable[Seed],
    window: Window,
    http: Http,
    save: Callable[[Trail, Page], object],
    directions: Iterable[Direction] = DIRECTIONS,
) -> Iterator[tuple[Trail, Retrieval]]:
    """Follows each report's citations; yields each search as it ends, complete or not.

    `window` limits the search forwards, where the service can (OpenAlex), to what was added since its start. A report
    that a service does not know is a search that found nothing and is complete; its note says so.
    """
    for seed in seeds:
        for direction in directions:
            brought = False
            for service in _asked(seed, direction):
                trail, done = _search(seed, direction, service, window=window, http=http, save=save)
                brought = brought or bool(done.retrieved)
                yield trail, done
            if not brought and (seed.doi or seed.pmid):
                yield _search(seed, direction, "semanticscholar", window=window, http=http, save=save)


def _asked(seed: Seed, direction: Direction) -> list[str]:
    services = ["openalex"] if seed.doi or seed.pmid else []
    if seed.pmid:
        services.append("europepmc")
    if seed.doi and direction == "backwards":
        services.append("crossref")
    return services


def _search(
    seed: Seed,
    direction: Direction,
    name: str,
    *,
    window: Window,
    http: Http,
    save: Callable[[Trail, Page], object],
) -> tuple[Trail, Retrieval]:
    trail = Trail(seed.report_id, direction, name)
    try:
        service = _SERVICES[name](seed, direction, http, lambda page: save(trail, page))
    except (ServiceError, UnreadableError) as error:
        return trail, _ended(name, error)
    done = retrieve(service, "citations", window, http, lambda page: save(trail, page))
    return trail, _unknown(name) if done.refused == 404 and not done.retrieved else done


def _ended(name: str, error: ServiceError | UnreadableError) -> Retrieval:
    if isinstance(error, ServiceError) and error.status == 404:
        return _unknown(name)
    return Retrieval(None, 0, (), complete=False, reason=f"{name}: {error}")


def _unknown(name: str) -> Retrieval:
    return Retrieval(0, 0, (), complete=True, notes=(f"{name} does not know the report",))


def _openalex(seed: Seed, direction: Direction, http: Http, save: Callable[[Page], object]) -> Service:
    """OpenAlex's own id is asked for first; looking up one work is free of its meter."""
    name = f"doi:{quote(seed.doi, safe='/')}" if seed.doi else f"pmid:{seed.pmid}"
    request = Request("openalex", f"/works/{name}", (("select", "id"),))
    body = http.fetch(request)
    save(Page(body, http.canonical(request), "openalex", "openalex-work", 1, holds_records=False))
    work = str(at(parsed(body), "id", str)).rsplit("/", 1)[-1]

    def first(_: str, window: Window) -> Request:
        if direction == "backwards":
            return openalex.works(f"cited_by:{work}")
        added = f",from_created_date:{window.start}" if window.start else ""
        return openalex.works(f"cites:{work}{added}")

    return Service("openalex", "service-json", first, openalex.read)


def _europepmc(seed: Seed, direction: Direction, *_: Any) -> Service:
    """Page by page; its references can lack an id where Europe PMC could not match them to a record."""
    path, holder = (
        ("citations", "citationList/citation") if direction == "forwards" else ("references", "referenceList/reference")
    )

    def first(*_: Any) -> Request:
        params = (("format", "json"), ("pageSize", str(_PAGE)), ("page", "1"))
        return Request("europepmc", f"/MED/{seed.pmid}/{path}", params)

    def read(request: Request, body: bytes) -> Reading:
        data = parsed(body)
        total, page = at(data, "hitCount", int), int(request.param("page"))
        records = at(data, holder, list) if total else []
        more = records and page * _PAGE < total
        place = (page - 1) * _PAGE
        ids = tuple(f"{one.get('source', '#')}:{one.get('id', place + n)}" for n, one in enumerate(records))
        return Reading(total, ids, request.with_params(page=str(page + 1)) if more else None)

    return Service("europepmc", "service-json", first, read)


def _crossref(seed: Seed, *_: Any) -> Service:
    """The references stand in the record of the work itself; publishers may count more than they deposit."""

    def first(*_: Any) -> Request:
        return Request("crossref", f"/works/{quote(seed.doi or '', safe='/')}", ())

    def read(_: Request, body: bytes) -> Reading:
        message = at(parsed(body), "message", dict)
        at(message, "DOI", str)
        references = message.get("reference") or []
        return Reading(len(references), tuple(f"{one.get('key')}#{n}" for n, one in enumerate(references)), None)

    return Service("crossref", "service-json", first, read)


def _semanticscholar(seed: Seed, direction: Direction, *_: Any) -> Service:
    """It gives no count; the last page is the one that names no next."""
    path, holder = ("citations", "citingPaper") if direction == "forwards" else ("references", "citedPaper")
    name = f"DOI:{quote(seed.doi, safe='/')}" if seed.doi else f"PMID:{seed.pmid}"

    def first(*_: Any) -> Request:
        params = (("fields", FIELDS), ("offset", "0"), ("limit", str(_BATCH)))
        return Request("semanticscholar", f"/paper/{name}/{path}", params)

    def read(request: Request, body: bytes) -> Reading:
        data = parsed(body)
        offset, following = int(request.param("offset")), data.get("next")
        records = [at(one, holder, dict) for one in data.get("data") or []]
        ids = tuple(str(one.get("paperId") or f"#{offset + n}") for n, one in enumerate(records))
        return Reading(None, ids, request.with_params(offset=str(following)) if following else None)

    return Service("semanticscholar", "service-json", first, read)


_SERVICES: dict[str, Callable[..., Service]] = {
    "openalex": _openalex,
    "europepmc": _europepmc,
    "crossref": _crossref,
    "semanticscholar": _semanticscholar,
}
