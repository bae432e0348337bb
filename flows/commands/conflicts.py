"""living-review conflicts."""

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
    """The reports of the review in DIR whose votes differ, with the votes; `decide --consensus` settles one."""
    from flows.rows import print_frame
    from tasks.review.queue import read_conflicts
    from warehouse.review import open_review

    print_frame(read_conflicts(open_review(folder)), shape, out, whole=whole)
