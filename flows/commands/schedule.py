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
    from flows.prefect_home import is_server_named, set_prefect_settings
    from schemas.errors import UserError
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
    if not is_server_named():
        raise UserError(
            "no Prefect server is named",
            hint="start one with 'prefect server start', then set PREFECT_API_URL=http://127.0.0.1:4200/api",
        )
    serve(review, Cron(when.cron, timezone=when.timezone))
