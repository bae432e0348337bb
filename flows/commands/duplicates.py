"""living-review duplicates."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from warehouse.review import Review

WIDTH = 90
FOLDER = click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
REVIEWER = click.option("--reviewer", default=getpass.getuser, show_default="your login", help="Who rules.")


@click.group()
def command() -> None:
    """The pairs of records that wait for a ruling; rule on them, or take a ruling back.

    A ruling goes into the ledger, holds for good, and counts from the next update on; taking it back splits or merges again.
    """


@command.command("list")
@click.argument("folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
@click.option("--limit", default=10, show_default=True, help="How many pairs to show.")
@click.option("--all", "all_", is_flag=True, help="Also those that were put off (not-now).")
def list_(folder: Path, limit: int, *, all_: bool) -> None:
    """Show the pairs that wait, side by side; '≠' marks a field that differs."""
    from tasks.deduplicate.inspect import review_queue
    from warehouse import reports
    from warehouse.connect import reader
    from warehouse.review import open_review

    review = open_review(folder)
    ruled = {pair for pair, verdict in _standing(review).items() if verdict != "not_now" or not all_}
    with reader(review.published_warehouse) as con:
        reports.dedupe_input(con)
        waiting = [pair for pair in review_queue(con) if (pair.id_a, pair.id_b) not in ruled]
    for pair in waiting[:limit]:
        click.echo(f"{pair.id_a} {pair.id_b}  score {pair.score:.1f}\n  {pair.why}")
        for name, a, b, differs in pair.fields:
            if a or b:
                click.echo(f"  {'≠' if differs else ' '} {name:9}{a[:WIDTH] or '–'}")
                if differs:
                    click.echo(f"    {'':9}{b[:WIDTH] or '–'}")
        click.echo("")
    click.echo(f"{len(waiting)} pairs wait" + (f", {limit} shown" if len(waiting) > limit else ""))


@command.command()
@FOLDER
@click.argument("record_a")
@click.argument("record_b")
@click.argument("verdict", type=click.Choice(["same", "distinct", "not-now"]))
@REVIEWER
def rule(folder: Path, record_a: str, record_b: str, verdict: str, reviewer: str) -> None:
    """Rule that two records are the same report, or distinct, or put it off (not-now)."""
    from schemas.errors import UserError
    from schemas.ledger import Kind
    from warehouse.connect import reader
    from warehouse.review import open_review

    review = open_review(folder)
    if record_a == record_b:
        raise UserError(f"{record_a} is one record", hint="name two")
    with reader(review.published_warehouse) as con:
        known = {
            row[0]
            for row in con.execute(
                "SELECT record_id FROM record WHERE record_id IN (?, ?)", [record_a, record_b]
            ).fetchall()
        }
    for record in (record_a, record_b):
        if record not in known:
            raise UserError(f"no record is known as '{record}'", path=review.root)
    a, b = sorted((record_a, record_b))
    event = review.ledger.append(
        Kind.DUPLICATE_RULING, reviewer, {"record_id_a": a, "record_id_b": b, "verdict": verdict.replace("-", "_")}
    )
    click.echo(f"noted as event {event.seq}; it counts from the next update on")


@command.command()
@FOLDER
@click.argument("event", type=int)
@REVIEWER
def undo(folder: Path, event: int, reviewer: str) -> None:
    """Take a ruling back; EVENT is its number in the ledger."""
    from schemas.errors import UserError
    from schemas.ledger import Kind
    from warehouse.review import open_review

    review = open_review(folder)
    if event not in {found.seq for found in review.ledger.events(Kind.DUPLICATE_RULING)}:
        raise UserError(f"event {event} is no ruling on duplicates", path=review.ledger.path)
    if event in {found.payload["seq"] for found in review.ledger.events(Kind.DUPLICATE_UNDO)}:
        raise UserError(f"event {event} was taken back already", path=review.ledger.path)
    noted = review.ledger.append(Kind.DUPLICATE_UNDO, reviewer, {"seq": event})
    click.echo(f"noted as event {noted.seq}; it counts from the next update on")


def _standing(review: Review) -> dict[tuple[str, str], str]:
    """The last ruling on each pair that was not taken back."""
    from schemas.ledger import Kind

    standing: dict[int, tuple[tuple[str, str], str]] = {}
    for event in review.ledger.events(Kind.DUPLICATE_RULING, Kind.DUPLICATE_UNDO):
        if event.kind is Kind.DUPLICATE_UNDO:
            standing.pop(event.payload["seq"], None)
        else:
            a, b = sorted((event.payload["record_id_a"], event.payload["record_id_b"]))
            standing[event.seq] = ((a, b), event.payload["verdict"])
    return dict(standing.values())
