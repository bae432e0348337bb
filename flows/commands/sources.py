"""living-review sources."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.arguments import as_of_option, review_folder

if TYPE_CHECKING:
    from tasks.publish.cover import Cover

FORMATS = ("table", "csv", "json")
_SHOWN = (
    "source", "method", "searches", "hits", "loaded", "quarantined", "records", "reports", "unique_reports", "included",
    "included_alone", "relative_recall",
)  # fmt: skip


@click.command()
@review_folder
@click.option(
    "--format", "shape", type=click.Choice(FORMATS), default="table", show_default=True, help="How rows are printed."
)
@click.option("--overlap", is_flag=True, help="The overlap between sources instead: reports that two sources share.")
@click.option(
    "--cover", is_flag=True, help="Of the included: what each source and set of sources found alone, and how soon."
)
@click.option(
    "--figure", type=click.Path(path_type=Path, dir_okay=False), help="Write the overlap as an UpSet plot (.svg, .png)."
)
@as_of_option
def command(folder: Path, shape: str, overlap: bool, cover: bool, figure: Path | None, as_of: str | None) -> None:
    """What each source brought to the review in DIR: hits, records, reports that only it found, and included reports.

    relative_recall is the share of all included reports that the source found. The same stands in the view
    source_contribution; source_overlap and source_pair hold the overlap, source_cover, source_set_cover, cheapest_sources and
    time_to_inclusion the cover.
    """
    import json
    import sys

    from flows.terminal import is_coloured, print_rows, terminal_width
    from tasks.output import whole_file
    from tasks.publish.cover import read_cover
    from tasks.publish.sources import overlap_figure
    from tasks.publish.svg import svg_png
    from tasks.publish.tables import to_csv, to_fitting_text, to_json
    from tasks.review.as_of import open_warehouse_as_of
    from warehouse.review import open_review

    if figure and figure.suffix.lower() not in (".svg", ".png"):
        raise click.UsageError("--figure writes a file that ends in .svg or .png")
    if cover and (overlap or figure):
        raise click.UsageError("--cover stands alone")
    with open_warehouse_as_of(open_review(folder), as_of) as con:
        covered = read_cover(con)
        whole = con.sql("FROM source_contribution").pl()
        pairs = con.sql("FROM source_pair").pl()
        combinations = con.sql("FROM source_overlap").pl()
        drawn = overlap_figure(con) if figure else ""
    matrix = pairs.pivot(on="source_b", index="source_a", values="reports", maintain_order=True).fill_null(0)
    matrix = matrix.select("source_a", *matrix.get_column("source_a")).rename({"source_a": "source"})
    if figure:
        with whole_file(figure) as part:
            part.write_bytes(drawn.encode() if figure.suffix.lower() == ".svg" else svg_png(drawn))
        click.echo(figure, err=True)
    if cover:
        _print_cover(covered, shape)
    elif shape == "json":
        parts = {"sources": whole, "overlap": combinations, "pairs": pairs}
        data = {name: json.loads(to_json(frame)) for name, frame in parts.items()}
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    elif shape == "csv":
        print_rows(to_csv(matrix if overlap else whole))
    else:
        width, coloured = terminal_width(), is_coloured(sys.stdout)
        if not overlap:
            print_rows(to_fitting_text(whole.select(_SHOWN), width=width, coloured=coloured) + "\n")
        shared = to_fitting_text(matrix, width=width, coloured=coloured)
        print_rows(f"Reports that two sources share\n\n{shared}")


def _print_cover(cover: Cover, shape: str) -> None:
    import json
    import sys

    from flows.terminal import is_coloured, print_rows, terminal_width
    from tasks.publish.tables import to_csv, to_fitting_text, to_json

    if shape == "json":
        parts = {"sources": cover.sources, "sets": cover.sets, "cheapest": cover.cheapest, "times": cover.times}
        click.echo(
            json.dumps({name: json.loads(to_json(f)) for name, f in parts.items()}, ensure_ascii=False, indent=1)
        )
    elif shape == "csv":
        print_rows(to_csv(cover.sources))
    elif cover.cheapest.is_empty():
        click.echo("Nothing is included yet, so there is nothing to cover.")
    else:
        width, coloured = terminal_width(), is_coloured(sys.stdout)
        print_rows(to_fitting_text(cover.table(), width=width, coloured=coloured) + "\n")
        if not (sets := cover.set_table()).is_empty():
            print_rows(to_fitting_text(sets, width=width, coloured=coloured) + "\n")
        click.echo("\n".join(cover.sentences()))
        click.echo("Intervals are exact (Clopper-Pearson).")
