"""living-review update."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.arguments import quiet, review_folder, who

if TYPE_CHECKING:
    from tasks.review.steps import Steps
    from tasks.review.update import UpdateResult


@click.command()
@review_folder
@click.option(
    "--prefect",
    "in_prefect",
    is_flag=True,
    help="Run as a flow though no Prefect server is named: it starts its own for the time of the run.",
)
@click.option(
    "--publish-anyway",
    is_flag=True,
    help="Publish though the gate is closed; it is logged with --reason and your name.",
)
@click.option("--reason", help="Why what the gate found is right.")
@who("Who publishes anyway.")
@quiet
def command(folder: Path, *, in_prefect: bool, publish_anyway: bool, reason: str | None, who: str) -> None:
    """One living update of the review in DIR: search, load, deduplicate, screen, synthesise, publish.

    Where PREFECT_API_URL or Prefect's profile names a server, this is a flow run that its dashboard shows; keys of services
    may then be its Secret blocks. Exits with 1 where something was not loaded or a source could not be searched; the rest is
    done and published. Exits with 3, and publishes nothing, where the new numbers look wrong beside the last version's ([gate] of
    review.toml).
    """
    from flows.run_here import run_here_or_in_prefect
    from flows.terminal import print_outcome_and_exit
    from tasks.review.gate import Anyway
    from tasks.review.protocol import check_protocol
    from warehouse.review import open_review

    if publish_anyway != bool(reason and reason.strip()):
        raise click.UsageError("--publish-anyway and --reason TEXT go together")
    anyway = Anyway(who, " ".join(str(reason).split())) if publish_anyway else None
    review = open_review(folder)
    check_protocol(review)

    def work(steps: Steps) -> UpdateResult:
        from flows.http import secret_reader, shared_http
        from tasks.review.update import update

        return update(review, "command line", steps, shared_http, secret_reader(), anyway=anyway)

    updated = run_here_or_in_prefect(
        review,
        f"updating {review.root.name}",
        "update",
        work,
        in_prefect=in_prefect,
        options={"anyway": anyway} if anyway else {},
    )
    print_outcome_and_exit(review, updated)
