"""Rows as commands print them, or write them to a file."""

from __future__ import annotations

import errno
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import polars as pl

FORMATS = ("table", "csv", "json", "parquet", "xlsx")
SHOWN = 50
"""Rows that a terminal is shown, unless all are asked for."""


def rows_options(function: click.decorators.FC) -> click.decorators.FC:
    """The options of a command that prints rows: --format (`shape`), --out and --all (`whole`), for `print_frame`."""
    options = (
        click.option(
            "--format",
            "shape",
            type=click.Choice(FORMATS),
            help="How rows are written. Default: by --out's ending, else table.",
        ),
        click.option(
            "--out",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Write all rows to this file (.csv, .json, .parquet, .xlsx).",
        ),
        click.option("--all", "whole", is_flag=True, help=f"Show all rows on a terminal, not the first {SHOWN}."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def choose_format(shape: str | None, out: Path | None) -> str:
    """The format: as asked for, else by the ending of `out`, else a table. Raises UsageError where it needs a file."""
    shape = shape or (_by_ending(out) if out else "table")
    if shape in ("parquet", "xlsx") and out is None:
        raise click.UsageError(f"--format {shape} needs --out FILE")
    return shape


def print_frame(frame: pl.DataFrame, shape: str | None, out: Path | None, *, whole: bool = False) -> None:
    """Rows to standard output, on a terminal cut to its width and to the first of them (`whole`: all), or to a file."""
    from flows.terminal import print_rows, terminal_width

    shape = choose_format(shape, out)
    width = None if out or shape != "table" else terminal_width()
    more = 0 if width is None or whole else max(0, len(frame) - SHOWN)
    if out:
        write_frame(frame, shape, out)
    else:
        print_rows(format_frame(frame.head(len(frame) - more), shape, width))
    if more:
        click.echo(f"… {more:,} more (--all shows them)")


def format_frame(frame: pl.DataFrame, shape: str, width: int | None) -> str:
    """Rows as text; `width`: of the terminal that cells are cut to, None where nothing is cut."""
    from flows.terminal import is_coloured
    from tasks.publish.tables import to_csv, to_cut_text, to_json, to_text_table

    if shape == "csv":
        return to_csv(frame)
    if shape == "json":
        return to_json(frame)
    return to_text_table(frame) if width is None else to_cut_text(frame, width=width, coloured=is_coloured(sys.stdout))


def write_frame(frame: pl.DataFrame, shape: str, out: Path) -> None:
    """Rows to a file, whole or not at all. Raises UserError where it cannot be written."""
    from tasks.output import whole_file

    content = (
        BytesIO()
    )  # in one go to the disk: on a full one the libraries fail in ways of their own, and print what they held
    with whole_file(out) as part:
        if shape == "parquet":
            frame.write_parquet(content)
        elif shape == "xlsx":
            from lxml.etree import SerialisationError

            from tasks.publish.sheet import write_xlsx

            try:
                write_xlsx(frame, content)
            except SerialisationError as error:  # the folder for temporary files is full, where a sheet grows
                raise OSError(errno.ENOSPC, str(error)) from None
        else:
            content.write(format_frame(frame, shape, None).encode())
        part.write_bytes(content.getvalue())


def _by_ending(out: Path) -> str:
    """The format that a file's ending asks for."""
    shape = out.suffix.lstrip(".").lower()
    if shape not in FORMATS[1:]:
        raise click.UsageError(
            f"'{out.name}' ends in none of {', '.join(f'.{name}' for name in FORMATS[1:])}; say --format"
        )
    return shape
