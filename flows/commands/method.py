"""living-review method: show, form, import, gaps."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import ReviewGroup, as_of_option, review_folder
from flows.rows import FORMATS

FORMAT = click.option("--format", "shape", type=click.Choice(FORMATS), help="By the ending of --out, else a table.")
OUT = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")

#: The views that hold what each method asks for, in the order in which they are shown.
VIEWS = {
    "framework": ("framework_cell ORDER BY study_position, theme_position, analyst",),
    "best-fit": ("codebook_code ORDER BY path", "outside_coding ORDER BY path, coding_id"),
    "meta-ethnography": (
        "concept ORDER BY study_id, concept_id", "concept_relation ORDER BY concept_a, concept_b", "construct ORDER BY construct_id",
    ),
    "meta-aggregation": (
        "synthesised_finding ORDER BY synthesised_id", "finding_category ORDER BY synthesised_id, category_id",
        "study_finding ORDER BY category_id, finding_id",
    ),
}  # fmt: skip
_STATED = "the method is thematic synthesis: its themes and findings are stated ({})"


@click.group(cls=ReviewGroup, default="show")
def command() -> None:
    """What [synthesis] method asks for: framework, best-fit, meta-ethnography, meta-aggregation. Thematic synthesis: see themes.

    Files lie in method/; each can be withdrawn and restored (living-review deliveries).
    """


@command.command()
@review_folder
@as_of_option
@FORMAT
@OUT
@click.option("--table", type=click.INT, default=None, help="With --out: which of the method's tables, from 1.")
def show(folder: Path, shape: str | None, out: Path | None, table: int | None, as_of: str | None) -> None:
    """The method's tables, by the views framework_cell; codebook_code, outside_coding; concept, concept_relation, construct;
    synthesised_finding, finding_category, study_finding."""
    from flows.rows import print_frame
    from tasks.review.as_of import open_warehouse_as_of, protocol_as_of
    from warehouse.review import open_review

    review = open_review(folder)
    views = VIEWS.get(protocol_as_of(review, as_of).synthesis.method, ())
    if not views:
        click.echo(_STATED.format("living-review themes"))
        return
    if out and len(views) > 1 and table is None:
        raise click.UsageError(f"--table 1 to {len(views)} goes with --out: the method has several tables")
    if table is not None and not 1 <= table <= len(views):
        raise click.UsageError(f"--table goes from 1 to {len(views)}")
    with open_warehouse_as_of(review, as_of) as con:
        frames = [con.sql(f"FROM {view}").pl() for view in (views if table is None else views[table - 1 : table])]
    for number, frame in enumerate(frames):
        if number and shape in (None, "table"):
            click.echo("")
        print_frame(frame, shape, out, whole=True)


@command.command()
@review_folder
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Default: <method>-form.xlsx here.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
def form(folder: Path, out: Path | None, force: bool) -> None:
    """Write the method's workbook (Excel): a sheet for each kind of rows that it asks for, with what stands filled in.

    Framework and best-fit: a row a study, a column a theme. Bring it back with `living-review method import`.
    """
    from schemas.errors import UserError
    from schemas.words import counted
    from tasks.synthesise.method_form import read_content, write_method_form
    from tasks.synthesise.method_kinds import ASKED_FOR
    from warehouse.connect import reader
    from warehouse.review import open_review

    review = open_review(folder)
    method = review.protocol().protocol.synthesis.method
    if not ASKED_FOR[method]:
        raise UserError(
            _STATED.format("living-review themes export"),
            path=review.protocol_path,
            hint="[synthesis] method says another",
        )
    out = out or Path(f"{method}-form.xlsx")
    if out.suffix.lower() != ".xlsx":
        raise UserError("is no .xlsx name", path=out)
    if out.exists() and not force:
        raise UserError("exists already", path=out, hint="name another with --out, or replace it with --force")
    with reader(review.published_warehouse) as con:
        content = read_content(con)
    counts = write_method_form(out, method, content)
    rows = ", ".join(f"{sheet}: {counted(n, 'row')}" for sheet, n in counts.items())
    click.echo(f"{out}: {rows}")


@command.command("import")
@review_folder
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--who", help="Who hands it over; a column analyst says it row by row.")
def import_(folder: Path, file: Path, who: str | None) -> None:
    """Bring FILE (.xlsx, .csv or .toml) into the review in DIR: what its method asks for.

    A workbook has a sheet for each kind of rows (living-review method form writes one), a CSV holds one kind, TOML has their blocks:
    [[cell]], [[concept]], [[relation]], [[construct]], [[finding]], [[category]], [[synthesised]]. A newer file of the same name takes
    the place of the older; of several files what came last counts. Exits with 1 where a row could not be taken: each is told by its
    place, and the rest is taken.
    """
    from flows.run_here import run_here
    from flows.terminal import print_problems
    from schemas.errors import UserError
    from schemas.event import Content
    from schemas.words import counted
    from tasks.review.bring_in import IncomingFile, bring_in
    from tasks.synthesise.method_file import read_method_file
    from warehouse.review import open_review

    review = open_review(folder)
    if not file.is_file():
        raise UserError("there is no such file", path=file)
    handed_over = IncomingFile(file, Content.METHOD, who)
    read = read_method_file(file)
    updated = run_here("importing", lambda steps: bring_in(review, [handed_over], "method import", steps))
    problems = [problem for problem in updated.problems if problem.name == handed_over.name]
    print_problems(problems)
    kinds = ", ".join(f"{n} {kind}" for kind, n in read.frame["kind"].value_counts(sort=True).iter_rows())
    click.echo(f"{file.name} ({read.layout}): {counted(read.frame.height, 'row')} taken: {kinds or 'none'}")
    assert updated.published is not None
    click.echo(f"published as version {updated.published.version}")
    raise SystemExit(1 if any(problem.severity == "error" for problem in problems) else 0)


@command.command()
@review_folder
@as_of_option
@FORMAT
@OUT
def gaps(folder: Path, shape: str | None, out: Path | None, as_of: str | None) -> None:
    """What the method asks for and is not there (missing), and what does not hold together (wrong); `FROM method_gap`."""
    from flows.rows import print_frame
    from tasks.review.as_of import open_warehouse_as_of, protocol_as_of
    from warehouse.review import open_review

    review = open_review(folder)
    with open_warehouse_as_of(review, as_of) as con:
        frame = con.sql("FROM method_gap ORDER BY severity DESC, element, id, detail").pl()
        derived = [method for (method,) in con.execute("SELECT method FROM core.synthesis_method").fetchall()]
    print_frame(frame, shape, out, whole=True)
    said = protocol_as_of(review, as_of).synthesis.method
    if said not in (derived or ["thematic"]):
        click.echo(f"warning: the protocol says {said} since; living-review refresh asks by it", err=True)
