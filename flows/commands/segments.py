"""living-review segments: list, say, import, undo."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import ReviewGroup, as_of_option, review_folder, who
from flows.rows import rows_options

LATER = "living-review refresh lets it count"


@click.group(cls=ReviewGroup, default="list")
def command() -> None:
    """Whose words coded segments have: the participants' or the authors', and which participants'.

    Codes that [coding.order] and [coding.speaker] of review.toml name say it, or people do; what stands in quotation marks or in an
    indented block is suggested to be the participants' words, and counts for nothing until somebody says so.
    """


@command.command("list")
@review_folder
@click.option("--suggested", is_flag=True, help="Only those of which a rule suggests what nobody has said.")
@as_of_option
@rows_options
def list_(
    folder: Path, *, suggested: bool, shape: str | None, out: Path | None, whole: bool, as_of: str | None
) -> None:
    """The coded segments of the review in DIR that count. With --out, a table to fill in for segments import."""
    from flows.rows import choose_format, print_frame
    from tasks.review.as_of import open_warehouse_as_of
    from tasks.review.describe_texts import list_segments
    from warehouse.review import open_review

    shape = choose_format(shape, out)
    with open_warehouse_as_of(open_review(folder), as_of) as con:
        frame = list_segments(con)
    if suggested:
        frame = frame.filter(frame["suggested"].is_not_null() & frame["words_of"].is_null())
    print_frame(frame, shape, out, whole=whole)


@command.command()
@review_folder
@click.argument("coding", metavar="CODING")
@click.option(
    "--words-of", type=click.Choice(("participants", "authors", "mixed", "unknown")), help="Whose words they are."
)
@click.option(
    "--speaker", "speakers", multiple=True, help="Who speaks: a value of the protocol's field (may be repeated)."
)
@click.option("--no-speaker", is_flag=True, help="It is not known who speaks.")
@who("Who says so.")
def say(
    folder: Path, coding: str, *, words_of: str | None, speakers: tuple[str, ...], no_speaker: bool, who: str
) -> None:
    """Say whose words CODING (its id; segments lists them) has. It counts from the next update or refresh on."""
    from tasks.review.describe_texts import describe_segments
    from warehouse.review import open_review

    if not (words_of or speakers or no_speaker) or (speakers and no_speaker):
        raise click.UsageError("give --words-of, and --speaker or --no-speaker, or one of them")
    named = speakers if speakers or no_speaker else None
    (entry,) = describe_segments(open_review(folder), [coding], who, words_of=words_of, speakers=named)
    click.echo(f"noted as event {entry.seq}; {LATER}")


@command.command("import")
@review_folder
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@who("Who says so.")
def import_(folder: Path, file: Path, who: str) -> None:
    """Take in FILE, a table that segments --out wrote and somebody filled in: its columns words_of and speakers (several with ';').

    A row that says nothing new is left alone, an emptied cell takes back what was said. Exits with 1 where a row could not be taken.
    """
    from flows.terminal import print_problems
    from schemas.words import counted
    from tasks.review.describe_texts import describe_from
    from warehouse.review import open_review

    described = describe_from(open_review(folder), file, who)
    print_problems(described.problems)
    said = counted(len(described.entries), "segment")
    click.echo(f"{said} described, {described.known:,} as before" + (f"; {LATER}" if described.entries else ""))
    raise SystemExit(1 if any(problem.severity == "error" for problem in described.problems) else 0)


@command.command()
@review_folder
@click.argument("event", type=int)
@who("Who says so.")
def undo(folder: Path, event: int, who: str) -> None:
    """Take back what was said of a segment; EVENT is its number in the log. What was said before it holds again."""
    from tasks.review.describe_texts import undo_description
    from warehouse.review import open_review

    entry = undo_description(open_review(folder), event, who)
    click.echo(f"event {event} is taken back, noted as event {entry.seq}; {LATER}")
