"""living-review studies."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import ReviewGroup, login, review_folder

WHO = click.option("--who", default=login, show_default="your login", help="Who rules.")
LATER = "living-review refresh lets it count"


@click.group(cls=ReviewGroup, default="list")
def command() -> None:
    """Reports that may be of one study; rule on them, or take a ruling back. Evidence is counted by study.

    What sheets say of a study (a column study) counts as before; a ruling joins whatever these say of its reports.
    """


@command.command("list")
@review_folder
def list_(folder: Path) -> None:
    """Show included reports that may be of one study, with what speaks for it (+) and against it (-)."""
    from schemas.words import counted
    from tasks.review.rule_links import list_suggestions
    from warehouse.connect import reader
    from warehouse.review import open_review

    review = open_review(folder)
    suggestions = list_suggestions(review)
    with reader(review.published_warehouse) as con:
        title = {
            id: f"{title} ({year or 'no year'})"
            for id, title, year in con.execute("SELECT report_id, title, year FROM report").fetchall()
        }
    for suggestion in suggestions:
        click.echo(f"{suggestion.report_a} {suggestion.report_b}  score {suggestion.score:g}")
        click.echo(f"  {title[suggestion.report_a]}\n  {title[suggestion.report_b]}")
        for sign, reasons in (("+", suggestion.reasons), ("-", suggestion.against)):
            for reason in reasons:
                click.echo(f"    {sign} {reason}")
        click.echo("")
    click.echo(f"{counted(len(suggestions), 'pair')} of reports may be of one study")


@command.command()
@review_folder
@click.argument("report_a")
@click.argument("report_b")
@click.argument("verdict", type=click.Choice(["same", "distinct"]))
@click.option("--reason", default="", help="Why.")
@WHO
def rule(folder: Path, report_a: str, report_b: str, verdict: str, reason: str, who: str) -> None:
    """Rule that two reports are of one study (same), or are not (distinct), which is no more suggested."""
    from tasks.review.rule_links import rule_on_studies
    from warehouse.review import open_review

    entry = rule_on_studies(open_review(folder), [report_a, report_b], verdict, who, reason=reason)
    click.echo(f"noted as event {entry.seq}; {LATER}")


@command.command()
@review_folder
@click.argument("event", type=int)
@WHO
def undo(folder: Path, event: int, who: str) -> None:
    """Take a ruling back; EVENT is its number in the log."""
    from tasks.review.rule_links import undo_link
    from warehouse.review import open_review

    entry = undo_link(open_review(folder), event, who)
    click.echo(f"noted as event {entry.seq}; {LATER}")
