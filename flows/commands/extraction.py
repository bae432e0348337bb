"""living-review extraction: form, import."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import ReviewGroup, review_folder


@click.group(cls=ReviewGroup)
def command() -> None:
    """Study characteristics and appraisals: a form out, and sheets in."""


@command.command("form")
@review_folder
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Default: extraction-form.xlsx here.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
def form(folder: Path, out: Path | None, force: bool) -> None:
    """Write the extraction form (Excel): a row for each included report, a column for each field of the protocol.

    What is known already is filled in. Fill in the rest and bring it back with `living-review extraction import`.
    """
    from schemas.errors import UserError
    from tasks.synthesise.form import write_form
    from tasks.synthesise.form_rows import included_rows
    from warehouse.connect import reader
    from warehouse.review import open_review

    review = open_review(folder)
    fields = review.protocol().protocol.extraction.field
    if not fields:
        raise UserError("has no extraction fields", path=review.protocol_path, hint="add [[extraction.field]] tables")
    out = out or Path("extraction-form.xlsx")
    if out.suffix.lower() != ".xlsx":
        raise UserError("is no .xlsx name", path=out)
    if out.exists() and not force:
        raise UserError("exists already", path=out, hint="name another with --out, or replace it with --force")
    with reader(review.published_warehouse) as con:
        rows = included_rows(con)
    if not rows:
        raise UserError("no report is included yet", path=review.root, hint="see: living-review status")
    try:
        write_form(out, fields, rows)
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror}", path=out) from None
    click.echo(f"{out}: {len(rows)} reports, {len(fields)} fields")


@command.command("import")
@review_folder
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--appraisal", is_flag=True, help="FILE holds answers to the protocol's checklist, not characteristics.")
@click.option("--who", help="Who hands it over.")
def import_(folder: Path, file: Path, appraisal: bool, who: str | None) -> None:
    """Bring FILE (.xlsx or .csv) into the review in DIR: study characteristics, or with --appraisal an appraisal.

    A row a report with a column a field (or item), or a row a value with the columns field and value (item and answer).
    A newer file of the same name takes the place of the older. Exits with 1 where something could not be taken.
    """
    from flows.run_here import run_here
    from flows.terminal import print_problems
    from schemas.errors import UserError
    from schemas.event import Content
    from tasks.review.bring_in import IncomingFile, bring_in
    from tasks.synthesise.appraisal import read_appraisal
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
        f"{sheet.rows - sheet.read - sheet.empty} not read; {sheet.frame.height} {'answers' if appraisal else 'values'}"
    )
    assert updated.published is not None
    click.echo(f"published as version {updated.published.version}")
    raise SystemExit(1 if any(problem.severity == "error" for problem in problems) else 0)
