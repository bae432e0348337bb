"""A search service of our own on the loopback, which answers as it is told to, and misbehaves when it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

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
    """Answers each call by `script(call, number)`, numbers from 0; a value that is no Answer becomes the body of one."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.script: Script = lambda call, number: Answer(status=404)
        server = self
        self.closing = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

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


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    thread = threading.Thread(target=one.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield one
    one.closing.set()
    one.http.shutdown()
    one.http.server_close()
    thread.join()
