"""living-review checklist."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.arguments import review_folder

if TYPE_CHECKING:
    import polars as pl

FORMATS = ("table", "csv", "md", "json", "xlsx")
NAMES = ("entreq", "emerge", "prisma-lsr", "prisma-s")


@click.command()
@review_folder
@click.option("--name", type=click.Choice(NAMES), help="Which checklist; without it, how far each is filled in.")
@click.option("--as-of", metavar="WHEN", help="As it was at a version's number, or a date or time (UTC).")
@click.option("--open", "only_open", is_flag=True, help="Only the items that are open.")
@click.option("--format", "shape", type=click.Choice(FORMATS), help="Default: by --out's ending, else table.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; xlsx needs one.")
def command(
    folder: Path, name: str | None, as_of: str | None, only_open: bool, shape: str | None, out: Path | None
) -> None:
    """Reporting checklists of the review in DIR: what is reported of each item, the query that lists what is behind it (for
    living-review sql), where it belongs in a manuscript, and what people still have to say.

    They say it in review.toml: [reporting.entreq], the item's number and a text. Nothing is made up: an item that nobody
    filled is open. Exits with 1 where one is.
    """
    import polars as pl

    from tasks.publish.checklist import count_items, frame_items, load_checklist
    from tasks.review.as_of import open_warehouse_as_of, protocol_as_of
    from tasks.review.protocol import check_protocol
    from tasks.review.read_checklist import read_checklists
    from warehouse.review import open_review

    shape = _choose_format(shape, out)
    review = open_review(folder)
    check_protocol(review)
    protocol = protocol_as_of(review, as_of)
    with open_warehouse_as_of(review, as_of) as con:
        read = read_checklists(con, protocol, [name] if name else NAMES)
    if name:
        method = load_checklist(name).method
        if method and method != protocol.synthesis.method:
            click.echo(f"{name} is for {method}; this review's method is {protocol.synthesis.method}", err=True)
        rows = frame_items([item for item in read[name] if item.status == "open" or not only_open])
    else:
        counts = [{"checklist": one, "items": len(items), **count_items(items)} for one, items in read.items()]
        rows = pl.DataFrame([{**row, "title": load_checklist(str(row["checklist"])).title} for row in counts])
    _write(rows, shape, out)
    if name:
        click.echo(", ".join(f"{status}: {n}" for status, n in count_items(read[name]).items()), err=True)
    raise SystemExit(1 if any(item.status == "open" for items in read.values() for item in items) else 0)


def _choose_format(shape: str | None, out: Path | None) -> str:
    shape = shape or (out.suffix.lstrip(".").lower() if out else "table")
    if shape not in FORMATS:
        raise click.UsageError(f"'{shape}' is none of {', '.join(FORMATS)}; say --format")
    if shape == "xlsx" and out is None:
        raise click.UsageError("--format xlsx needs --out FILE")
    return shape


def _write(rows: pl.DataFrame, shape: str, out: Path | None) -> None:
    from flows.rows import format_frame, write_frame
    from flows.terminal import print_rows, terminal_width
    from tasks.output import whole_file
    from tasks.publish.tables import to_fitting_text, to_markdown

    if out and shape != "md":
        write_frame(rows, shape, out)
    elif out:
        with whole_file(out) as part:
            part.write_text(to_markdown(rows), encoding="utf-8")
    elif shape == "table":
        print_rows(to_fitting_text(rows, width=terminal_width()))
    else:
        print_rows(to_markdown(rows) if shape == "md" else format_frame(rows, shape, None))
    if out:
        click.echo(out, err=True)
