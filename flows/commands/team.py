"""living-review team."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import review_folder
from flows.rows import rows_options


@click.command()
@review_folder
@rows_options
def command(folder: Path, shape: str | None, out: Path | None, *, whole: bool) -> None:
    """Who screens in the review in DIR: by the protocol, and by the decisions that came in, with other spellings of a name.

    The protocol's [screening] reviewers say who is in the team, from when to when, at which stages, and who settles conflicts.
    Decisions on reports that wait for votes are not counted yet, as everywhere; those of somebody who is not in the team are.
    """
    from flows.rows import print_frame
    from tasks.review.queue import read_team
    from warehouse.review import open_review

    print_frame(read_team(open_review(folder)), shape, out, whole=whole)
