"""living-review conflicts."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import review_folder
from flows.rows import rows_options


@click.command()
@review_folder
@rows_options
def command(folder: Path, shape: str | None, out: Path | None, *, whole: bool) -> None:
    """The reports of the review in DIR whose votes differ, with the votes; `decide --consensus` settles one."""
    from flows.rows import print_frame
    from tasks.review.queue import read_conflicts
    from warehouse.review import open_review

    print_frame(read_conflicts(open_review(folder)), shape, out, whole=whole)
