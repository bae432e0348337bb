"""living-review evidence."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import review_folder, who


@click.command()
@review_folder
@click.argument("effect", type=click.Choice(["likely", "unlikely", "unsaid"]))
@click.option("--reason", "why", required=True, help="In a sentence; everybody reads it in the review's status.")
@who("Who says so.")
def command(folder: Path, effect: str, why: str, who: str) -> None:
    """Say whether the new evidence is LIKELY or UNLIKELY to change the conclusions of the review in DIR; UNSAID takes it back.

    It stands in `status` and on the badge until a later update finds further reports, or somebody says otherwise.
    """
    from tasks.review.judge_evidence import judge_evidence
    from warehouse.review import open_review

    entry = judge_evidence(open_review(folder), effect, who, why)
    said = "taken back" if effect == "unsaid" else f"conclusions {effect} to change"
    click.echo(f"{said}, by {entry.actor}, noted as event {entry.seq}; living-review status shows it")
