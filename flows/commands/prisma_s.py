"""living-review prisma-s."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import as_of_option, review_folder

FORMATS = ("table", "csv", "json", "markdown")
_DUPLICATES = "SELECT sum(n) FROM prisma_flow WHERE box IN ('removed_duplicates', 'removed_duplicates_other')"


@click.command("prisma-s")
@review_folder
@click.option(
    "--format", "shape", type=click.Choice(FORMATS), default="table", show_default=True, help="How rows are printed."
)
@click.option("--missing", is_flag=True, help="Only the items of which something still has to be said.")
@as_of_option
def command(folder: Path, shape: str, missing: bool, as_of: str | None) -> None:
    """The searches of the review in DIR reported by PRISMA-S: 16 items, what is said of each, and what is missing.

    What software cannot know (peer review, contacts, search filters …) is said in the protocol: [prisma_s], the item's
    number and a text. Exits with 1 where something is missing.
    """
    import shutil
    from dataclasses import asdict

    import polars as pl

    from tasks.publish.tables import to_csv, to_json, to_markdown, to_text_table
    from tasks.review.as_of import open_warehouse_as_of, protocol_as_of
    from tasks.review.protocol import check_protocol
    from tasks.search.prisma_s import prisma_s
    from warehouse.review import open_review

    review = open_review(folder)
    check_protocol(review)
    protocol = protocol_as_of(review, as_of)
    with open_warehouse_as_of(review, as_of) as con:
        searches = con.sql("FROM search ORDER BY executed_at, search_id").pl().to_dicts()
        duplicates = int(con.execute(_DUPLICATES).fetchall()[0][0])
    said = {int(number): text for number, text in protocol.list_statements("prisma-s").items()}
    items = prisma_s(protocol, searches, duplicates, said)
    rows = pl.DataFrame([asdict(item) for item in items if item.missing or not missing])
    if rows.is_empty():
        click.echo("nothing is missing", err=True)
    elif shape == "table":
        width = shutil.get_terminal_size((160, 40)).columns
        click.echo(to_text_table(rows.drop("section", "reported"), width=width), nl=False)
    else:
        click.echo({"csv": to_csv, "json": to_json, "markdown": to_markdown}[shape](rows), nl=False)
    raise SystemExit(1 if any(item.missing for item in items) else 0)
