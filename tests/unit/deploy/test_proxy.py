"""The proxy, as nginx runs it: who comes in, and that a page of another origin has nothing done in the name of somebody who may."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from tests.support.feeds import free_port, wait_for

TEMPLATE = (Path(__file__).parents[3] / "deploy" / "nginx" / "living-review.conf.template").read_text()
OPERATOR = ("operator", "open sesame")


class Dashboard(BaseHTTPRequestHandler):
    """What stands for Prefect's server: it does whatever it is asked, and says what it saw."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        said = (self.headers.get("Authorization") or "no password").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_POST = do_PATCH = do_DELETE = do_GET

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Name and port of the dashboard behind the proxy."""
    nginx, openssl = (shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") for name in ("nginx", "openssl"))
    if not nginx or not openssl:
        pytest.skip("there is no nginx or openssl")
    folder, port = tmp_path_factory.mktemp("proxy"), free_port()
    hashed = subprocess.run([openssl, "passwd", "-6", OPERATOR[1]], capture_output=True, text=True, check=True).stdout
    (folder / "passwords").write_text(f"{OPERATOR[0]}:{hashed}")
    upstream = ThreadingHTTPServer(("127.0.0.1", 0), Dashboard)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    values = {
        "SITE_LISTEN": f"127.0.0.1:{free_port()}", "SITE_NAME": "_", "SITE_LOGIN": "off",
        "PAGE_LISTEN": f"127.0.0.1:{free_port()}", "PAGE_NAME": "_", "PAGE_LOGIN": "off", "PAGE_UPSTREAM": "127.0.0.1:9",
        "DASHBOARD_LISTEN": f"127.0.0.1:{port}", "DASHBOARD_NAME": "_",
        "DASHBOARD_UPSTREAM": f"127.0.0.1:{upstream.server_port}",
        "PASSWORDS": str(folder / "passwords"), "REVIEWS_ROOT": str(folder),
    }  # fmt: skip
    (folder / "site.conf").write_text(re.sub(r"\$\{([A-Z_]+)\}", lambda match: values[match[1]], TEMPLATE))
    user = "user root;" if os.getuid() == 0 else ""
    kept = " ".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log stderr; {user} events {{}}"
        f" http {{ access_log off; {kept} include {folder}/site.conf; }}"
    )
    with subprocess.Popen([nginx, "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.PIPE) as running:
        try:
            wait_for(port)
            yield f"127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait(20)
            upstream.shutdown()


def asked(host: str, method: str = "POST", *, origin: str | None = None, **headers: str) -> int:
    """How the proxy answers the operator's browser, or program."""
    said = headers | ({} if origin is None else {"Origin": origin})
    return requests.request(
        method, f"http://{host}/api/flow_runs/filter", auth=OPERATOR, headers=said, timeout=20
    ).status_code


def test_strangers_stay_outside_and_the_password_is_not_passed_on(host: str) -> None:
    assert requests.get(f"http://{host}/", timeout=20).status_code == 401
    assert requests.get(f"http://{host}/", auth=OPERATOR, timeout=20).text == "no password"


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_programs_and_the_dashboards_own_pages_are_let_in(host: str, method: str) -> None:
    assert asked(host, method) == 200, "a program says no origin"
    assert asked(host, method, origin=f"http://{host}") == 200
    assert asked(host, method, origin=f"https://{host}") == 200, "behind TLS of somebody else's"


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://127.0.0.1", "http://{host}.evil.example", "http://evil.example/{host}",
     "http://{host}0", "http://x.{host}", "file://", "ftp://{host}"],
)  # fmt: skip
def test_a_page_of_another_origin_has_nothing_done(host: str, method: str, origin: str) -> None:
    assert asked(host, method, origin=origin.format(host=host)) == 403


def test_a_name_behind_which_the_dashboard_stands_is_the_origin_too(host: str) -> None:
    named = {"Host": "dashboard.example.org"}
    assert asked(host, origin="https://dashboard.example.org", **named) == 200
    assert asked(host, origin="https://screen.example.org", **named) == 403


def test_no_page_of_another_origin_opens_a_socket(host: str) -> None:
    socket = {"Upgrade": "websocket", "Connection": "Upgrade"}
    assert asked(host, "GET", origin="https://evil.example", **socket) == 403
    assert asked(host, "GET", origin=f"http://{host}", **socket) == 200
