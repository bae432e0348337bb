"""living-review refresh."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import quiet, review_folder


@click.command()
@review_folder
@quiet
def command(folder: Path) -> None:
    """Take in what lies in the drop folders of the review in DIR, and what was judged, and publish; no service is searched.

    Exits with 1 where something was not loaded; the rest is done and published.
    """
    from flows.run_here import run_here_or_in_prefect
    from flows.terminal import print_outcome_and_exit
    from tasks.review.update import refresh
    from warehouse.review import open_review

    review = open_review(folder)
    updated = run_here_or_in_prefect(
        review, f"refreshing {review.root.name}", "refresh", lambda steps: refresh(review, "refresh", steps)
    )
    print_outcome_and_exit(review, updated)
