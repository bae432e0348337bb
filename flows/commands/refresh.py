"""living-review refresh."""

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
    """Take in what lies in the drop folders of the review in DIR, and what was judged, and publish; no service is searched.

    Exits with 1 where something was not loaded; the rest is done and published.
    """
    from flows.run_here import run_here_or_in_prefect
    from flows.terminal import print_outcome_and_exit
    from warehouse.review import open_review

    review = open_review(folder)

    def work(steps: Steps) -> UpdateResult:
        from tasks.review.update import refresh

        return refresh(review, "refresh", steps)

    updated = run_here_or_in_prefect(review, f"refreshing {review.root.name}", "refresh", work)
    print_outcome_and_exit(review, updated)
