"""living-review screen."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from flows.arguments import page_options

if TYPE_CHECKING:
    from tasks.review.accounts import Accounts
    from warehouse.review import Review
    from web.publisher import Outcome


@click.command()
@page_options
def command(folder: Path, host: str, port: int, address: str | None) -> None:
    """The page on which the team of the review in DIR screens, settles conflicts, rules on duplicates, and sees how far it is.

    It prints its address, and a link for everybody of the protocol who is not logged in anywhere: each works once, for two days.
    `living-review people` lists, adds and removes who may log in, and makes new links. Ctrl-C stops it; nothing is lost.
    """
    open_page(folder, host, port, address)


def open_page(folder: Path, host: str, port: int, address: str | None, *, coding_first: bool = False) -> None:
    """Serves the page of a review; `coding_first`: who codes comes to the texts first, whatever else she may do."""
    import os

    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is imported: the page's own threads come first
    from schemas.errors import UserError
    from tasks.review.basis import program_basis
    from warehouse.connect import reader
    from warehouse.meta import read_meta
    from warehouse.review import open_review

    review = open_review(folder)
    # Nothing to screen, or not for this user: said before anything is started.
    with reader(review.private_warehouse) as con:
        program = read_meta(con).get("program")
    if program != program_basis():
        hint = f"run: living-review refresh {quote(str(review.root))}"
        raise UserError("was published by another version of living-review", path=review.root, hint=hint)
    _serve(review, host, port, address, coding_first=coding_first)


def _serve(review: Review, host: str, port: int, address: str | None, *, coding_first: bool) -> None:
    import socket

    import uvicorn

    from schemas.errors import UserError
    from tasks.review.accounts import Accounts
    from web.app import make_app
    from web.publisher import Publisher

    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise UserError(
            f"cannot listen on {host}, port {port}: {error.strerror or error}", hint="--port 0 takes a free one"
        ) from None
    port = listening.getsockname()[1]
    shown = f"[{host}]" if ":" in host else "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104
    address = (address or f"http://{shown}:{port}").rstrip("/")
    accounts = Accounts(review)
    app = make_app(
        review,
        accounts,
        Publisher(lambda: _refresh(review.root)),
        address,
        ("127.0.0.1", "localhost", "[::1]"),
        coding_first=coding_first,
    )
    _print_links(review, accounts, address)
    if not address.startswith("https:") and host not in ("127.0.0.1", "localhost", "::1"):
        click.echo(
            "Without https, others on the network can read along: put a proxy before it, and say --address", err=True
        )
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, proxy_headers=False, server_header=False, lifespan="on"
    )
    uvicorn.Server(config).run(sockets=[listening])
    accounts.close()


def _print_links(review: Review, accounts: Accounts, address: str) -> None:
    from flows.arguments import login
    from tasks.review.roles import list_people

    people = (
        list_people(review.protocol().protocol) or [account.name for account in accounts.list_accounts()] or [login()]
    )
    for name in people:
        if not accounts.is_removed(name):
            accounts.add(name)
    out = {account.name for account in accounts.list_accounts() if not account.sessions}
    links = {name: accounts.make_link(name) for name in people if name in out}
    click.echo(f"The page: {address}")
    for name, word in links.items():
        click.echo(f"  {name}: {address}/login/{word}")
    if links:
        click.echo("Each link logs one person in, once, within two days.")


def _refresh(root: Path) -> Outcome:
    """`living-review refresh`, in a process of its own."""
    import subprocess
    import sys

    from web.publisher import Outcome

    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-m", "flows", "refresh", str(root), "--quiet"], capture_output=True, text=True, check=False, encoding="utf-8"
    )  # fmt: skip
    if done.returncode == 0:
        return Outcome(True, "Published.")
    line = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1].replace(str(root), "")
    return Outcome(
        done.returncode == 1, f"Published, but: {line}" if done.returncode == 1 else f"Not published: {line}"
    )
