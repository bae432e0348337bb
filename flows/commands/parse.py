"""`living-review parse`: any export → normalised records, without a review folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tasks.load.read import Batch, ExportReader
    from tasks.load.sink import Sink

FORMATS = ("jsonl", "csv", "parquet", "ris", "bibtex", "endnote-xml")
LONG = 1 << 24
"""Bytes from which a file gets a progress bar."""


@click.command("parse")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--format", "form", type=click.Choice(FORMATS), default="jsonl", show_default=True, help="What to write.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file, not to standard output."
)
@click.option(
    "--raw", is_flag=True, help="With jsonl: every tag and value of the export too (Parquet always has them)."
)
@click.option(
    "--quarantine",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write records that cannot be used here (jsonl).",
)
def command(files: tuple[Path, ...], form: str, out: Path | None, quarantine: Path | None, *, raw: bool) -> None:
    """Read exports of any platform and write their records, normalised.

    At the end of each file, one line on standard error: path, format, platform, found, loaded, quarantined. A file that
    cannot be read is refused whole with the reason, the others go on, and the exit code is 2.
    """
    from contextlib import ExitStack

    from tasks.load.sink import sink

    refused = 0
    with ExitStack() as stack:
        target = stack.enter_context(sink(form, out, raw=raw))
        quarantined = stack.enter_context(quarantine.open("wb")) if quarantine else None
        for path in files:
            refused += not _parse(path, target, quarantined)
    if refused:
        raise SystemExit(2)


def _parse(path: Path, target: Sink, quarantined: IO[bytes] | None) -> bool:
    """One file into the sink; False if it was refused."""
    import polars as pl

    from schemas.errors import UserError
    from tasks.load.open_exports import open_exports

    try:
        with open_exports(path) as opened:
            for reading in opened.readings:
                for batch in _progress(reading, path):
                    target.write(batch.records)
                    if quarantined is not None and batch.quarantine.height:
                        batch.quarantine.select(pl.lit(str(path)).alias("path"), pl.all()).write_ndjson(quarantined)
    except UserError as error:
        target.discard()
        click.echo(f"refused: {error}", err=True)
        return False
    target.commit()
    for warning in opened.warnings:
        click.echo(f"{path}: warning: {warning}", err=True)
    for reading in opened.readings:
        for warning in reading.warnings:
            click.echo(f"{reading.name}: warning: {warning}", err=True)
        for line, text in reading.cut:
            click.echo(f"{reading.name}:{line}: warning: {text}", err=True)
        counts = f"{reading.found} found, {reading.loaded} loaded, {reading.quarantined} quarantined"
        click.echo(f"{reading.name}: {reading.format}, {reading.platform}, {counts}", err=True)
    if not opened.readings:
        click.echo(f"{path}: message, unknown, 0 found, 0 loaded, 0 quarantined", err=True)
    return True


def _progress(reading: ExportReader, path: Path) -> Iterator[Batch]:
    """The batches, with a progress bar while standard error is a terminal and the file is long."""
    import sys

    if not sys.stderr.isatty() or path.stat().st_size < LONG:
        yield from reading
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,} records"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(path.name, total=None)
        for batch in reading:
            progress.update(task, completed=reading.found)
            yield batch
