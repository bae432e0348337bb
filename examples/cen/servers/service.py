"""A search service that answers as Europe PMC does, with the records that the example's service has by a day."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from examples.cen.generator.months.arrivals import Indexed
from examples.cen.generator.months.files import service_record

_WINDOW = re.compile(r"FIRST_IDATE:\[(\d{4}-\d\d-\d\d) TO (\d{4}-\d\d-\d\d)\]")
_MOST_A_PAGE = 50


class SearchService:
    """`today` is the day in whose evening it is asked; `down`: it answers that it cannot; `asked`: how often it was asked."""

    def __init__(self, records: tuple[Indexed, ...]) -> None:
        self.records = records
        self.today = date.min
        self.down = False
        self.asked = 0
        self.url = ""

    def answer(self, query: str, cursor: str, page_size: int) -> dict[str, object]:
        """A page of results: those of the window that the query names, which it has by today."""
        window = _WINDOW.search(query)
        starts = date.fromisoformat(window[1]) if window else date.min
        ends = min(date.fromisoformat(window[2]) if window else date.max, self.today)
        found = [one.record for one in self.records if starts <= one.day <= ends]
        start = 0 if cursor == "*" else int(cursor.removeprefix("from"))
        page = found[start : start + min(page_size, _MOST_A_PAGE)]
        return {
            "version": "6.9",
            "hitCount": len(found),
            "nextCursorMark": f"from{start + len(page)}",
            "resultList": {"result": [service_record(record) for record in page]},
        }


@contextmanager
def serving(service: SearchService) -> Iterator[SearchService]:
    """The service on a free port of the loopback, for as long as the block runs. Raises OSError where it may have none."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet, else each answer waits for the other side's acknowledgement

        def do_GET(self) -> None:
            service.asked += 1
            if service.down:
                self._send(503, b"The service is being maintained.", {"Retry-After": "0"})
                return
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            page = service.answer(
                asked.get("query", ""), asked.get("cursorMark", "*"), int(asked.get("pageSize", "25"))
            )
            self._send(200, json.dumps(page).encode(), {"Content-Type": "application/json"})

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Says nothing: what was asked stands in the review's log."""

    with running(ThreadingHTTPServer, Handler) as port:
        service.url = f"http://127.0.0.1:{port}"
        yield service


@contextmanager
def running(kind: Callable[..., ThreadingHTTPServer], handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """A server in a thread of its own; its port."""
    server = kind(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
