"""living-review verify."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import quiet, review_folder


@click.command()
@review_folder
@quiet
def command(folder: Path) -> None:
    """Check everything that the review in DIR holds: log, snapshots, warehouse, published copies and releases; say what to restore.

    Exits with 1 where something does not hold.
    """
    from flows.terminal import print_line, show_progress
    from warehouse.lock import lock
    from warehouse.review import open_review

    review = open_review(folder)
    with lock(review.root, "verify", reading=True), show_progress(f"checking {review.root.name}"):
        from tasks.review.steps import Steps
        from tasks.review.verify import verify

        checked = verify(review, Steps(print_line))
    for part in checked:
        click.echo(f"{'ok     ' if part.holds else 'BROKEN '} {part.part}: {part.message}")
    raise SystemExit(0 if all(part.holds for part in checked) else 1)
