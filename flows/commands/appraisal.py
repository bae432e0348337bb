"""living-review appraisal: form, import, table, figure."""

from __future__ import annotations

import re
from pathlib import Path

import click

from flows.arguments import ReviewGroup, as_of_option, review_folder, who
from flows.rows import FORMATS, SHOWN


@click.group(cls=ReviewGroup)
def command() -> None:
    """The critical appraisal of the included studies: a form out and in, Table 2, and pictures. Differences between reviewers are listed
    by `extraction differences --appraisal`."""


@command.command("form")
@review_folder
@who("Whose form it is; 'consensus' is that of what was settled.", "--for")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Default: appraisal-NAME.xlsx here.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
def form(folder: Path, out: Path | None, who: str, *, force: bool) -> None:
    """Write the appraisal form (Excel): a sheet for each checklist of the protocol, a row for each included report, the answers as lists.

    The reviewer's own answers are filled in. Colleagues' stand in notes where both have answered all of the checklist about a report, and
    nowhere before. Fill it in and bring it back with `living-review appraisal import`.
    """
    from schemas.errors import UserError
    from schemas.words import counted
    from tasks.synthesise.appraisal_form import read_appraisal_rows, write_appraisal_form
    from tasks.synthesise.checklist import read_checklists
    from warehouse.connect import reader
    from warehouse.review import open_review

    review = open_review(folder)
    name = " ".join(who.split())
    checklists = read_checklists(review.protocol().protocol.appraisal)
    out = out or Path(f"appraisal-{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-') or 'form'}.xlsx")
    if out.suffix.lower() != ".xlsx":
        raise UserError("is no .xlsx name", path=out)
    if out.exists() and not force:
        raise UserError("exists already", path=out, hint="name another with --out, or replace it with --force")
    with reader(review.published_warehouse) as con:
        rows = read_appraisal_rows(con, name)
    if not rows:
        raise UserError("no report is included yet", path=review.root, hint="see: living-review status")
    try:
        write_appraisal_form(out, checklists, rows, name)
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror}", path=out) from None
    answered = sum(len(row.answers) for row in rows)
    click.echo(
        f"{out}: {counted(len(rows), 'report')}, {', '.join(f'{c.title} ({len(c.items)} items)' for c in checklists)}; "
        f"{counted(answered, 'answer')} of {name} filled in"
    )


@command.command("import")
@review_folder
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--who", help="Who hands it over.")
def import_(folder: Path, file: Path, who: str | None) -> None:
    """Bring FILE (.xlsx or .csv) with answers to the checklist into the review in DIR: the form, or a sheet with a row a report or answer.

    A newer file of the same name takes the place of the older; of one reviewer's answers in several files the newest count. Exits with 1
    where a cell could not be taken: each is told by its place, and the rest is taken.
    """
    from flows.commands.extraction import take_in

    take_in(folder, file, who, appraisal=True)


@command.command("table")
@review_folder
@click.option("--checklist", help="Which checklist. Default: the protocol's first.")
@click.option("--format", "shape", type=click.Choice(FORMATS), help="Default: by --out's ending, else table.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write all rows to this file.")
@click.option("--all", "whole", is_flag=True, help=f"Show all rows on a terminal, not the first {SHOWN}.")
@as_of_option
def table(
    folder: Path, checklist: str | None, shape: str | None, out: Path | None, *, whole: bool, as_of: str | None
) -> None:
    """Table 2: a row a study with a column an item, and below the studies a row an answer with how many reports got it.

    The same stands in the views table_2 and appraisal_total, a row an answer. There is no score.
    """
    from flows.rows import print_frame
    from tasks.review.as_of import open_warehouse_as_of
    from tasks.synthesise.study_tables import table_2
    from warehouse.review import open_review

    review = open_review(folder)
    with open_warehouse_as_of(review, as_of) as con:
        print_frame(table_2(con, checklist), shape, out, whole=whole)


@command.command("figure")
@review_folder
@click.option("--checklist", help="Which checklist. Default: the protocol's first.")
@click.option("--bars", is_flag=True, help="A bar an item instead of a mark a study and item.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="A file .svg or .png.")
@as_of_option
def figure(folder: Path, checklist: str | None, out: Path, *, bars: bool, as_of: str | None) -> None:
    """The traffic-light plot, or with --bars the totals by item. Answers are told by shape and sign as well as by colour."""
    from tasks.output import whole_file
    from tasks.publish.appraisal import bars_figure, lights_figure
    from tasks.publish.svg import svg_png
    from tasks.review.as_of import open_warehouse_as_of
    from tasks.synthesise.study_tables import choose_checklist
    from warehouse.review import open_review

    if out.suffix.lower() not in (".svg", ".png"):
        raise click.UsageError("--out writes a file that ends in .svg or .png")
    with open_warehouse_as_of(open_review(folder), as_of) as con:
        drawn = (bars_figure if bars else lights_figure)(con, choose_checklist(con, checklist))
    with whole_file(out) as part:
        part.write_bytes(drawn.encode() if out.suffix.lower() == ".svg" else svg_png(drawn))
    click.echo(out, err=True)
