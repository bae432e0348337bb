"""living-review dictionary."""

from __future__ import annotations

import click


@click.command()
@click.option("--format", "shape", type=click.Choice(("markdown", "html")), default="markdown", show_default=True)
def command(shape: str) -> None:
    """The data dictionary: every view and table of the warehouse, every column; as a page with links: --format html."""
    from schemas.dictionary import html, markdown

    click.echo({"markdown": markdown, "html": html}[shape]())
