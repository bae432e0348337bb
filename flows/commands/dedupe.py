"""`living-review dedupe`: records → clusters, without a review folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import duckdb


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
@click.option(
    "--merge",
    multiple=True,
    metavar="RELATION",
    help="Make one report of what is only linked otherwise: preprint, conference_abstract, cochrane_version, erratum, comment,"
    " retraction, registration or thesis. May be given several times.",
)
@click.option(
    "--false-merges",
    type=float,
    default=0.001,
    show_default=True,
    help="At most this share of merges may be wrong: a stricter bound leaves more pairs for review.",
)
def command(
    files: tuple[Path, ...], out: Path | None, pairs: Path | None, merge: tuple[str, ...], false_merges: float
) -> None:
    """Find the records that are one report.

    Takes tables (CSV in any delimiter and encoding, Excel, Parquet) with columns id, author, title, year, journal, volume, number,
    pages, abstract, doi, isbn, source, of which all but the title may be missing, and exports that `parse` reads. Without ids,
    records of a table bear the number of their row, and records of an export the id that `parse` gives. The last line on
    standard error counts records, reports and pairs for review. The exit code is 1 if something could not be read.
    """
    from flows.terminal import show_progress
    from schemas.errors import UserError
    from schemas.words import counted

    for target in (out, pairs):
        if target and not target.parent.is_dir():
            raise UserError(f"cannot be written: there is no folder {target.parent}", path=target)
    with show_progress(f"comparing the records of {counted(len(files), 'file')}"):
        from tasks.deduplicate import standalone
        from tasks.deduplicate.policy import Policy
        from tasks.deduplicate.run import deduplicate
        from tasks.deduplicate.tables import is_table, load_table

        policy = Policy.merging(merge, false_merges)
        con = standalone.connect()
        exports = [path for path in files if not is_table(path)]
        lost = _load_exports(con, exports) if exports else []
        for path in files:
            if path not in exports:
                lost += [str(problem) for problem in load_table(con, path)]
        for line in lost:
            click.echo(line, err=True)
        summary = deduplicate(con, policy)
        standalone.write_clusters(con, out)
        if pairs:
            standalone.write_pairs(con, pairs)
    left_out = (
        f"; {summary.left_out:,} pairs not compared under {summary.overfull:,} over-full keys"
        if summary.overfull
        else ""
    )
    click.echo(
        f"{counted(summary.records, 'record')}, {counted(summary.reports, 'report')}, "
        f"{counted(summary.for_review, 'pair')} for review{left_out}",
        err=True,
    )
    if lost:
        raise SystemExit(1)


def _load_exports(con: duckdb.DuckDBPyConnection, paths: list[Path]) -> list[str]:
    """Adds the exports' records; returns a line on each export of which some could not be read."""
    from tasks.deduplicate import standalone
    from tasks.load.read import read

    readings = [read(path) for path in paths]
    standalone.load_frames(con, (batch.records for reading in readings for batch in reading))
    return [
        f"{path}: {reading.quarantined:,} of {reading.found:,} records cannot be used and were left out"
        f" (living-review parse --quarantine FILE {path} says why)"
        for path, reading in zip(paths, readings, strict=True)
        if reading.quarantined
    ]
