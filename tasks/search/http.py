"""The one way out to search services: timeouts, retries, rate limits, keys; and no key in anything that is kept.

A `Request` is what a service module asks for. Keys and the contact address are added when it is sent and at no other
place, so that the request that is stored beside a page, and every message, is free of them.

Environment: LIVING_REVIEW_CONTACT (an e-mail address; Crossref, NCBI, OpenAlex and Unpaywall ask for one),
LIVING_REVIEW_<SERVICE>_KEY and LIVING_REVIEW_<SERVICE>_URL (another base address, such as a replay server's), where
<SERVICE> is NCBI, EUROPEPMC, OPENALEX, CROSSREF, SEMANTICSCHOLAR, CLINICALTRIALS, UNPAYWALL or ZOTERO.
"""

from __future__ import annotations

import logging
import os
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode, urljoin, urlsplit

import requests

from schemas.errors import UserError

USER_AGENT = "living-review/0.1"
TRIES = 5
CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 10.0, 60.0, 300.0
LONGEST_WAIT = 300.0
MOST_BYTES = 128 * 1024 * 1024
TEMPORARY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})

# At DEBUG it writes every address, and some services take the key as a part of the address.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


class ServiceError(Exception):
    """A service could not be searched; the text is one line, without keys, for the source's status.

    `status`: the HTTP state with which it refused, None where it could not be reached.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Host:
    """Where a service is and what it asks of its callers.

    `pause`: seconds between two requests, `pause_with_key` where a key is given. `key`: how the key is sent,
    'param:<name>' or 'header:<name>'; empty where the service knows none. `contact`: the parameter for the e-mail.
    """

    base: str
    pause: float
    key: str = ""
    pause_with_key: float | None = None
    contact: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)


#: The pauses keep within each service's published limit, with a little to spare.
HOSTS: Mapping[str, Host] = {
    "ncbi": Host(
        "https://eutils.ncbi.nlm.nih.gov/entrez/eutils",
        pause=0.35,
        key="param:api_key",
        pause_with_key=0.11,
        contact="email",
        fixed={"tool": "living-review"},
    ),
    "europepmc": Host("https://www.ebi.ac.uk/europepmc/webservices/rest", pause=0.2, contact="email"),
    "openalex": Host("https://api.openalex.org", pause=0.2, key="param:api_key", contact="mailto"),
    "crossref": Host("https://api.crossref.org", pause=0.25, contact="mailto"),
    "semanticscholar": Host(
        "https://api.semanticscholar.org/graph/v1", pause=3.0, key="header:x-api-key", pause_with_key=1.05
    ),
    "clinicaltrials": Host("https://clinicaltrials.gov/api/v2", pause=0.5),
    "unpaywall": Host("https://api.unpaywall.org/v2", pause=0.1, contact="email"),
    "zotero": Host("https://api.zotero.org", pause=0.2, key="header:Zotero-API-Key", fixed={"v": "3"}),
}


@dataclass(frozen=True)
class Request:
    """One call of a service. `memo` goes with it from page to page and is never sent; `headers` are sent beside our own."""

    service: str
    path: str
    params: tuple[tuple[str, str], ...]
    method: str = "GET"
    memo: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    def param(self, name: str) -> str:
        """The parameter's value; empty where it is not given."""
        return dict(self.params).get(name, "")

    def with_params(self, **changed: str) -> Request:
        """The same call with these parameters instead."""
        return replace(self, params=tuple({**dict(self.params), **changed}.items()))


@dataclass(frozen=True)
class HttpAnswer:
    """An answer of a service: 200, or 304 where it was asked what has changed. Names of headers in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Session(requests.Session):
    """Follows a service to another address of its own, never to somebody else's: keys go where they belong."""

    max_redirects = 3

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target is None or not resp.url:
            return None
        current, redirected = urlsplit(resp.url), urlsplit(urljoin(resp.url, target))
        return target if (current.scheme, current.netloc) == (redirected.scheme, redirected.netloc) else None


class Http:
    """A session with all services. Safe for threads; each service is called by one at a time.

    `keys` (service to key) and `contact` come from Prefect Secrets where the flow has them, else from the environment.
    A blank key counts as none. `sleep`, `clock` and `jitter` are there for tests.
    """

    def __init__(
        self,
        *,
        keys: Mapping[str, str] | None = None,
        contact: str | None = None,
        environ: Mapping[str, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
        read_seconds: float = READ_SECONDS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        environ = os.environ if environ is None else environ
        given_keys = keys or {}
        self._keys = {
            s: (given_keys.get(s) or environ.get(f"LIVING_REVIEW_{s.upper()}_KEY", "")).strip() for s in HOSTS
        }
        self._bases = {s: _base_address(s, environ.get(f"LIVING_REVIEW_{s.upper()}_URL", "")) for s in HOSTS}
        self.contact = (contact or environ.get("LIVING_REVIEW_CONTACT", "")).strip()
        self._sleep, self._clock, self._jitter = sleep, clock, jitter
        self._timeout = (min(CONNECT_SECONDS, read_seconds), read_seconds)
        self._most = most_bytes
        self._locks = {s: threading.Lock() for s in HOSTS}
        self._sessions: dict[str, _Session] = {}
        self._last: dict[str, float] = {}
        self._pauses = {
            s: h.pause_with_key if h.pause_with_key is not None and self._keys[s] else h.pause for s, h in HOSTS.items()
        }

    def canonical(self, request: Request) -> str:
        """The request in one line, as it is stored: method, address, parameters; no key, no contact."""
        query = urlencode(request.params)
        return f"{request.method} {self._bases[request.service]}{request.path}" + (f"?{query}" if query else "")

    def fetch(self, request: Request) -> bytes:
        """The body of the answer, whole. Raises ServiceError when five tries have failed or the service refuses."""
        return self.ask(request).body

    def ask(self, request: Request) -> HttpAnswer:
        """The answer, whole. Raises ServiceError when five tries have failed or the service refuses."""
        with self._locks[request.service]:
            for attempt in range(1, TRIES + 1):
                self._wait_for_turn(request.service)
                try:
                    return self._send(request)
                except _TemporaryError as error:
                    wait = error.wait if error.wait is not None else min(2.0**attempt, 60.0) * (0.5 + self._jitter())
                    if attempt == TRIES:
                        raise ServiceError(f"{error} ({TRIES} tries)") from None
                    if wait > LONGEST_WAIT:
                        raise ServiceError(f"{error}; it asks to wait {wait:.0f} s") from None
                    self._sleep(wait)
        raise AssertionError("the loop returns or raises")

    def _wait_for_turn(self, service: str) -> None:
        if service in self._last:
            wait = self._last[service] + self._pauses[service] - self._clock()
            if wait > 0:
                self._sleep(wait)
        self._last[service] = self._clock()

    def _send(self, request: Request) -> HttpAnswer:
        host, base = HOSTS[request.service], self._bases[request.service]
        params = [*request.params, *host.fixed.items()]
        agent = f"{USER_AGENT} (mailto:{self.contact})" if self.contact else USER_AGENT
        headers = {"User-Agent": agent, "Accept": "application/json, application/xml;q=0.9, */*;q=0.5"}
        headers |= dict(request.headers)
        if host.contact and self.contact:
            params.append((host.contact, self.contact))
        if host.key and (key := self._keys[request.service]):
            kind, _, name = host.key.partition(":")
            if kind == "param":
                params.append((name, key))
            else:
                headers[name] = key
        session = self._sessions.setdefault(request.service, _Session())
        began = self._clock()
        try:
            with session.request(
                request.method,
                base + request.path,
                params=params if request.method == "GET" else None,
                data=params if request.method == "POST" else None,
                headers=headers,
                timeout=self._timeout,
                stream=True,
                allow_redirects=request.method == "GET",
            ) as response:
                body = self._body(request.service, response, began)
        except requests.Timeout:
            raise _TemporaryError(f"{request.service} did not answer within {self._timeout[1]:g} s") from None
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            broken = "broke off in the middle of its answer" if "IncompleteRead" in str(error) else "cannot be reached"
            raise _TemporaryError(f"{request.service} {broken}") from None
        except requests.RequestException as error:
            raise ServiceError(f"{request.service}: {type(error).__name__}") from None
        self._slow_down(request.service, response.headers)
        if response.status_code in TEMPORARY_STATUSES:
            wait = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
            raise _TemporaryError(f"{request.service} answers {response.status_code} {response.reason}", wait)
        unchanged = response.status_code == requests.codes.not_modified and request.headers
        if response.status_code != requests.codes.ok and not unchanged:
            detail = self._redact(_error_text(body))
            reason = f"{request.service} refuses: {response.status_code} {response.reason}{detail}"
            if response.status_code in (401, 403) and HOSTS[request.service].key and not self._keys[request.service]:
                reason += f" (there is no LIVING_REVIEW_{request.service.upper()}_KEY)"
            raise ServiceError(reason, response.status_code)
        return HttpAnswer(response.status_code, response.headers, body)

    def _body(self, service: str, response: requests.Response, began: float) -> bytes:
        pieces, size = [], 0
        for piece in response.iter_content(1 << 16):
            pieces.append(piece)
            size += len(piece)
            if size > self._most:
                raise ServiceError(f"{service} sends more than {self._most // 1024 // 1024} MB in one answer")
            if self._clock() - began > WHOLE_SECONDS:
                raise _TemporaryError(f"{service} did not finish its answer within {WHOLE_SECONDS:g} s")
        return b"".join(pieces)

    def _slow_down(self, service: str, headers: Mapping[str, str]) -> None:
        """Slows down where Crossref's X-Rate-Limit headers name a lower rate than ours."""
        limit, interval = headers.get("X-Rate-Limit-Limit", ""), headers.get("X-Rate-Limit-Interval", "")
        if limit.isdigit() and int(limit) and (seconds := re.fullmatch(r"(\d+)s", interval)):
            self._pauses[service] = max(self._pauses[service], int(seconds[1]) / int(limit))

    def _redact(self, text: str) -> str:
        for secret in (*self._keys.values(), self.contact):
            if secret:
                text = text.replace(secret, "***")
        return text


class _TemporaryError(Exception):
    """May be gone at the next try, after `wait` seconds where the service says how long."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, given in seconds or as an HTTP date; None where it says nothing."""
    if not value:
        return None
    if re.fullmatch(r"\s*\d+(\.\d+)?\s*", value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _base_address(service: str, override: str) -> str:
    if not override:
        return HOSTS[service].base
    parts = urlsplit(override)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UserError(f"LIVING_REVIEW_{service.upper()}_URL is not an http address: {override}")
    if "@" in parts.netloc:  # it would be stored beside every page
        raise UserError(f"LIVING_REVIEW_{service.upper()}_URL holds a name or password: give it without")
    return override.rstrip("/")


def _error_text(body: bytes) -> str:
    text = " ".join(re.sub(r"<[^>]*>", " ", body[:2000].decode("utf-8", "replace")).split())
    return f": {text[:200]}" if text else ""
