"""living-review dictionary."""

from __future__ import annotations

import click


@click.command()
def command() -> None:
    """The data dictionary as Markdown: every view and table of the warehouse, every column."""
    from schemas.dictionary import markdown

    click.echo(markdown())
