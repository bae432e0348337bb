"""A real Prefect server and what runs against it, as processes of our own that are gone when the block ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

BIN = Path(sys.executable).parent
T = TypeVar("T")


#: What Prefect's own client tries again, as often and as patiently: a server on SQLite answers 503 while its database is
#: locked, as it is for a moment on a busy machine. Any other answer, and the sixth of these, is an error.
BUSY = Retry(
    total=None,
    connect=0,
    read=0,
    status=5,
    status_forcelist=(408, 429, 502, 503),
    allowed_methods=None,
    backoff_factor=1,
)


class PrefectServer:
    """A running server: its address, the environment for those who use it, and its REST interface."""

    def __init__(self, url: str, env: dict[str, str]) -> None:
        self.url, self.env = url, env
        self._session = requests.Session()
        self._session.mount(url, HTTPAdapter(max_retries=BUSY))

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """What the server answers to a POST."""
        return self._ask("POST", path, body or {})

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """What the server answers to a PUT."""
        return self._ask("PUT", path, body)

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """What the server answers to a PATCH."""
        return self._ask("PATCH", path, body)

    def get(self, path: str) -> Any:
        """What the server answers to a GET."""
        return self._ask("GET", path)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        answer = self._session.request(method, f"{self.url}{path}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None


@contextmanager
def prefect_server(home: Path) -> Iterator[PrefectServer]:
    """A server on a free port of the loopback, with a home and a database of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    env = plain | {"PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    command = [str(BIN / "prefect"), "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with process(command, env, home / "server.log") as server:
        url = f"http://127.0.0.1:{port}/api"
        wait_for(lambda: requests.get(f"{url}/health", timeout=5).ok, 300, server, home / "server.log")
        yield PrefectServer(url, env | {"PREFECT_API_URL": url})


@contextmanager
def process(command: list[str], env: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process with all its children, which are ended with the block."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as file:
        started = subprocess.Popen(
            command, env=dict(env), stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield started
        finally:
            for sign, patience in ((signal.SIGTERM, 20), (signal.SIGKILL, 10)):
                try:
                    os.killpg(started.pid, sign)
                    started.wait(patience)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    continue
            started.wait()


def wait_for(found: Callable[[], T], seconds: float, running: subprocess.Popen[bytes], log: Path) -> T:
    """What `found` gives as soon as that is something; fails with the process's log when it has ended or time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and running.poll() is None:
        try:
            if answer := found():
                return answer
        except requests.RequestException:
            pass
        time.sleep(0.5)
    raise AssertionError(f"waited in vain; exit code {running.poll()}:\n{log.read_text(errors='replace')[-4000:]}")
