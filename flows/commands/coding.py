"""living-review coding: import."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from flows.arguments import ReviewGroup, review_folder


@click.group(cls=ReviewGroup)
def command() -> None:
    """Codings made in NVivo, MAXQDA, ATLAS.ti, QualCoder and the like, by way of REFI-QDA."""


@command.command("import")
@review_folder
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option(
    "--mapping",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A table with the columns document and report, for documents that do not name their report.",
)
@click.option("--who", help="Who hands it over.")
def import_(folder: Path, file: Path, mapping: Path | None, who: str | None) -> None:
    """Bring FILE, a project (.qdpx) or a codebook (.qdc), into the review in DIR.

    Ends with what was carried over and what was not. A newer export of the same project takes the place of the older.
    Exits with 1 where something of it could not be taken.
    """
    from flows.run_here import run_here
    from flows.terminal import print_problems
    from schemas.errors import UserError
    from schemas.event import Content
    from tasks.review.bring_in import IncomingFile, bring_in
    from tasks.synthesise.mapping import read_mapping
    from tasks.synthesise.refi_qda import read_project
    from warehouse.connect import reader
    from warehouse.review import open_review

    review = open_review(folder)
    for path in filter(None, (file, mapping)):
        if not path.is_file():
            raise UserError("there is no such file", path=path)
    project = read_project(file)
    files = [IncomingFile(file, Content.CODING, who)]
    if mapping is not None:
        read_mapping(mapping)
        files.append(IncomingFile(mapping, Content.CODING, who))
    updated = run_here(
        "importing codings",
        lambda steps: bring_in(review, files, "coding import", steps),
    )
    ours = {handed_over.name for handed_over in files}
    problems = [problem for problem in updated.problems if problem.name in ours]
    print_problems(problems)

    click.echo(
        f"{file.name}: project '{project.name}', exported by {project.origin or 'a program that does not say its name'}"
    )
    click.echo(f"positions counted in {project.choice.dialect}: {project.choice.why}")
    _table("carried over", project.carried)
    _table("not carried over", project.not_carried)
    assert updated.published is not None
    with reader(review.published_warehouse) as con:
        linked, all_ = con.execute(_LINKED, [project.project_id]).fetchall()[0]
    click.echo(f"linked to reports: {linked} of {all_} documents; published as version {updated.published.version}")
    raise SystemExit(1 if any(problem.severity == "error" for problem in problems) else 0)


_LINKED = """
SELECT count(report_id), count(*)
FROM document JOIN coding_project USING (arrival_id)
WHERE project_id = ?
"""


def _table(title: str, rows: Sequence[tuple[str, int]]) -> None:
    click.echo(f"{title}:" if rows else f"{title}: nothing")
    for entry, n in rows:
        click.echo(f"  {n:>7,}  {entry}")
