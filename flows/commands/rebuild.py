"""living-review rebuild."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.arguments import quiet, review_folder

if TYPE_CHECKING:
    from tasks.review.steps import Steps
    from tasks.review.update import UpdateResult


@click.command()
@review_folder
@quiet
def command(folder: Path) -> None:
    """Derive the warehouse of the review in DIR again, from its log and snapshots, publish it, and print the content hash.

    Exits with 1, and names the tables, where the warehouse that was there stood at the same place of the log and had other
    rows; the new one is in place either way, since it is what the log says.
    """
    from flows.run_here import run_here_or_in_prefect
    from flows.terminal import print_problems
    from warehouse.review import open_review

    review = open_review(folder)
    review.protocol()

    def work(steps: Steps) -> UpdateResult:
        from tasks.review.update import rebuild

        return rebuild(review, steps)

    updated = run_here_or_in_prefect(review, f"rebuilding {review.root.name}", "rebuild", work)
    from tasks.review.update import RebuildResult

    assert isinstance(updated, RebuildResult)
    assert updated.published is not None
    print_problems(updated.problems)
    click.echo(updated.published.content_hash)
    if updated.differing is None:
        click.echo("there was no warehouse of the same state to compare with", err=True)
    elif updated.differing:
        click.echo(f"the warehouse that was there differed in: {', '.join(updated.differing)}", err=True)
        raise SystemExit(1)
    else:
        click.echo("equal to the warehouse that was there, row for row", err=True)
