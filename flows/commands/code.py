"""living-review code."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import page_options


@click.command()
@page_options
def command(folder: Path, host: str, port: int, address: str | None) -> None:
    """The page of the review in DIR, where coders come to the texts first. The same server as `living-review screen`, with the same
    links: where one runs, the other is not needed.

    Who codes is named under [coding] in review.toml.
    """
    from flows.commands.screen import open_page
    from schemas.errors import UserError
    from warehouse.review import open_review

    review = open_review(folder)
    if not review.protocol().protocol.coding.team:
        raise UserError(
            "nobody codes by the protocol", path=review.protocol_path, hint="[coding] coders names who codes"
        )
    open_page(folder, host, port, address, coding_first=True)
