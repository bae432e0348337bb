"""living-review status."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.arguments import review_folder

if TYPE_CHECKING:
    from tasks.review.status import Status

_SHOWN = 12


@click.command()
@review_folder
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, whole.")
def command(folder: Path, as_json: bool) -> None:
    """How current the review in DIR is, what waits for whom, what is broken, as it is now."""
    import json
    from dataclasses import asdict

    from tasks.review.status import read_status
    from warehouse.review import open_review

    review = open_review(folder)
    status = read_status(review)
    if as_json:
        content = {
            "review": status.title,
            "version": status.version,
            "duplicates_to_rule": status.pairs_to_rule,
            "sources": status.sources.to_dicts(),
            "waiting": status.waiting.to_dicts(),
            "broken": [asdict(finding) for finding in status.errors],
            "warnings": [asdict(finding) for finding in status.warnings],
        }
        click.echo(json.dumps(content, ensure_ascii=False, indent=1, default=str))
        return
    _print_status(status, folder)


def _print_status(status: Status, folder: Path) -> None:
    import sys
    from shlex import quote

    from flows.terminal import is_coloured, print_rows, terminal_width, wrap_to_terminal
    from schemas.words import counted
    from tasks.publish.tables import to_fitting_text

    click.echo(wrap_to_terminal(status.title))
    if status.version and status.released_at:
        click.echo(f"version {status.version} of {status.released_at:%Y-%m-%d %H:%M} UTC")
    else:
        click.echo(f"no version yet: living-review update {quote(str(folder))}")
    if status.last_run:
        state = getattr(status.last_run.event, "state", "").replace("_", " ")
        click.echo(f"last run {status.last_run.at:%Y-%m-%d %H:%M} UTC: {state}")
    if status.sources.height:
        for heading, frame in (("How current", status.sources), ("What waits", status.waiting)):
            if frame.height:
                click.echo(f"\n{heading}")
                print_rows(to_fitting_text(frame, width=terminal_width(), coloured=is_coloured(sys.stdout)))
        click.echo("" if status.waiting.height else "\nNothing waits to be screened.\n")
    if status.pairs_to_rule:
        waits = "waits" if status.pairs_to_rule == 1 else "wait"
        pairs = counted(status.pairs_to_rule, "pair")
        told = f"{pairs} of records {waits} for a ruling: living-review duplicates list {quote(str(folder))}"
        click.echo(f"{wrap_to_terminal(told, 2)}\n")
    for heading, findings in (("What is broken", status.errors), ("What should be looked at", status.warnings)):
        if findings:
            click.echo(heading)
            for finding in findings[:_SHOWN]:
                click.echo(wrap_to_terminal(f"  {finding.what}: {finding.detail}", 4))
            if len(findings) > _SHOWN:
                click.echo(f"  … and {len(findings) - _SHOWN} more (--json shows all)")
    if not status.findings:
        click.echo("Nothing is broken.")
