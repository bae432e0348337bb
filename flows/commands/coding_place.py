"""living-review coding place."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import review_folder, who

LATER = "living-review refresh lets it count"


@click.command("place")
@review_folder
@click.argument("coding", metavar="CODING")
@click.option("--at", "nth", type=click.IntRange(min=1), metavar="N", help="At the Nth place of its words.")
@click.option("--start", type=click.IntRange(min=0), help="In place of --at: where it starts (characters from 0).")
@click.option("--end", type=click.IntRange(min=1), help="In place of --at: where it ends, exclusive.")
@click.option("--undo", is_flag=True, help="Take a statement back; CODING is then its number in the log.")
@who("Who says so.")
def command(
    folder: Path, coding: str, *, nth: int | None, start: int | None, end: int | None, undo: bool, who: str
) -> None:
    """Say where CODING (its id) stands in its text, if its words stand there several times or otherwise. Without --at, lists
    the places of its words.

    The view coding_place has the codings that were made without positions, or on another state of the text, and where they stand.
    """
    from tasks.review.position_coding import find_places, position_coding, undo_position
    from warehouse.review import open_review

    review = open_review(folder)
    if undo:
        if not coding.isdigit():
            raise click.UsageError("--undo takes the statement's number in the log, which 'coding place' printed")
        entry = undo_position(review, int(coding), who)
        click.echo(f"event {coding} is taken back, noted as event {entry.seq}; {LATER}")
        return
    if (start is None) != (end is None) or (nth is not None and start is not None):
        raise click.UsageError("give --at N, or --start and --end")
    if nth is None and start is None:
        places = find_places(review, coding)
        for number, place in enumerate(places, start=1):
            click.echo(f"{number:>4}  {place.start}-{place.end}  … {place.around} …")
        if not places:
            click.echo("its words stand nowhere in the text; --start N --end N say where it belongs")
        return
    span = None if start is None or end is None else (start, end)
    entry = position_coding(review, coding, who, nth=nth, span=span)
    at = f"{entry.event.start_char} to {entry.event.end_char}"  # type: ignore[union-attr]  # it is that event
    click.echo(f"{coding}: stands from {at}, noted as event {entry.seq}; {LATER}")
