"""A search service of our own on the loopback, which answers as it is told to, and misbehaves when it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tasks.search.http import HOSTS, Http


@dataclass(frozen=True)
class Call:
    """One request as the server received it."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """`body`: bytes, or what becomes JSON. `cut`: send fewer bytes than announced. `hang`: send nothing for seconds."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    hang: float = 0.0

    @property
    def bytes(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Script = Callable[[Call, int], Any]


class Server:
    """Answers each call by `script(call, number)`, numbers from 0; what is no Answer becomes the body of one."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.script: Script = lambda call, number: Answer(status=404)
        server = self
        self.closing = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet, else each answer takes 40 ms

            def do_GET(self) -> None:
                self._answer("")

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

            def _answer(self, form: str) -> None:
                url = urlsplit(self.path)
                call = Call(self.command, url.path, dict(parse_qsl(url.query or form)), dict(self.headers))
                server.calls.append(call)
                given = server.script(call, len(server.calls) - 1)
                answer = given if isinstance(given, Answer) else Answer(given)
                if answer.hang:
                    server.closing.wait(answer.hang)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                body = answer.bytes
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if answer.cut else body)
                self.close_connection = answer.cut

            def log_message(self, *args: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: object) -> None:
                """A client that gave up waiting is what some tests are about."""

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.slept: list[float] = []

    @staticmethod
    def answer(body: Any = b"", **how: Any) -> Answer:
        """An answer that is not simply a body."""
        return Answer(body, **how)

    def client(self, environ: dict[str, str] | None = None, **options: Any) -> Http:
        """A session whose services are all this server, and whose waits are only written down in `slept`."""
        bases = {f"LIVING_REVIEW_{service.upper()}_URL": f"{self.url}/{service}" for service in HOSTS}
        clock = options.pop("clock", lambda: 1_000.0 + sum(self.slept))
        return Http(
            environ={**bases, **(environ or {})}, sleep=self.slept.append, jitter=lambda: 0.5, clock=clock, **options
        )


@contextmanager
def serving() -> Iterator[Server]:
    """A server for as long as the block runs."""
    one = Server()
    thread = threading.Thread(target=one.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield one
    one.closing.set()
    one.http.shutdown()
    one.http.server_close()
    thread.join()


class Europepmc:
    """Ends with an empty page that echoes the cursor."""

    def place(self, call: Call) -> int:
        mark = call.params["cursorMark"]
        return 0 if mark == "*" else int(mark[1:])

    def page(self, ids: list[str], total: int, here: int, following: int, last: bool) -> Any:
        results = [{"id": one, "source": "MED", "pmid": one, "title": f"On {one}"} for one in ids]
        return {
            "version": "6.9",
            "hitCount": total,
            "nextCursorMark": f"c{following}",
            "resultList": {"result": results},
        }


class Openalex:
    """Ends with an empty page without a cursor."""

    def place(self, call: Call) -> int:
        cursor = call.params["cursor"]
        return 0 if cursor == "*" else int(cursor[1:])

    def page(self, ids: list[str], total: int, here: int, following: int, last: bool) -> Any:
        works = [{"id": f"https://openalex.org/W{one}", "title": f"On {one}"} for one in ids]
        return {"meta": {"count": total, "next_cursor": f"c{following}" if ids else None}, "results": works}


class Crossref:
    """Its cursor stays the same; the server remembers how far the walk has come."""

    def __init__(self) -> None:
        self.come = 0

    def place(self, call: Call) -> int:
        if call.params["cursor"] == "*":
            self.come = 0
        return self.come

    def page(self, ids: list[str], total: int, here: int, following: int, last: bool) -> Any:
        self.come = following
        works = [{"DOI": f"10.5555/{one}", "title": [f"On {one}"], "type": "journal-article"} for one in ids]
        message = {"total-results": total, "next-cursor": "scroll-1", "items": works}
        return {"status": "ok", "message-type": "work-list", "message": message}


class Semanticscholar:
    """Ends with a page without a token."""

    def place(self, call: Call) -> int:
        return int(call.params.get("token", "t0")[1:])

    def page(self, ids: list[str], total: int, here: int, following: int, last: bool) -> Any:
        papers = [{"paperId": one, "title": f"On {one}"} for one in ids]
        return {"total": total, "token": None if last else f"t{following}", "data": papers}


class Clinicaltrials:
    """Counts on the first page only; ends with a page without a token."""

    def place(self, call: Call) -> int:
        return int(call.params.get("pageToken", "t0")[1:])

    def page(self, ids: list[str], total: int, here: int, following: int, last: bool) -> Any:
        studies = [{"protocolSection": {"identificationModule": {"nctId": f"NCT{one}"}}} for one in ids]
        counted = {} if here else {"totalCount": total}
        return {**counted, "studies": studies, **({} if last else {"nextPageToken": f"t{following}"})}


class Ncbi:
    """First the search, then the records by place on the history server."""

    def place(self, call: Call) -> int:
        return int(call.params.get("retstart", "-1"))

    def page(self, ids: list[str], total: int, here: int, following: int, last: bool) -> Any:
        if here < 0:
            found = {
                "count": str(total),
                "idlist": [],
                "webenv": "MCID_1",
                "querykey": "1",
                "querytranslation": "nurse*[tiab]",
            }
            return {"header": {"type": "esearch"}, "esearchresult": found}
        records = "".join(
            f"<PubmedArticle><MedlineCitation><PMID>{one}</PMID></MedlineCitation></PubmedArticle>" for one in ids
        )
        return f'<?xml version="1.0" ?><PubmedArticleSet>{records}</PubmedArticleSet>'.encode()


KINDS = {
    "europepmc": Europepmc,
    "openalex": Openalex,
    "crossref": Crossref,
    "semanticscholar": Semanticscholar,
    "clinicaltrials": Clinicaltrials,
    "ncbi": Ncbi,
}


class Fake:
    """One service with these records, three a page; `total` is what it says it has."""

    size = 3

    def __init__(self, service: str, count: int, total: int | None = None) -> None:
        self.kind: Any = KINDS[service]()
        self.ids = [str(10_000_001 + number) for number in range(count)]
        self.total = count if total is None else total

    def __call__(self, call: Call, number: int) -> Any:
        here = self.kind.place(call)
        following = min(max(here, 0) + self.size, len(self.ids))
        ids = self.ids[max(here, 0) : following]
        return self.kind.page(ids, self.total, here, following, following >= len(self.ids))
