"""living-review status."""

from __future__ import annotations

from datetime import datetime
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
@click.option(
    "--living", is_flag=True, help="As a living review instead: its state, each source's currency, six questions."
)
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="How current it is on another day, as 2026-12-31."
)
def command(folder: Path, as_json: bool, living: bool, on: datetime | None) -> None:
    """How current the review in DIR is, what waits for whom, what is broken, as it is now."""
    import json
    from dataclasses import asdict

    from tasks.review.status import read_status
    from warehouse.review import open_review

    review = open_review(folder)
    status = read_status(review, on.date() if on else None)
    if as_json:
        content = {
            "review": status.title,
            "version": status.version,
            "duplicates_to_rule": status.pairs_to_rule,
            "sources": status.sources.to_dicts(),
            "waiting": status.waiting.to_dicts(),
            "broken": [asdict(finding) for finding in status.errors],
            "warnings": [asdict(finding) for finding in status.warnings],
            "living": status.living.as_data() if status.living else None,
            "questions": [asdict(answer) for answer in status.answers],
        }
        click.echo(json.dumps(content, ensure_ascii=False, indent=1, default=str))
        return
    if living:
        _print_living(status)
    else:
        _print_status(status, folder)


def _print_living(status: Status) -> None:
    import sys

    from flows.terminal import is_coloured, print_rows, terminal_width
    from tasks.publish.tables import to_fitting_text

    click.echo(status.title)
    if status.living:
        click.echo(f"{status.living.state}\n" + "\n".join(f"  {reason}" for reason in status.living.reasons) + "\n")
        shown = status.living.currency.drop("method")
        print_rows(to_fitting_text(shown, width=terminal_width(), coloured=is_coloured(sys.stdout)) + "\n")
        if status.living.overdue_from:
            click.echo(f"Overdue from {status.living.overdue_from} on, if nothing is searched until then.\n")
    for answer in status.answers:
        click.echo(answer.question)
        for line in answer.lines:
            click.echo(f"  {line}")
        if answer.missing:
            click.echo(f"  not said in review.toml: {', '.join(answer.missing)}")


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
    if status.living:
        more = f" ({'; '.join(status.living.reasons)})" if status.living.reasons else ""
        click.echo(f"state: {status.living.state}{more}")
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
    _print_findings(status)


def _print_findings(status: Status) -> None:
    from flows.terminal import wrap_to_terminal

    for heading, findings in (("What is broken", status.errors), ("What should be looked at", status.warnings)):
        if findings:
            click.echo(heading)
            for finding in findings[:_SHOWN]:
                click.echo(wrap_to_terminal(f"  {finding.what}: {finding.detail}", 4))
            if len(findings) > _SHOWN:
                click.echo(f"  … and {len(findings) - _SHOWN} more (--json shows all)")
    if not status.findings:
        click.echo("Nothing is broken.")
