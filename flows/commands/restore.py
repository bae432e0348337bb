"""living-review restore."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from shlex import quote

import click

from flows.arguments import quiet


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@quiet
def command(file: Path, folder: Path) -> None:
    """Restore the backup FILE into DIR, a new or empty folder, derive its warehouse, and publish it there.

    Every file is held against its checksum, and the log against its chain, before anything is in place; a backup that is torn or was
    changed is refused. Links to the page are made anew: living-review people DIR link NAME. Never let two copies of one review go on.
    """
    from flows.run_here import run_here
    from flows.terminal import print_problems, show_share
    from schemas.errors import UserError

    with show_share(f"restoring {folder}") as tell:
        from tasks.review.restore import restore

        review, about = restore(file, folder, tell)
    click.echo(
        f"{folder}: the review '{about.review}' as it was at {about.made_at}, with all {about.seq:,} events of its log "
        f"(backed up by living-review {about.program})"
    )
    if about.seq:
        from tasks.review.update import rebuild

        try:
            updated = run_here("deriving its warehouse", partial(rebuild, review))
        except UserError as error:
            raise UserError(
                f"it is restored, but not published: {error}", hint=f"then: living-review update {quote(str(folder))}"
            ) from None
        print_problems(updated.problems)
    click.echo(f"living-review verify {quote(str(folder))} checks all of it once more")
