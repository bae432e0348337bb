"""living-review site."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import review_folder


@click.command()
@review_folder
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Where to write it: a new or empty folder, or an older site. Default: published/site of the review.",
)
def command(folder: Path, out: Path | None) -> None:
    """The site of the review in DIR: static pages of what is published, for readers. Each update writes it too.

    It opens from a folder (index.html) and from any web server. [site] of review.toml says what it shows of other people's words.
    """
    from schemas.words import counted
    from tasks.review.site import write_site
    from warehouse.review import open_review

    result = write_site(open_review(folder), out)
    click.echo(f"{result.folder / 'index.html'}: {counted(result.written.pages, 'page')}")
    if result.no_search:
        click.echo(f"without a text search: {result.no_search}; pip install 'living-review[search]'", err=True)
