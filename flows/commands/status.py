"""living-review status."""

from __future__ import annotations

from pathlib import Path

import click

_SHOWN = 12


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, whole.")
def command(folder: Path, as_json: bool) -> None:
    """How current the review in DIR is, what waits for whom, what is broken, as it is now."""
    import json
    from dataclasses import asdict

    from tasks.publish.tables import to_text_table
    from tasks.review.status import read_status
    from warehouse.review import open_review

    review = open_review(folder)
    status = read_status(review)
    if as_json:
        said = {
            "review": status.title,
            "version": status.version,
            "duplicates_to_rule": status.pairs_to_rule,
            "sources": status.sources.to_dicts(),
            "waiting": status.waiting.to_dicts(),
            "broken": [asdict(one) for one in status.errors],
            "warnings": [asdict(one) for one in status.warnings],
        }
        click.echo(json.dumps(said, ensure_ascii=False, indent=1, default=str))
        return
    click.echo(status.title)
    if status.version and status.released_at:
        click.echo(f"version {status.version} of {status.released_at:%Y-%m-%d %H:%M} UTC")
    else:
        click.echo(f"no version yet: living-review update {folder}")
    if status.last_run:
        state = getattr(status.last_run.event, "state", "").replace("_", " ")
        click.echo(f"last run {status.last_run.at:%Y-%m-%d %H:%M} UTC: {state}")
    if status.sources.height:
        click.echo(f"\nHow current\n{to_text_table(status.sources)}")
        click.echo(
            f"What waits\n{to_text_table(status.waiting)}"
            if status.waiting.height
            else "Nothing waits to be screened.\n"
        )
    if status.pairs_to_rule:
        wait = (
            "1 pair of records waits" if status.pairs_to_rule == 1 else f"{status.pairs_to_rule} pairs of records wait"
        )
        click.echo(f"{wait} for a ruling: living-review duplicates list {folder}\n")
    for heading, findings in (("What is broken", status.errors), ("What should be looked at", status.warnings)):
        if findings:
            click.echo(heading)
            for one in findings[:_SHOWN]:
                click.echo(f"  {one.what}: {one.detail}")
            if len(findings) > _SHOWN:
                click.echo(f"  … and {len(findings) - _SHOWN} more (--json shows all)")
    if not status.findings:
        click.echo("Nothing is broken.")
