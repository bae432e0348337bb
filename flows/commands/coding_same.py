"""living-review coding same: codes, documents and coders that may mean the same; rule on them, or take a ruling back."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import ReviewGroup, review_folder, who

LATER = "living-review refresh lets it count"
WHO = who("Who rules.")


@click.group("same", cls=ReviewGroup, default="list")
def command() -> None:
    """Codes, documents and coders that may mean the same; rule on them, or take a ruling back.

    What is ruled to be the same counts as one in all views. The codings stay as they came, and count as before when the ruling is
    taken back.
    """


@command.command("list")
@review_folder
def list_(folder: Path) -> None:
    """Show what may mean the same, with what speaks for it (+) and against it (-); then what was ruled, with the events' numbers."""
    from schemas.words import counted
    from tasks.review.rule_same import list_same_rulings, list_same_suggestions, read_names
    from warehouse.connect import reader
    from warehouse.review import open_review

    review = open_review(folder)
    suggestions, rulings = list_same_suggestions(review), list_same_rulings(review)
    with reader(review.published_warehouse) as con:
        names = read_names(con)
    for suggestion in suggestions:
        click.echo(f"{suggestion.element}  score {suggestion.score:g}")
        for id in (suggestion.one, suggestion.other):
            name = names.get((suggestion.element, id), id)
            click.echo(f"  '{name}'" + ("" if name == id else f"  {id}"))
        for sign, reasons in (("+", suggestion.reasons), ("-", suggestion.against)):
            for reason in reasons:
                click.echo(f"    {sign} {reason}")
        click.echo("")
    for ruling in rulings:
        event = ruling.event
        one, other = (f"'{names.get((event.element, id), id)}'" for id in (event.kept, event.other))
        said = f"{other} is {one}" if event.verdict == "same" else f"{other} is not {one}"
        why = f": {event.reason}" if event.reason else ""
        click.echo(f"event {ruling.entry.seq}: {event.element} {said}, by {ruling.entry.actor}{why}")
    click.echo(f"{counted(len(suggestions), 'pair')} may mean the same; {counted(len(rulings), 'ruling')}")


@command.command()
@review_folder
@click.argument("element", type=click.Choice(["code", "document", "coder"]))
@click.argument("kept")
@click.argument("other")
@click.argument("verdict", type=click.Choice(["same", "distinct"]))
@click.option("--reason", default="", help="Why.")
@WHO
def rule(folder: Path, element: str, kept: str, other: str, verdict: str, *, reason: str, who: str) -> None:
    """Rule that KEPT and OTHER mean the same, both known as KEPT from then on, or that they do not (distinct), which is no more
    suggested.

    Each by its path, name or id. Of two documents the texts must be the same, or one without a text.
    """
    from schemas.event_synthesis import ElementsRuled
    from tasks.review.rule_same import read_names, rule_same
    from warehouse.connect import reader
    from warehouse.review import open_review

    review = open_review(folder)
    entry = rule_same(review, element, (kept, other), verdict, who, reason=reason)
    event = entry.event
    assert isinstance(event, ElementsRuled)
    with reader(review.published_warehouse) as con:
        names = read_names(con)
    one, two = (f"'{names.get((element, id), id)}'" for id in (event.kept, event.other))
    said = f"{two} counts as {one}" if verdict == "same" else f"{two} is not {one}"
    click.echo(f"{said}, noted as event {entry.seq}; {LATER}")


@command.command()
@review_folder
@click.argument("reason")
@click.option("--element", type=click.Choice(["code", "document", "coder"]), help="Only of this kind.")
@WHO
def accept(folder: Path, reason: str, *, element: str | None, who: str) -> None:
    """Rule that all are the same for which REASON speaks, as `list` words it, and nothing speaks against it. Of each two the
    more used is kept.

    Each is an event of its own, and can be taken back.
    """
    from schemas.words import counted
    from tasks.review.rule_same import accept_suggestions
    from warehouse.review import open_review

    entries = accept_suggestions(open_review(folder), reason, who, element=element)
    click.echo(
        f"{counted(len(entries), 'pair')} ruled to be the same, noted as events {entries[0].seq} to {entries[-1].seq}; {LATER}"
    )


@command.command()
@review_folder
@click.argument("event", type=int)
@WHO
def undo(folder: Path, event: int, who: str) -> None:
    """Take a ruling back; EVENT is its number in the log."""
    from tasks.review.rule_same import undo_same
    from warehouse.review import open_review

    entry = undo_same(open_review(folder), event, who)
    click.echo(f"ruling {event} is taken back, noted as event {entry.seq}; {LATER}")
