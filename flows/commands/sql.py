"""living-review sql."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from flows.arguments import as_of_option, review_folder
from flows.rows import SHOWN, rows_options


class QueryCommand(click.Command):
    """A command whose query may begin with a comment (--), which looks like an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts a blank before such a query."""
        return super().parse_args(
            ctx, [f" {word}" if re.match(r"--(?![\w-]+(=|$)).*\s", word, re.S) else word for word in args]
        )


@click.command(cls=QueryCommand)
@review_folder
@click.argument("query")
@as_of_option
@rows_options
def command(folder: Path, query: str, shape: str | None, out: Path | None, *, whole: bool, as_of: str | None) -> None:
    """Query the published warehouse of the review in DIR (here, if it is left out). QUERY '-' is read from standard input.

    It is read-only, and can read no other file. `living-review dictionary` lists the tables. On a terminal cells are cut to
    its width, with the number of characters that are hidden; a file or another program gets all rows whole.
    """
    from flows.rows import choose_format, format_frame, write_frame
    from flows.terminal import print_rows, terminal_width
    from tasks.review.as_of import open_warehouse_as_of
    from warehouse.query import fetch_first_rows, fetch_rows
    from warehouse.review import open_review

    shape = choose_format(shape, out)
    query = sys.stdin.read() if query == "-" else query.strip(" ")
    width = None if out or shape != "table" else terminal_width()
    more = 0
    with open_warehouse_as_of(open_review(folder), as_of) as con:
        if width is None or whole:
            frame = fetch_rows(con, query)
        else:
            frame, more = fetch_first_rows(con, query, SHOWN)
    if out:
        write_frame(frame, shape, out)
    else:
        print_rows(format_frame(frame, shape, width))
    if more:
        click.echo(f"… {more:,} more (--all shows them)")
