"""living-review schedule."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import review_folder


@click.command()
@review_folder
@click.option("--dry-run", is_flag=True, help="Only say when the next runs would be.")
def command(folder: Path, dry_run: bool) -> None:
    """Serve the updates of the review in DIR on the cron of its protocol, until stopped.

    Needs a Prefect server (prefect server start) that PREFECT_API_URL names; its dashboard shows every run. Runs that
    are due while another one writes are skipped by the review's lock and said.
    """
    from flows.prefect_home import check_server_named, set_prefect_settings
    from warehouse.review import open_review

    review = open_review(folder)
    when = review.protocol().protocol.schedule
    set_prefect_settings(quiet=False)
    from prefect.schedules import Cron

    from flows.schedule import next_runs, serve

    coming = next_runs(when.cron, when.timezone, 3)
    click.echo(f"updates of {review.root.name} on '{when.cron}' ({when.timezone}); next: {', '.join(coming)}")
    if dry_run:
        return
    check_server_named()
    serve(review, Cron(when.cron, timezone=when.timezone))
