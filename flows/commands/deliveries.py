"""living-review deliveries."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tasks.review.manage_deliveries import ListedDelivery
    from warehouse.log import Entry

WHO = click.option("--who", default=getpass.getuser, show_default="your login", help="Who says so.")
NEXT = "it counts from the next update or refresh on"


class _Group(click.Group):
    """`deliveries [DIR]` lists; a word after that names what to do: the folder may come first."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            ctx.meta["folder"], args = args[0], args[1:]
        return super().parse_args(ctx, args)


@click.group(cls=_Group, invoke_without_command=True)
@click.option("--format", "shape", type=click.Choice(("table", "csv", "json")), default="table", show_default=True)
@click.pass_context
def command(ctx: click.Context, shape: str) -> None:
    """What arrived in the review in DIR, when, under which name, and what came of it.

    \b
    living-review deliveries [DIR]                        the list
    living-review deliveries [DIR] withdraw ID            take one out: what was loaded from it goes
    living-review deliveries [DIR] restore ID             let it count again
    living-review deliveries [DIR] assign ID SOURCE       it was in the wrong folder: let it count for SOURCE
    living-review deliveries [DIR] rename OLD NEW         a source bears another name in review.toml

    ID is the number in the list, or the file's name. Nothing is deleted, and everything can be taken back. Decisions on
    records that go stay in the log and in their files, and are told.
    """
    if ctx.invoked_subcommand:
        return
    import polars as pl

    from tasks.publish.tables import to_csv, to_json, to_text_table
    from tasks.review.manage_deliveries import list_deliveries
    from warehouse.review import open_review

    rows = [
        {
            "id": one.id, "received": f"{one.received_at:%Y-%m-%d %H:%M}", "name": one.name, "source": one.source or "",
            "searched": f"{one.searched_at:%Y-%m-%d}" if one.searched_at else "not said" if one.content == "export" else "",
            "state": one.state, "came": one.came,
        }
        for one in list_deliveries(open_review(_folder(ctx)))
    ]  # fmt: skip
    if not rows and shape == "table":
        click.echo("nothing has arrived yet")
        return
    frame = pl.DataFrame(rows)
    click.echo({"table": to_text_table, "csv": to_csv, "json": to_json}[shape](frame), nl=False)


@command.command()
@click.argument("which", metavar="ID")
@click.option("--reason", default="", help="Why, for the record.")
@WHO
@click.pass_context
def withdraw(ctx: click.Context, which: str, reason: str, who: str) -> None:
    """Take a delivery out: what was loaded from it goes with the next run."""
    from tasks.review.manage_deliveries import withdraw as use_case

    _say(ctx, "withdrawn", lambda review: use_case(review, which, who, reason))


@command.command()
@click.argument("which", metavar="ID")
@WHO
@click.pass_context
def restore(ctx: click.Context, which: str, who: str) -> None:
    """Let a delivery count again that was withdrawn or replaced, or count though its file is gone."""
    from tasks.review.manage_deliveries import restore as use_case

    _say(ctx, "restored", lambda review: use_case(review, which, who))


@command.command()
@click.argument("which", metavar="ID")
@click.argument("source", metavar="SOURCE")
@WHO
@click.pass_context
def assign(ctx: click.Context, which: str, source: str, who: str) -> None:
    """Let an export count for another source than that of its folder."""
    from tasks.review.manage_deliveries import assign as use_case

    _say(ctx, f"assigned to {source}", lambda review: use_case(review, which, source, who))


@command.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@WHO
@click.pass_context
def rename(ctx: click.Context, old: str, new: str, who: str) -> None:
    """Say that the source OLD is called NEW in review.toml now."""
    from tasks.review.manage_deliveries import rename_source
    from warehouse.review import open_review

    entry = rename_source(open_review(_folder(ctx)), old, new, who)
    click.echo(f"what came in for '{old}' counts for '{new}', noted as event {entry.seq}; {NEXT}")


def _folder(ctx: click.Context) -> Path:
    return Path(ctx.meta.get("folder", "."))


def _say(ctx: click.Context, what: str, work: Callable[..., tuple[Entry, ListedDelivery]]) -> None:
    from warehouse.review import open_review

    entry, one = work(open_review(_folder(ctx)))
    click.echo(f"{one.name} ({one.id}) is {what}, noted as event {entry.seq}; {NEXT}")
