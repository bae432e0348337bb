"""living-review update."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import quiet, review_folder


@click.command()
@review_folder
@quiet
def command(folder: Path) -> None:
    """One living update of the review in DIR: search, load, deduplicate, screen, synthesise, publish.

    Exits with 1 where something was not loaded or a source could not be searched; the rest is done and published.
    """
    from flows.prefect_home import set_prefect_settings
    from flows.terminal import print_outcome_and_exit, show_progress
    from tasks.review.protocol import check_protocol
    from warehouse.review import open_review

    review = open_review(folder)
    check_protocol(review)
    set_prefect_settings()
    from flows.update import update

    with show_progress(f"updating {review.root.name}"):
        updated = update(review.root)
    print_outcome_and_exit(review, updated)
