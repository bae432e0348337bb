"""living-review appraisal: table, figure."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import ReviewGroup, review_folder
from flows.rows import FORMATS, SHOWN


@click.group(cls=ReviewGroup)
def command() -> None:
    """The critical appraisal of the included studies: Table 2, and pictures. Answers come in by `extraction import --appraisal`."""


@command.command("table")
@review_folder
@click.option("--checklist", help="Which checklist. Default: the protocol's first.")
@click.option("--format", "shape", type=click.Choice(FORMATS), help="Default: by --out's ending, else table.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write all rows to this file.")
@click.option("--all", "whole", is_flag=True, help=f"Show all rows on a terminal, not the first {SHOWN}.")
def table(folder: Path, checklist: str | None, shape: str | None, out: Path | None, *, whole: bool) -> None:
    """Table 2: a row a study with a column an item, and below the studies a row an answer with how many reports got it.

    The same stands in the views table_2 and appraisal_total, a row an answer. There is no score.
    """
    from flows.rows import print_frame
    from tasks.synthesise.study_tables import table_2
    from warehouse.connect import reader
    from warehouse.review import open_review

    review = open_review(folder)
    with reader(review.published_warehouse) as con:
        print_frame(table_2(con, checklist), shape, out, whole=whole)


@command.command("figure")
@review_folder
@click.option("--checklist", help="Which checklist. Default: the protocol's first.")
@click.option("--bars", is_flag=True, help="A bar an item instead of a mark a study and item.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="A file .svg or .png.")
def figure(folder: Path, checklist: str | None, out: Path, *, bars: bool) -> None:
    """The traffic-light plot, or with --bars the totals by item. Answers are told by shape and sign as well as by colour."""
    from tasks.output import whole_file
    from tasks.publish.appraisal import bars_figure, lights_figure
    from tasks.publish.svg import svg_png
    from tasks.synthesise.study_tables import choose_checklist
    from warehouse.connect import reader
    from warehouse.review import open_review

    if out.suffix.lower() not in (".svg", ".png"):
        raise click.UsageError("--out writes a file that ends in .svg or .png")
    with reader(open_review(folder).published_warehouse) as con:
        drawn = (bars_figure if bars else lights_figure)(con, choose_checklist(con, checklist))
    with whole_file(out) as part:
        part.write_bytes(drawn.encode() if out.suffix.lower() == ".svg" else svg_png(drawn))
    click.echo(out, err=True)
