"""living-review known-items."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import as_of_option, review_folder

FORMATS = ("table", "csv", "json")


@click.command("known-items")
@review_folder
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option(
    "--format", "shape", type=click.Choice(FORMATS), default="table", show_default=True, help="How rows are printed."
)
@as_of_option
def command(folder: Path, file: Path, shape: str, as_of: str | None) -> None:
    """Check that the searches of the review in DIR found the studies in FILE, and say which source missed which.

    FILE is a CSV or Excel table with any of the columns doi, pmid, title. A cell names what a study was recognised by;
    it is blank where the source missed it. Exits with 1 where no source found one, or a row names nothing.
    """
    import shutil

    import polars as pl

    from flows.terminal import print_problems
    from tasks.publish.tables import to_csv, to_json, to_text_table
    from tasks.review.as_of import open_warehouse_as_of
    from tasks.search.known_items import check_known, list_missed, read_known
    from warehouse.review import open_review

    review = open_review(folder)
    items, problems = read_known(file)
    with open_warehouse_as_of(review, as_of) as con:
        checked = check_known(con, items)
        sources = [
            row[0] for row in con.execute("SELECT source FROM source_contribution WHERE searches > 0").fetchall()
        ]
    wide = checked.pivot(
        on="source", index=["line", "doi", "pmid", "title"], values="recognised_by", maintain_order=True
    )
    wide = wide.select("line", pl.coalesce("title", "doi", "pmid").alias("known item"), *sources)
    if shape == "table":
        click.echo(to_text_table(wide, width=shutil.get_terminal_size((160, 40)).columns), nl=False)
    else:
        click.echo({"csv": to_csv, "json": to_json}[shape](wide), nl=False)
    lost = list_missed(checked)
    for source in sources:
        n_found = checked.filter((pl.col("source") == source) & pl.col("found")).height
        click.echo(f"{source}: found {n_found} of {items.height}", err=True)
    click.echo(f"all together: found {items.height - len(lost)} of {items.height}", err=True)
    for line in lost:
        click.echo(f"error: {file.name}: {line}", err=True)
    print_problems(problems)
    raise SystemExit(1 if lost or problems else 0)
