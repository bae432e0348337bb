"""living-review extraction: form, import, link, unlink, table, differences."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import ReviewGroup, as_of_option, login, review_folder
from flows.rows import FORMATS, SHOWN


@click.group(cls=ReviewGroup)
def command() -> None:
    """Study characteristics and appraisals: a form out, and sheets in."""


@command.command("form")
@review_folder
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Default: extraction-NAME.xlsx here.")
@click.option("--for", "extractor", metavar="NAME", help="For one extractor: with NAME's answers and no colleague's.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
def form(folder: Path, out: Path | None, extractor: str | None, force: bool) -> None:
    """Write the extraction form (Excel): a row for each included study, a column for each field of the protocol.

    What is known already is filled in, from variables of QDA projects too. Fill in the rest and bring it back with `living-review
    extraction import`. A cell that you empty is an answer: what stood there no longer counts.
    """
    import re

    from schemas.errors import UserError
    from tasks.synthesise.form import write_form
    from tasks.synthesise.form_rows import included_rows, suggest_variables
    from warehouse.connect import reader
    from warehouse.review import open_review

    review = open_review(folder)
    fields = review.protocol().protocol.extraction.field
    if not fields:
        raise UserError("has no extraction fields", path=review.protocol_path, hint="add [[extraction.field]] tables")
    asked = review.protocol().protocol.extraction.extractors_per_study
    if not extractor and asked > 1:
        raise UserError(
            f"each study is extracted by {asked} people, independently", path=review.protocol_path,
            hint="say whose form it is: --for NAME",
        )  # fmt: skip
    out = out or Path(f"extraction-{re.sub(r'[^A-Za-z0-9]+', '-', extractor or '').strip('-') or 'form'}.xlsx")
    if out.suffix.lower() != ".xlsx":
        raise UserError("is no .xlsx name", path=out)
    if out.exists() and not force:
        raise UserError("exists already", path=out, hint="name another with --out, or replace it with --force")
    with reader(review.published_warehouse) as con:
        rows = included_rows(con, extractor)
        suggested = suggest_variables(con, fields)
    if not rows:
        raise UserError("no report is included yet", path=review.root, hint="see: living-review status")
    try:
        write_form(out, fields, rows)
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror}", path=out) from None
    reports = sum(len(row.report_ids.split(";")) for row in rows)
    click.echo(f"{out}: {len(rows)} studies of {reports} reports, {len(fields)} fields")
    for variable, name in suggested:
        click.echo(
            f"the variable '{variable}' of the QDA projects may be {name}: if it is, add variables = [\"{variable}\"] to that "
            f"field in {review.protocol_path.name}, and run living-review refresh",
            err=True,
        )


@command.command("table")
@review_folder
@click.option("--format", "shape", type=click.Choice(FORMATS), help="Default: by --out's ending, else table.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write all rows to this file.")
@click.option("--all", "whole", is_flag=True, help=f"Show all rows on a terminal, not the first {SHOWN}.")
@as_of_option
def table(folder: Path, shape: str | None, out: Path | None, *, whole: bool, as_of: str | None) -> None:
    """Table 1: a row a study with a column a field. Answers that differ are joined by ' | '; a gap is '–'.

    The same stands in the view table_1, a row a study and field.
    """
    from flows.rows import print_frame
    from tasks.review.as_of import open_warehouse_as_of
    from tasks.synthesise.study_tables import table_1
    from warehouse.review import open_review

    with open_warehouse_as_of(open_review(folder), as_of) as con:
        print_frame(table_1(con), shape, out, whole=whole)


@command.command("differences")
@review_folder
@click.option("--appraisal", is_flag=True, help="Of the appraisal instead.")
@click.option("--format", "shape", type=click.Choice(FORMATS), help="Default: by --out's ending, else table.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write all rows to this file.")
@click.option("--all", "whole", is_flag=True, help=f"Show all rows on a terminal, not the first {SHOWN}.")
@as_of_option
def differences(
    folder: Path, shape: str | None, out: Path | None, *, appraisal: bool, whole: bool, as_of: str | None
) -> None:
    """What extractors, or reports of one study, differ on; with --appraisal, what reviewers differ on.

    Written to a file (.xlsx, .csv), it has an empty column for what was agreed: fill it in and bring it back with `living-review
    extraction import` (with --appraisal there too). The independent answers stay.
    """
    from flows.rows import print_frame
    from tasks.review.as_of import open_warehouse_as_of
    from tasks.synthesise.study_tables import list_appraisal_differences, list_differences
    from warehouse.review import open_review

    with open_warehouse_as_of(open_review(folder), as_of) as con:
        print_frame((list_appraisal_differences if appraisal else list_differences)(con), shape, out, whole=whole)


@command.command("import")
@review_folder
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--appraisal", is_flag=True, help="FILE holds answers to the protocol's checklist, not characteristics.")
@click.option("--who", help="Who hands it over.")
def import_(folder: Path, file: Path, appraisal: bool, who: str | None) -> None:
    """Bring FILE (.xlsx or .csv) into the review in DIR: study characteristics, or with --appraisal an appraisal.

    A row a study or report with a column a field (or item), or a row a value with the columns field and value (item and answer);
    a column extractor (reviewer) says whose answers they are, 'consensus' what was settled. Of a workbook every sheet is read that
    names reports. A newer file of the same name takes the place of the older. Exits with 1 where a cell could not be taken:
    each is told by its place, and the rest is taken.
    """
    take_in(folder, file, who, appraisal=appraisal)


def take_in(folder: Path, file: Path, who: str | None, *, appraisal: bool) -> None:
    """Brings a sheet into the review, and says what came of it; exits with 1 where a cell could not be taken."""
    from flows.run_here import run_here
    from flows.terminal import print_problems
    from schemas.errors import UserError
    from schemas.event import Content
    from tasks.review.bring_in import IncomingFile, bring_in
    from tasks.synthesise.appraisal import is_appraisal, read_appraisal
    from tasks.synthesise.characteristics import read_characteristics
    from tasks.synthesise.checklist import read_checklists
    from warehouse.review import open_review

    review = open_review(folder)
    protocol = review.protocol().protocol
    if not file.is_file():
        raise UserError("there is no such file", path=file)
    if appraisal:
        handed_over = IncomingFile(file, Content.APPRAISAL, who)
        sheet = read_appraisal(file, checklists=read_checklists(protocol.appraisal))
    elif is_appraisal(file) and all(field.name != "checklist" for field in protocol.extraction.field):
        raise UserError("holds answers to a checklist", path=file, hint="living-review appraisal import takes it")
    else:
        handed_over = IncomingFile(file, Content.CHARACTERISTICS, who)
        sheet = read_characteristics(file, fields=protocol.extraction.field)
    updated = run_here(
        "importing",
        lambda steps: bring_in(review, [handed_over], "extraction import", steps),
    )
    problems = [problem for problem in updated.problems if problem.name == handed_over.name]
    print_problems(problems)
    click.echo(
        f"{file.name} ({sheet.layout}): {sheet.rows} rows: {sheet.read} read, {sheet.empty} empty, "
        f"{sheet.rows - sheet.read - sheet.empty} not read; {sheet.answers} {'answers' if appraisal else 'values'}"
    )
    assert updated.published is not None
    click.echo(f"published as version {updated.published.version}")
    raise SystemExit(1 if any(problem.severity == "error" for problem in problems) else 0)


@command.command()
@review_folder
@click.argument("key", metavar="KEY")
@click.argument("report", metavar="REPORT")
@click.option("--who", default=login, show_default="your login", help="Who says so.")
def link(folder: Path, key: str, report: str, *, who: str) -> None:
    """Say which REPORT the rows of sheets are about that name it as KEY, where that leads nowhere, or astray. It counts from the next
    update or refresh on; `living-review sql 'FROM unlinked'` lists what leads nowhere.
    """
    from tasks.review.rule_links import link_key
    from warehouse.review import open_review

    entry, names = link_key(open_review(folder), key, report, who)
    click.echo(f"'{key}' is '{names.title}', noted as event {entry.seq}; living-review refresh lets it count")


@command.command()
@review_folder
@click.argument("event", type=int)
@click.option("--who", default=login, show_default="your login", help="Who says so.")
def unlink(folder: Path, event: int, who: str) -> None:
    """Take a link back; EVENT is its number in the log. What the sheet says holds again."""
    from tasks.review.rule_links import undo_link
    from warehouse.review import open_review

    entry = undo_link(open_review(folder), event, who)
    click.echo(f"link {event} is taken back, noted as event {entry.seq}; living-review refresh lets it count")
