"""living-review status."""

from __future__ import annotations

from pathlib import Path

import click

_FLOWS = Path(__file__).parent.parent
_SHOWN = 12


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, whole.")
def command(folder: Path, as_json: bool) -> None:
    """How current the review in DIR is, what waits for whom, what is broken."""
    import json

    from schemas.ledger import Kind
    from tasks.publish.tables import to_text_table
    from warehouse.connect import reader
    from warehouse.review import open_review

    review = open_review(folder)
    protocol = review.protocol()
    reviewers = protocol.protocol.screening.reviewers
    with reader(review.published_warehouse) as con:
        con.execute("SET VARIABLE reviewers = ?", [reviewers])
        parts = {
            name: con.sql((_FLOWS / f"status_{name}.sql").read_text(encoding="utf-8")).pl()
            for name in ("sources", "waiting", "broken")
        }
        version = con.execute("SELECT max(version), max(released_at) FROM release").fetchall()[0]
        pairs = con.execute("SELECT count(*) FROM duplicate_pair WHERE outcome = 'review'").fetchall()[0][0]
    runs = list(review.ledger.events(Kind.RUN))
    if as_json:
        data = {name: frame.to_dicts() for name, frame in parts.items()}
        said = {
            "review": protocol.protocol.review.title,
            "version": version[0],
            "duplicates_to_rule": pairs,
            "warnings": protocol.warnings,
        }
        click.echo(json.dumps({**said, **data}, ensure_ascii=False, indent=1, default=str))
        return
    published = (
        f"version {version[0]} of {version[1]:%Y-%m-%d %H:%M} UTC"
        if version[0]
        else f"no version yet: living-review update {folder}"
    )
    click.echo(f"{protocol.protocol.review.title}\n{published}")
    if runs:
        click.echo(f"last run {runs[-1].at:%Y-%m-%d %H:%M} UTC: {runs[-1].payload['state'].replace('_', ' ')}")
    click.echo(f"\nHow current\n{to_text_table(parts['sources'])}")
    click.echo(
        f"What waits\n{to_text_table(parts['waiting'])}"
        if parts["waiting"].height
        else "Nothing waits to be screened.\n"
    )
    if pairs:
        wait = "1 pair of records waits" if pairs == 1 else f"{pairs} pairs of records wait"
        click.echo(f"{wait} for a ruling: living-review duplicates list {folder}\n")
    if parts["broken"].height:
        click.echo(f"What is broken\n{to_text_table(parts['broken'].head(_SHOWN))}")
        if parts["broken"].height > _SHOWN:
            click.echo(f"… and {parts['broken'].height - _SHOWN} more (--json shows all)")
    else:
        click.echo("Nothing is broken.")
    for warning in protocol.warnings:
        click.echo(f"warning: {warning}")
