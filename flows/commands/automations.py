"""living-review automations."""

from __future__ import annotations

import click

from flows.arguments import Group


@click.group(cls=Group)
def command() -> None:
    """What Prefect's server does by itself about the runs of living reviews: apply, list, remove.

    For all reviews of the server that PREFECT_API_URL names. A run without a sign of life for two minutes is marked as crashed. Of runs
    that failed or are late, of new evidence and of a closed gate it tells through a block of Prefect's (e-mail, chat, webhook), where one
    is named; else they show among the dashboard's events. docs/operations.md says more.
    """


@command.command()
@click.option(
    "--notify",
    "block",
    metavar="TYPE/NAME",
    envvar="LIVING_REVIEW_NOTIFY_BLOCK",
    show_envvar=True,
    help="The block of Prefect's that messages go through, such as slack-webhook/team; without it none are sent.",
)
def apply(block: str | None) -> None:
    """Create the automations, or change those that are there to what they should be; as often as you like. Others' are left alone."""
    _set_up()
    from flows.automations import apply_automations

    for change in apply_automations(block):
        click.echo(f"{change.done:9} {change.name}")


@command.command("list")
def list_() -> None:
    """The automations that are there, and whether somebody paused them."""
    _set_up()
    from flows.automations import list_automations

    found = list_automations()
    for each in found:
        click.echo(f"{each.name}: {each.description}{'' if each.enabled else ' Paused.'}")
    if not found:
        click.echo("none yet: living-review automations apply")


@command.command()
def remove() -> None:
    """Take the automations away. Others' are left alone."""
    _set_up()
    from flows.automations import remove_automations

    for change in remove_automations():
        click.echo(f"{change.done:9} {change.name}")


def _set_up() -> None:
    """Raises UserError where no server is named: Prefect would start one for as long as the command runs."""
    from flows.prefect_home import check_server_named, set_prefect_settings

    set_prefect_settings()
    check_server_named()
