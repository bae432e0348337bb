"""living-review demo."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import click

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "cen"
BY_HAND = EXAMPLE / "by-hand"


def lay_out(part: str, folder: Path) -> list[Path]:
    """Copies what one search of the example brings into a review's folders; returns the statements among it, in their order."""
    for source in (EXAMPLE / part, BY_HAND / part):
        shutil.copytree(source, folder, dirs_exist_ok=True)
    return [folder / "synthesis" / name for name in sorted(p.name for p in (BY_HAND / part / "synthesis").iterdir())]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default="demo-review", metavar="[DIR]")
@click.option(
    "--prefect", "in_prefect", is_flag=True, help="Run the two updates as Prefect flows, as 'update --prefect' does."
)
def command(folder: Path, in_prefect: bool) -> None:
    """The worked example in DIR (demo-review): a first search, its decisions, and an update a month later, offline.

    All records, decisions and codings of the example are fictional; the protocol is that of a published review.
    """
    from schemas.errors import UserError

    if folder.exists() and any(folder.iterdir()):
        raise UserError("is not empty", path=folder, hint="name another folder, or remove this one")
    from shlex import quote

    from rich.markup import escape

    from flows.terminal import console

    console.print(f"The worked example, in {folder}", markup=False)
    from flows.http import shared_http
    from flows.run_here import run_here, run_here_or_in_prefect
    from flows.terminal import print_problems
    from schemas.words import counted
    from tasks.review.state_synthesis import import_statements
    from tasks.review.summary import summarise_update
    from tasks.review.update import refresh, update
    from warehouse.review import open_review

    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(EXAMPLE / "review.toml", folder / "review.toml")
    failed = False
    for part, heading in (("first-search", "First search"), ("second-search", "Update, a month later")):
        console.print(
            f"\n[bold]{heading}[/bold]: exports and decisions go into {escape(f'{folder}/exports and {folder}/decisions')}"
        )
        statements = lay_out(part, folder)
        review = open_review(folder)
        work = partial(update, review, "demo", http=shared_http)
        updated = run_here_or_in_prefect(review, "updating", "update", work, in_prefect=in_prefect)
        print_problems(updated.problems)
        failed = failed or updated.published is None
        console.print(summarise_update(review, updated), markup=False)
        for path in statements:
            result = import_statements(review, path, "Ada")
            console.print(f"  synthesis/{path.name}: {counted(len(result.changed), 'statement')} noted")
            run_here("taking them in", partial(refresh, review, "themes import"))
    console.print(
        f"\nLook at {folder}/published/prisma.svg, ask living-review status {quote(str(folder))}, or\n"
        f"  living-review sql {quote(str(folder))} 'FROM prisma_flow'\n"
        f"or screen what is left, settle what differs, and see the diagram change, on the page:\n"
        f"  living-review screen {quote(str(folder))}",
        markup=False,
    )
    raise SystemExit(1 if failed else 0)
