"""living-review people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.arguments import ReviewGroup, review_folder

if TYPE_CHECKING:
    from warehouse.review import Review

ADDRESS = click.option(
    "--address", default="http://127.0.0.1:8350", show_default=True, help="How browsers reach the page."
)


@click.group(cls=ReviewGroup, default="list")
def command() -> None:
    """Who may log in to the page (`living-review screen`); what each may do there, the protocol says."""


@command.command("list")
@review_folder
def list_(folder: Path) -> None:
    """Who may log in, with which roles, and when the page saw them last."""
    from tasks.review.accounts import Accounts
    from tasks.review.roles import find_roles
    from warehouse.review import open_review

    review = open_review(folder)
    protocol = review.protocol().protocol
    accounts = Accounts(review).list_accounts()
    for account in accounts:
        roles = ", ".join(sorted(find_roles(account.name, protocol))) or "no role by the protocol any more"
        seen = f"{account.seen_at:%Y-%m-%d %H:%M} UTC" if account.seen_at else "not logged in"
        click.echo(f"{account.name}: {roles}; {seen}")
    if not accounts:
        click.echo("nobody yet: living-review screen lets everybody of the protocol in")


@command.command()
@review_folder
@click.argument("name")
@ADDRESS
def add(folder: Path, name: str, address: str) -> None:
    """Let NAME log in, again too after a removal; prints a link. NAME is one of the protocol's people."""
    from tasks.review.accounts import Accounts
    from tasks.review.roles import name_visitor
    from warehouse.review import open_review

    review = open_review(folder)
    person = name_visitor(name, review.protocol().protocol)
    accounts = Accounts(review)
    accounts.add(person)
    click.echo(f"{person}: {address.rstrip('/')}/login/{accounts.make_link(person)}")


@command.command()
@review_folder
@click.argument("name")
def remove(folder: Path, name: str) -> None:
    """Log NAME out everywhere, for good. What NAME decided stays, and counts by the protocol."""
    from tasks.review.accounts import Accounts
    from warehouse.review import open_review

    review = open_review(folder)
    Accounts(review).remove(_find(review, name))
    click.echo(f"{name} is logged out everywhere, and may not log in; `people add` takes it back")


@command.command()
@review_folder
@click.argument("name")
@ADDRESS
def link(folder: Path, name: str, address: str) -> None:
    """A new link for NAME: it works once, for two days, and the one before it no longer."""
    from tasks.review.accounts import Accounts
    from warehouse.review import open_review

    review = open_review(folder)
    person = _find(review, name)
    click.echo(f"{person}: {address.rstrip('/')}/login/{Accounts(review).make_link(person)}")


def _find(review: Review, name: str) -> str:
    """The name of the account that is meant, by the protocol's names and aliases; as it is written, where it knows none."""
    from schemas.protocol_screening import fold_name
    from tasks.review.accounts import Accounts
    from tasks.screen.people import name_person

    person = name_person(name, review.protocol().protocol.screening)
    known = [account.name for account in Accounts(review).list_accounts()]
    return next((each for each in known if fold_name(each) == fold_name(person)), person)
