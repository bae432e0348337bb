"""`living-review dedupe`: records → clusters, without a review folder."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("dedupe")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write clusters (csv: id, cluster) here, not to standard output.",
)
@click.option(
    "--pairs",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write pairs here (csv: id1, id2, outcome, score, why).",
)
def command(files: tuple[Path, ...], out: Path | None, pairs: Path | None) -> None:
    """Find the records that are one report.

    Takes one CSV or Parquet file with columns id, author, title, year, journal, volume, number, pages, abstract, doi, isbn,
    source (any may be missing), or any exports that `parse` reads. The last line on standard error counts records, reports
    and pairs for review.
    """
    from schemas.errors import UserError
    from tasks.dedupe import standalone
    from tasks.dedupe.run import deduplicate

    con = standalone.connect()
    if standalone.is_table(files[0]):
        if len(files) > 1:
            raise UserError("is a table of records; deduplicate one table at a time", path=files[0])
        standalone.load_table(con, files[0])
    else:
        from tasks.formats.read import read

        standalone.load_frames(con, (batch.records for path in files for batch in read(path)))
    summary = deduplicate(con)
    standalone.write_clusters(con, out)
    if pairs:
        standalone.write_pairs(con, pairs)
    left_out = (
        f"; {summary.left_out:,} pairs not compared under {summary.overfull:,} over-full keys"
        if summary.overfull
        else ""
    )
    click.echo(
        f"{summary.records:,} records, {summary.reports:,} reports, {summary.for_review:,} pairs for review{left_out}",
        err=True,
    )
