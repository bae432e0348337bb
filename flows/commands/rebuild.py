"""living-review rebuild."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
def command(folder: Path) -> None:
    """Derive the warehouse of the review in DIR again, from its snapshots and its ledger, and print the content hash.

    The hash is equal to the grown warehouse's if their tables have the same rows. Exits with 1, and names the tables,
    where they differ; the new warehouse is in place either way, since it is what the truths say.
    """
    from flows.prefect_home import prepare
    from warehouse.review import open_review

    review = open_review(folder)
    review.protocol()
    prepare()
    from flows.rebuild import rebuild
    from flows.terminal import talking

    with talking(f"rebuilding {review.root.name}"):
        done = rebuild(review.root)
    click.echo(done.content_hash)
    if done.differing is None:
        click.echo("there was no readable warehouse before", err=True)
    elif done.differing:
        click.echo(f"the warehouse that was there differed in: {', '.join(done.differing)}", err=True)
        raise SystemExit(1)
    else:
        click.echo("equal to the warehouse that was there, row for row", err=True)
