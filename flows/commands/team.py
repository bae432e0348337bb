"""living-review team."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import review_folder
from flows.rows import FORMATS, SHOWN


@click.command()
@review_folder
@click.option(
    "--format",
    "shape",
    type=click.Choice(FORMATS),
    help="How rows are written. Default: by --out's ending, else table.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all rows to this file (.csv, .json, .parquet, .xlsx).",
)
@click.option("--all", "whole", is_flag=True, help=f"Show all rows on a terminal, not the first {SHOWN}.")
def command(folder: Path, shape: str | None, out: Path | None, *, whole: bool) -> None:
    """Who screens in the review in DIR: by the protocol, and by the decisions that came in, with other spellings of a name.

    The protocol's [screening] reviewers say who is in the team, from when to when, at which stages, and who settles conflicts.
    """
    from flows.rows import print_frame
    from tasks.review.queue import read_team
    from warehouse.review import open_review

    print_frame(read_team(open_review(folder)), shape, out, whole=whole)
