"""living-review list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.arguments import as_of_option, review_folder
from flows.rows import FORMATS, SHOWN

if TYPE_CHECKING:
    import polars as pl

# As schemas/screening has them, which a test holds: it is slow to import.
STAGES = ("title-abstract", "retrieval", "full-text")
PLACES = (
    "awaiting_screening", "ineligible", "excluded_screening", "awaiting_retrieval", "not_retrieved", "awaiting_full_text",
    "excluded_full_text", "included",
)  # fmt: skip
WRITTEN = ("ris", "bibtex")
_SHOWN = ("place", "report_id", "title", "year", "journal", "doi")


@click.command("list")
@review_folder
@click.option(
    "--place",
    "places",
    multiple=True,
    type=click.Choice(PLACES),
    metavar="PLACE",
    help=f"Only those that are here; again for each: {', '.join(PLACES)}.",
)
@click.option("--stage", type=click.Choice(STAGES), help="Only those that have reached this stage.")
@click.option("--by", metavar="NAME", help="Only those that this reviewer judged, with the verdict.")
@click.option(
    "--surprising",
    is_flag=True,
    help="Only settled decisions that the model would have expected to be the other way, most surprising first: to look at again.",
)
@click.option(
    "--format", "shape", type=click.Choice((*FORMATS, *WRITTEN)), help="Default: by --out's ending, else table."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all to this file (.csv, .xlsx, .ris, .bib, …).",
)
@click.option("--all", "whole", is_flag=True, help=f"Show all rows on a terminal, not the first {SHOWN}.")
@as_of_option
def command(
    folder: Path,
    places: tuple[str, ...],
    stage: str | None,
    by: str | None,
    shape: str | None,
    out: Path | None,
    *,
    surprising: bool,
    whole: bool,
    as_of: str | None,
) -> None:
    """The reports of the review in DIR: included, excluded, waiting …, as a table or for a reference manager.

    As it was published last; decisions since then count from the next update or refresh on. With --by, verdicts on what waits
    for votes are shown to the reviewer alone, who is known by the login, as a name or alias in the protocol.
    """
    import os

    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads would wait for each other; read when numpy is imported
    from flows.arguments import login
    from flows.rows import print_frame
    from tasks.review.queue import list_reports, list_surprising
    from tasks.screen.people import is_same_person
    from warehouse.review import open_review

    if shape is None and out is not None:
        shape = {".ris": "ris", ".bib": "bibtex"}.get(out.suffix.lower())
    if surprising and as_of:
        raise click.UsageError("--surprising is about what is settled by now: leave out --as-of")
    if surprising and by:
        raise click.UsageError("--surprising is about decisions of the team, not of one: leave out --by")
    review = open_review(folder)
    own = by is not None and as_of is None and is_same_person(by, login(), review.protocol().protocol.screening)
    reports = (
        list_reports(review, places, stage, by, private=own, as_of=as_of)
        if not surprising
        else list_surprising(review, places, stage)
    )
    if by is not None and not own and as_of is None:
        click.echo(f"verdicts on reports that wait for votes are shown to {by} alone, not to '{login()}'", err=True)
    if shape in WRITTEN:
        _write(reports, str(shape), out)
    elif shape == "table" or (shape is None and out is None):
        judged = [
            name
            for name in ("decision", "score", "decided_at_stage", "own_verdict", "own_reason")
            if name in reports.columns
        ]
        print_frame(reports.select(*_SHOWN, *judged), "table", out, whole=whole)
    else:
        print_frame(reports, shape, out, whole=whole)


def _write(reports: pl.DataFrame, shape: str, out: Path | None) -> None:
    import sys

    import polars as pl

    from tasks.load.read import EMPTY
    from tasks.load.write import WRITERS, Writer
    from tasks.output import whole_file

    writer = Writer(WRITERS[shape])
    known = reports.with_columns(record_id="report_id", database=pl.col("sources").list.join(", "))
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in EMPTY.schema.items() if name not in known.columns]
    records = known.with_columns(missing).select(EMPTY.columns)
    content = writer.head() + writer.records(records) + writer.tail()
    if out is None:
        sys.stdout.buffer.write(content)
        return
    with whole_file(out) as part:
        part.write_bytes(content)
