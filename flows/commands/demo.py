"""living-review demo."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "cen"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default="demo-review", metavar="[DIR]")
def command(folder: Path) -> None:
    """The worked example in DIR (demo-review): a first search, its decisions, and an update a month later, offline.

    All records, decisions and codings of the example are fictional; the protocol is that of a published review.
    """
    from schemas.errors import UserError

    if folder.exists() and any(folder.iterdir()):
        raise UserError("is not empty", path=folder, hint="name another folder, or remove this one")
    from flows.prefect_home import set_prefect_settings
    from flows.terminal import console

    console.print(f"The worked example, in {folder}", markup=False)
    set_prefect_settings()
    from flows.terminal import print_problems, show_progress
    from flows.update import update
    from tasks.review.summary import summarise_update
    from warehouse.review import open_review

    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(EXAMPLE / "review.toml", folder / "review.toml")
    failed = False
    for part, heading in (("first-search", "First search"), ("second-search", "Update, a month later")):
        console.print(
            f"\n[bold]{heading}[/bold]: exports and decisions go into {folder}/exports and {folder}/decisions"
        )
        shutil.copytree(EXAMPLE / part, folder, dirs_exist_ok=True)
        review = open_review(folder)
        with show_progress("updating"):
            updated = update(review.root, "demo")
        print_problems(updated.problems)
        failed = failed or updated.published is None
        console.print(summarise_update(review, updated), markup=False)
    console.print(
        f"\nLook at {folder}/published/prisma.svg, ask [bold]living-review status {folder}[/bold], or\n"
        f"  living-review sql {folder} 'FROM prisma_flow'"
    )
    raise SystemExit(1 if failed else 0)
