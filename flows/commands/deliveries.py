"""living-review deliveries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.arguments import ReviewGroup, review_folder, who

if TYPE_CHECKING:
    from tasks.review.manage_deliveries import ListedDelivery
    from warehouse.log import Entry

WHO = who("Who says so.")
WHICH = click.argument("which", metavar="ID")
NEXT = "this takes effect with the next update or refresh"


@click.group(cls=ReviewGroup, default="list")
def command() -> None:
    """What arrived in the review in DIR, when, under which name, and what came of it.

    ID is the number in the list, or the file's name. Nothing is deleted, and everything can be taken back. Decisions on
    records that go stay in the log and in their files, and are told.
    """


@command.command("list")
@review_folder
@click.option("--format", "shape", type=click.Choice(("table", "csv", "json")), default="table", show_default=True)
def list_(folder: Path, shape: str) -> None:
    """The list: what arrived, what it counts as, and what came of it."""
    import sys

    import polars as pl

    from flows.terminal import is_coloured, print_rows, terminal_width
    from tasks.publish.tables import to_csv, to_fitting_text, to_json
    from tasks.review.manage_deliveries import list_deliveries
    from warehouse.review import open_review

    rows = [
        {
            "id": delivery.id, "received": f"{delivery.received_at:%Y-%m-%d %H:%M}", "name": delivery.name, "source": delivery.source or "",
            "searched": f"{delivery.searched_at:%Y-%m-%d}" if delivery.searched_at else "not said" if delivery.content == "export" else "",
            "state": delivery.state, "came": delivery.result,
        }
        for delivery in list_deliveries(open_review(folder))
    ]  # fmt: skip
    if not rows and shape == "table":
        click.echo("nothing has arrived yet")
        return
    frame = pl.DataFrame(rows)
    if shape == "table":
        print_rows(to_fitting_text(frame, width=terminal_width(), coloured=is_coloured(sys.stdout)))
    else:
        print_rows({"csv": to_csv, "json": to_json}[shape](frame))


@command.command()
@review_folder
@WHICH
@click.option("--reason", default="", help="Why, for the record.")
@WHO
def withdraw(folder: Path, which: str, reason: str, who: str) -> None:
    """Take a delivery out: what was loaded from it goes with the next run."""
    from tasks.review.manage_deliveries import withdraw_delivery
    from warehouse.review import open_review

    _print_noted("withdrawn", *withdraw_delivery(open_review(folder), which, who, reason))


@command.command()
@review_folder
@WHICH
@WHO
def restore(folder: Path, which: str, who: str) -> None:
    """Let a delivery count again that was withdrawn or replaced, or count though its file is gone."""
    from tasks.review.manage_deliveries import restore_delivery
    from warehouse.review import open_review

    _print_noted("restored", *restore_delivery(open_review(folder), which, who))


@command.command()
@review_folder
@WHICH
@click.argument("source", metavar="SOURCE")
@WHO
def assign(folder: Path, which: str, source: str, who: str) -> None:
    """Let an export count for another source than that of its folder."""
    from tasks.review.manage_deliveries import assign_delivery
    from warehouse.review import open_review

    _print_noted(f"assigned to {source}", *assign_delivery(open_review(folder), which, source, who))


@command.command()
@review_folder
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@WHO
def rename(folder: Path, old: str, new: str, who: str) -> None:
    """Say that the source OLD is called NEW in review.toml now."""
    from tasks.review.manage_deliveries import rename_source
    from warehouse.review import open_review

    entry = rename_source(open_review(folder), old, new, who)
    click.echo(f"what came in for '{old}' counts for '{new}', noted as event {entry.seq}; {NEXT}")


def _print_noted(outcome: str, entry: Entry, delivery: ListedDelivery) -> None:
    click.echo(f"{delivery.name} ({delivery.id}) is {outcome}, noted as event {entry.seq}; {NEXT}")
