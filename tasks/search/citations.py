"""Citation chasing from included reports: forwards (who cites it) and backwards (what it cites).

OpenAlex and Europe PMC are asked for both, Crossref for the references that publishers deposited; Semantic Scholar
where none of the others brought anything. The pages are read like any other; a page's trail tells how its records were
found. A trail is asked whole each time: a service may learn of a citation long after it learned of the citing work.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from urllib.parse import quote

from schemas.protocol import CITATION_SERVICES
from tasks.search import openalex
from tasks.search.http import Http, Request, ServiceError
from tasks.search.semanticscholar import FIELDS
from tasks.search.service import Page, PageContent, Retrieval, Service, UnreadableError, parse_json, retrieve, value_at
from tasks.search.window import Window

Direction = Literal["forwards", "backwards"]
DIRECTIONS: tuple[Direction, ...] = ("forwards", "backwards")
FALLBACK = "semanticscholar"
_PAGE = 1000
_BATCH = 500
_WHOLE = Window(None, date.max)


@dataclass(frozen=True)
class Seed:
    """An included report to chase from; without a DOI and a PMID there is nothing to ask by."""

    report_id: str
    doi: str | None = None
    pmid: str | None = None


@dataclass(frozen=True)
class Trail:
    """How records were found: from which report, in which direction, by which service; `asked`: the name by which the
    service knows the report, 'doi:…' or 'pmid:…'."""

    report_id: str
    direction: Direction
    service: str
    asked: str

    def __str__(self) -> str:
        relation = "cites it" if self.direction == "forwards" else "is cited by it"
        return f"{relation}: report {self.report_id}, by {self.service}"

    @property
    def key(self) -> tuple[str, str, str]:
        """What is the same whenever the same thing is asked: the report's id may change, its DOI hardly ever."""
        return self.service, self.direction, self.asked


def chase(
    seeds: Iterable[Seed],
    http: Http,
    save: Callable[[Trail, Page], object],
    *,
    services: Collection[str] = CITATION_SERVICES,
    due: Callable[[Trail], bool] = lambda trail: True,
    directions: Iterable[Direction] = DIRECTIONS,
) -> Iterator[tuple[Trail, Retrieval]]:
    """Follows the trails that are due, and yields each as it ends, complete or not.

    Semantic Scholar is asked where every other service that there is was due and brought nothing, or alone. A report that
    a service does not know is a search that found nothing and is complete; its note says so.
    """
    for seed in seeds:
        for direction in directions:
            asked = (_trail(seed, direction, name) for name in CITATION_SERVICES if name in services)
            trails = [trail for trail in asked if trail is not None]
            first = [trail for trail in trails if trail.service != FALLBACK]
            brought = 0
            for trail in filter(due, first):
                retrieval = _search(trail, http, save)
                brought += retrieval.retrieved
                yield trail, retrieval
            if not brought and all(map(due, first)):
                for trail in trails:
                    if trail.service == FALLBACK and due(trail):
                        yield trail, _search(trail, http, save)


def _trail(seed: Seed, direction: Direction, service: str) -> Trail | None:
    """None where the service cannot be asked: Europe PMC goes by PMID, Crossref by DOI and backwards only."""
    if service == "crossref" and direction == "forwards":
        return None
    doi = f"doi:{seed.doi}" if seed.doi and service != "europepmc" else None
    pmid = f"pmid:{seed.pmid}" if seed.pmid and service != "crossref" else None
    asked = doi or pmid
    return Trail(seed.report_id, direction, service, asked) if asked else None


def _search(trail: Trail, http: Http, save: Callable[[Trail, Page], object]) -> Retrieval:
    def keep(page: Page) -> object:
        return save(trail, page)

    try:
        service = _SERVICES[trail.service](trail, http, keep)
    except (ServiceError, UnreadableError) as error:
        if isinstance(error, ServiceError) and error.status == 404:
            return _unknown(trail.service)
        reason = str(error) if trail.service in str(error) else f"{trail.service}: {error}"
        return Retrieval(None, 0, (), complete=False, reason=reason)
    retrieval = retrieve(service, "citations", _WHOLE, http, keep)
    return _unknown(trail.service) if retrieval.refused == 404 and not retrieval.retrieved else retrieval


def _unknown(name: str) -> Retrieval:
    return Retrieval(0, 0, (), complete=True, notes=(f"{name} does not know the report",))


def _openalex(trail: Trail, http: Http, save: Callable[[Page], object]) -> Service:
    """OpenAlex's own id is asked for first; looking up one work is free of its meter."""
    request = Request("openalex", f"/works/{quote(trail.asked, safe='/:')}", (("select", "id"),))
    body = http.fetch(request)
    save(Page(body, http.canonical(request), "openalex", "openalex-work", 1, holds_records=False))
    work = str(value_at(parse_json(body), "id", str)).rsplit("/", 1)[-1]

    relation = "cited_by" if trail.direction == "backwards" else "cites"
    return Service("openalex", "service-json", lambda *_: openalex.works(f"{relation}:{work}"), openalex.read)


def _europepmc(trail: Trail, *_: Any) -> Service:
    """Page by page; its references can lack an id where Europe PMC could not match them to a record."""
    path, holder = (
        ("citations", "citationList/citation")
        if trail.direction == "forwards"
        else ("references", "referenceList/reference")
    )

    def first(*_: Any) -> Request:
        params = (("format", "json"), ("pageSize", str(_PAGE)), ("page", "1"))
        return Request("europepmc", f"/MED/{trail.asked.removeprefix('pmid:')}/{path}", params)

    def read(request: Request, body: bytes) -> PageContent:
        data = parse_json(body)
        total, page = value_at(data, "hitCount", int), int(request.param("page"))
        records = value_at(data, holder, list) if total else []
        more = records and page * _PAGE < total
        place = (page - 1) * _PAGE
        ids = tuple(f"{work.get('source', '#')}:{work.get('id', place + n)}" for n, work in enumerate(records))
        return PageContent(total, ids, request.with_params(page=str(page + 1)) if more else None)

    return Service("europepmc", "service-json", first, read)


def _crossref(trail: Trail, *_: Any) -> Service:
    """The references stand in the record of the work itself; publishers may count more than they deposit."""

    def first(*_: Any) -> Request:
        return Request("crossref", f"/works/{quote(trail.asked.removeprefix('doi:'), safe='/')}", ())

    def read(_: Request, body: bytes) -> PageContent:
        message = value_at(parse_json(body), "message", dict)
        value_at(message, "DOI", str)
        references = message.get("reference") or []
        return PageContent(
            len(references), tuple(f"{reference.get('key')}#{n}" for n, reference in enumerate(references)), None
        )

    return Service("crossref", "service-json", first, read)


def _semanticscholar(trail: Trail, *_: Any) -> Service:
    """It gives no count; the last page is the one that names no next."""
    path, holder = ("citations", "citingPaper") if trail.direction == "forwards" else ("references", "citedPaper")
    kind, identifier = trail.asked.split(":", 1)
    name = f"{kind.upper()}:{quote(identifier, safe='/')}"

    def first(*_: Any) -> Request:
        params = (("fields", FIELDS), ("offset", "0"), ("limit", str(_BATCH)))
        return Request("semanticscholar", f"/paper/{name}/{path}", params)

    def read(request: Request, body: bytes) -> PageContent:
        data = parse_json(body)
        offset, following = int(request.param("offset")), data.get("next")
        records = [value_at(item, holder, dict) for item in data.get("data") or []]
        ids = tuple(str(item.get("paperId") or f"#{offset + n}") for n, item in enumerate(records))
        return PageContent(None, ids, request.with_params(offset=str(following)) if following else None)

    return Service("semanticscholar", "service-json", first, read)


_SERVICES: dict[str, Callable[..., Service]] = {
    "openalex": _openalex,
    "europepmc": _europepmc,
    "crossref": _crossref,
    "semanticscholar": _semanticscholar,
}
