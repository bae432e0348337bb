"""living-review correct."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import Option, review_folder, who

# As schemas/event has them, which a test holds: it is slow to import.
FIELDS = (
    "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "pmcid", "issn", "isbn", "abstract", "keywords",
    "language", "url", "type",
)  # fmt: skip


@click.command()
@review_folder
@click.argument("record", metavar="RECORD")
@click.option(
    "--field",
    type=click.Choice(FIELDS),
    metavar="FIELD",
    help=f"The field that is wrong or missing: {', '.join(FIELDS)}.",
)
@click.option(
    "--value", help="What it is to be; of authors and keywords several, joined by ';'. '' where there is none."
)
@click.option("--reason", cls=Option, formerly=("--why",), help="Why, or by what source.")
@who("Who corrects it.", "--reviewer")
@click.option("--undo", is_flag=True, help="Take a correction back; RECORD is then its number in the log.")
def command(
    folder: Path, record: str, *, field: str | None, value: str | None, reason: str | None, who: str, undo: bool
) -> None:
    """Put a field of RECORD right, or complete it, such as an abstract that its source does not have.

    What came in stays as it is; the value counts from the next update or refresh on, before records are compared, and outlives new
    deliveries. The view record_correction lists who put what right, and what the source gives. RECORD is a record's id, accession,
    DOI or PMID, or the id of the report that is named after it.
    """
    from tasks.review.correct import correct_record, undo_correction
    from warehouse.review import open_review

    review = open_review(folder)
    if undo:
        if not record.isdigit():
            raise click.UsageError("--undo takes the correction's number in the log, which 'correct' printed")
        entry = undo_correction(review, int(record), who)
        click.echo(
            f"correction {record} is taken back, noted as event {entry.seq}; living-review refresh lets it count"
        )
        return
    if field is None or value is None or reason is None:
        raise click.UsageError("a correction needs --field, --value and --reason")
    made = correct_record(review, record, field=field, value=value, why=reason, reviewer=who)
    click.echo(
        f"{made.record_id} '{made.title}': {field} is {_show(made.value)}, where its source gives {_show(made.source_value)}; "
        f"noted as event {made.entry.seq} by {made.entry.actor}; living-review refresh lets it count"
    )


def _show(value: str | None) -> str:
    if value is None:
        return "none"
    plain = " ".join(value.split())
    return f"'{plain[:60]}…'" if len(plain) > 60 else f"'{plain}'"
