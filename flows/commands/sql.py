"""living-review sql."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.arguments import review_folder

if TYPE_CHECKING:
    import polars as pl

FORMATS = ("table", "csv", "json", "parquet", "xlsx")
SHOWN = 50
"""Rows that a terminal is shown, unless all are asked for."""


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
def command(folder: Path, query: str, shape: str | None, out: Path | None, *, whole: bool) -> None:
    """Query the published warehouse of the review in DIR (here, if it is left out). QUERY '-' is read from standard input.

    It is read-only, and can read no other file. `living-review dictionary` lists the tables. On a terminal cells are cut to
    its width, with the number of characters that are hidden; a file or another program gets all rows whole.
    """
    from flows.terminal import print_rows, terminal_width
    from warehouse.connect import reader
    from warehouse.query import fetch_first_rows, fetch_rows
    from warehouse.review import open_review

    shape = shape or (_by_ending(out) if out else "table")
    if shape in ("parquet", "xlsx") and out is None:
        raise click.UsageError(f"--format {shape} needs --out FILE")
    query = sys.stdin.read() if query == "-" else query.strip(" ")
    width = None if out or shape != "table" else terminal_width()
    more = 0
    with reader(open_review(folder).published_warehouse) as con:
        if width is None or whole:
            frame = fetch_rows(con, query)
        else:
            frame, more = fetch_first_rows(con, query, SHOWN)
    if out:
        _write(frame, shape, out)
    else:
        print_rows(_text(frame, shape, width))
    if more:
        click.echo(f"… {more:,} more (--all shows them)")


def _by_ending(out: Path) -> str:
    """The format that a file's ending asks for."""
    shape = out.suffix.lstrip(".").lower()
    if shape not in FORMATS[1:]:
        raise click.UsageError(
            f"'{out.name}' ends in none of {', '.join(f'.{name}' for name in FORMATS[1:])}; say --format"
        )
    return shape


def _text(frame: pl.DataFrame, shape: str, width: int | None) -> str:
    from flows.terminal import is_coloured
    from tasks.publish.tables import to_csv, to_cut_text, to_json, to_text_table

    if shape == "csv":
        return to_csv(frame)
    if shape == "json":
        return to_json(frame)
    return to_text_table(frame) if width is None else to_cut_text(frame, width=width, coloured=is_coloured(sys.stdout))


def _write(frame: pl.DataFrame, shape: str, out: Path) -> None:
    from tasks.output import whole_file

    with whole_file(out) as part:
        if shape == "parquet":
            frame.write_parquet(part)
        elif shape == "xlsx":
            from tasks.publish.sheet import write_xlsx

            write_xlsx(frame, part)
        else:
            part.write_text(_text(frame, shape, None), encoding="utf-8")
