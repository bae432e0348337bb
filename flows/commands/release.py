"""living-review release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.arguments import ReviewGroup, quiet, review_folder
from flows.rows import rows_options

if TYPE_CHECKING:
    from tasks.review.check_release import ReleaseCheck


@click.group(cls=ReviewGroup, default="write")
def command() -> None:
    """Releases: a version as a folder to keep and pass on, with its data, pictures, protocol and checksums.

    `release DIR` writes that of the last version into releases/<number>/; what is there already is only checked, never written over.
    """


@command.command("write")
@review_folder
@click.option("--as-of", metavar="WHEN", help="Of the version that stood then: its number, or a day or time (UTC).")
@quiet
def write(folder: Path, as_of: str | None) -> None:
    """Write the release of the last version, or of an older one, from the log as it is."""
    from flows.run_here import run_here
    from schemas.words import counted
    from tasks.review.release import find_last_version, find_version_as_of, write_release
    from warehouse.lock import lock
    from warehouse.review import open_review

    review = open_review(folder)
    number = find_last_version(review) if as_of is None else find_version_as_of(review, as_of)
    with lock(review.root, f"release {number}"):
        released, new = run_here(f"writing release {number}", lambda steps: write_release(review, number))
    what = f"{counted(len(released.files), 'file')}, {released.size / 1e6:,.1f} MB"
    click.echo(
        f"{released.folder}: {what}" if new else f"{released.folder}: was written before, and is as it was ({what})"
    )


@command.command("list")
@review_folder
@rows_options
def list_(folder: Path, *, shape: str | None, out: Path | None, whole: bool) -> None:
    """The releases of the review in DIR."""
    import polars as pl

    from flows.rows import print_frame
    from tasks.review.release import list_releases
    from warehouse.releases import list_numbers
    from warehouse.review import open_review

    review = open_review(folder)
    releases = list_releases(review)
    rows = [
        (
            r.number,
            r.released_at,
            r.previous,
            r.included_reports,
            r.included_studies,
            len(r.files),
            r.size,
            str(r.folder),
        )
        for r in releases
    ]
    columns: dict[str, pl.DataType | type[pl.DataType]] = {
        "release": pl.Int64, "released_at": pl.Datetime("us", "UTC"), "previous": pl.Int64, "included_reports": pl.Int64,
        "included_studies": pl.Int64, "files": pl.Int64, "bytes": pl.Int64, "folder": pl.String,
    }  # fmt: skip
    print_frame(pl.DataFrame(rows, schema=columns, orient="row"), shape, out, whole=whole)
    for number in sorted(set(list_numbers(review)) - {release.number for release in releases}):
        click.echo(f"release {number} cannot be read; living-review release check {number} says why", err=True)


@command.command()
@review_folder
@click.argument("a", type=int, metavar="A")
@click.argument("b", type=int, metavar="B")
@rows_options
def diff(folder: Path, a: int, b: int, *, shape: str | None, out: Path | None, whole: bool) -> None:
    """What release B has otherwise than release A: rows added, removed and changed, by the key of each table."""
    from flows.rows import print_frame
    from tasks.publish.release_changes import read_changes
    from tasks.review.release import open_release
    from warehouse.review import open_review

    review = open_review(folder)
    folders = [open_release(review, number).folder for number in (a, b)]
    print_frame(read_changes(*folders), shape, out, whole=whole)


@command.command()
@review_folder
@click.argument("number", type=int, metavar="NUMBER")
@click.option("--files-only", is_flag=True, help="Only the checksums; nothing is derived.")
def check(folder: Path, number: int, *, files_only: bool) -> None:
    """Check that release NUMBER is still what was released (by its checksums, and by the log, which has their hash), that DuckDB, Parquet
    and CSV say the same, and that today's log and program give its numbers again.

    Exits with 1 where a file is not as it was, or a table is derived otherwise.
    """
    from flows.run_here import run_here
    from tasks.review.check_release import check_release
    from warehouse.review import open_review

    review = open_review(folder)
    checked = run_here(f"checking release {number}", lambda steps: check_release(review, number, derive=not files_only))
    for line in _describe(checked, derived=not files_only):
        click.echo(line)
    raise SystemExit(1 if checked.damage or checked.unlike or checked.differing else 0)


def _describe(checked: ReleaseCheck, *, derived: bool) -> list[str]:
    """What is said of a check."""
    if checked.damage:
        return [f"release {checked.number}: {line}" for line in checked.damage]
    whole = f"release {checked.number}: every file is as it was released"
    if not derived:
        return [whole]
    if checked.unlike:
        return [whole, "its tables do not say the same in each shape:", *(f"  {line}" for line in checked.unlike)]
    program = "" if checked.same_program else ", by another version of the program than wrote it"
    if checked.differing:
        return [
            whole,
            f"derived from today's log{program}, these tables differ:",
            *(f"  {line}" for line in checked.differing),
        ]
    return [f"{whole}; derived from today's log{program}, every table has the same rows, in DuckDB, Parquet and CSV"]
