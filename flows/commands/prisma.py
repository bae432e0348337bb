"""living-review prisma."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from flows.arguments import as_of_option, review_folder

FORMATS = ("svg", "png", "csv", "json")


@click.command()
@review_folder
@as_of_option
@click.option(
    "--since",
    metavar="VERSION",
    help="PRISMA's form for updated reviews: what that version (or day) included, and what is new since.",
)
@click.option("--format", "shape", type=click.Choice(FORMATS), help="Default: by --out's ending, else svg.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; default: standard output."
)
@click.option("--list", "box", metavar="BOX", help="List the records, reports or studies in one box instead, as CSV.")
def command(
    folder: Path, as_of: str | None, since: str | None, shape: str | None, out: Path | None, box: str | None
) -> None:
    """The PRISMA 2020 flow diagram of the review in DIR: as published, or as it was at a past version or time.

    The numbers are those of the view prisma_flow, from the review's first search on; with --since, of what is new since
    a version. --list shows who is counted in a box. The view prisma_version has the numbers of every version.
    """
    from flows.terminal import refuse_binary_on_terminal
    from schemas.errors import UserError
    from schemas.words import did_you_mean
    from tasks.publish.prisma import list_members, prisma_flow
    from tasks.publish.tables import to_csv
    from tasks.review.as_of import open_warehouse_as_of, protocol_as_of, read_earlier_version
    from warehouse.review import open_review

    review = open_review(folder)
    shape = shape or (out.suffix.lstrip(".").lower() if out else "svg")
    if shape not in FORMATS:
        raise click.UsageError(f"'{shape}' is none of {', '.join(FORMATS)}")
    if shape == "png" and not box and not out:
        refuse_binary_on_terminal("PNG")
    earlier, name = read_earlier_version(review, since, as_of) if since else (None, "")
    with open_warehouse_as_of(review, as_of) as con:
        if box:
            known = [row[0] for row in con.execute("SELECT box FROM prisma_flow").fetchall()]
            if box not in known:
                raise UserError(
                    f"there is no box '{box}'", hint=did_you_mean(box, known) or f"boxes: {', '.join(known)}"
                )
            content = to_csv(list_members(con, box, earlier)).encode()
        else:
            flow = prisma_flow(con, protocol_as_of(review, as_of).review.title, earlier, name)
            content = flow.render(shape)
    if out:
        out.write_bytes(content)
        click.echo(out, err=True)
    else:
        sys.stdout.buffer.write(content)
