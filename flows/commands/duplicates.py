"""living-review duplicates."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import ReviewGroup, review_folder, who

WHO = who("Who rules.", "--reviewer")


@click.group(cls=ReviewGroup, default="list")
def command() -> None:
    """The pairs of records that wait for a ruling; rule on them, or take a ruling back.

    A ruling goes into the log, holds for good, and counts from the next update or refresh on; taking it back splits or merges again.
    """


@command.command("list")
@review_folder
@click.option("--limit", default=10, show_default=True, help="How many pairs to show.")
@click.option("--all", "all_", is_flag=True, help="Also those that were put off (not-now).")
def list_(folder: Path, limit: int, *, all_: bool) -> None:
    """Show the pairs that wait, side by side; '≠' marks a field that differs."""
    from flows.terminal import cut_to_terminal
    from schemas.words import counted
    from tasks.deduplicate.inspect import review_queue
    from tasks.review.judge import list_rulings
    from warehouse import reports
    from warehouse.connect import reader
    from warehouse.review import open_review

    review = open_review(folder)
    ruled = {pair for pair, verdict in list_rulings(review).items() if verdict != "not_now" or not all_}
    with reader(review.published_warehouse) as con:
        reports.create_dedupe_input(con)
        waiting = [pair for pair in review_queue(con) if (pair.id_a, pair.id_b) not in ruled]
    for pair in waiting[:limit]:
        click.echo(f"{pair.id_a} {pair.id_b}  score {pair.score:.1f}\n  {pair.why}")
        for name, a, b, differs in pair.fields:
            if a or b:
                click.echo(f"  {'≠' if differs else ' '} {name:9}{cut_to_terminal(a, 13) or '–'}")
                if differs:
                    click.echo(f"    {'':9}{cut_to_terminal(b, 13) or '–'}")
        click.echo("")
    click.echo(
        f"{counted(len(waiting), 'pair waits', 'pairs wait')}" + (f", {limit} shown" if len(waiting) > limit else "")
    )


@command.command()
@review_folder
@click.argument("record_a")
@click.argument("record_b")
@click.argument("verdict", type=click.Choice(["same", "distinct", "not-now"]))
@WHO
def rule(folder: Path, record_a: str, record_b: str, verdict: str, who: str) -> None:
    """Rule that two records are the same report, or distinct, or put it off (not-now)."""
    from tasks.review.judge import rule_on_pair
    from warehouse.review import open_review

    entry = rule_on_pair(open_review(folder), record_a, record_b, verdict.replace("-", "_"), who)
    click.echo(f"noted as event {entry.seq}; it counts from the next update or refresh on")


@command.command()
@review_folder
@click.argument("event", type=int)
@WHO
def undo(folder: Path, event: int, who: str) -> None:
    """Take a ruling back; EVENT is its number in the log."""
    from tasks.review.judge import undo_ruling
    from warehouse.review import open_review

    entry = undo_ruling(open_review(folder), event, who)
    click.echo(f"noted as event {entry.seq}; it counts from the next update or refresh on")
