"""living-review demo."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "cen"
BY_HAND = EXAMPLE / "by-hand"
LIVED = "simulated-months.json"
"""In the review's folder: what each month came to, as it was printed then; by it a simulation that was stopped goes on."""


def lay_out(part: str, folder: Path) -> list[Path]:
    """Copies what one search of the example brings into a review's folders; returns the statements among it, in their order."""
    for source in (EXAMPLE / part, BY_HAND / part):
        shutil.copytree(source, folder, dirs_exist_ok=True)
    return [folder / "synthesis" / name for name in sorted(p.name for p in (BY_HAND / part / "synthesis").iterdir())]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default="demo-review", metavar="[DIR]")
@click.option(
    "--months",
    type=click.IntRange(1, 12),
    default=2,
    show_default=True,
    help="How many months of 2020 it lives through; from the third on alone, with services and mail.",
)
@click.option(
    "--prefect", "in_prefect", is_flag=True, help="Run the updates as Prefect flows, as 'update --prefect' does."
)
def command(folder: Path, months: int, *, in_prefect: bool) -> None:
    """The worked example in DIR (demo-review): a first search, its decisions, and updates month by month, offline.

    All records, decisions and codings of the example are fictional; the protocol is that of a published review. Time is simulated:
    January 2020 is the first month. Where it was stopped, the same command goes on.
    """
    from flows.simulation import show_months, simulate
    from flows.terminal import console
    from schemas.errors import UserError

    if folder.is_dir() and any(folder.iterdir()) and not (folder / LIVED).exists():
        raise UserError("is not empty", path=folder, hint="name another folder, or remove this one")
    console.print(f"The worked example, in {folder}: fictional, and in simulated time", markup=False)
    released = simulate(folder, months, in_prefect=in_prefect)
    show_months(folder)
    raise SystemExit(0 if released else 1)
