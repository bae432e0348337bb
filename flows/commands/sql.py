"""living-review sql."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

FORMATS = ("table", "csv", "json", "parquet")


# A query may begin with a comment, which looks like an option.
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, required=True, metavar="[DIR] QUERY")
@click.option(
    "--format", "shape", type=click.Choice(FORMATS), default="table", show_default=True, help="How rows are printed."
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file instead (needed for parquet)."
)
def command(words: tuple[str, ...], shape: str, out: Path | None) -> None:
    """Query the published warehouse of the review in DIR (here, if it is left out). QUERY '-' is read from standard input.

    It is read-only, and can read no other file. `living-review dictionary` lists the tables.
    """
    from tasks.publish.tables import to_csv, to_json, to_text_table
    from warehouse.connect import reader
    from warehouse.query import ask
    from warehouse.review import open_review

    if len(words) > 2:
        raise click.UsageError("give one query, in quotes, after the review's folder")
    folder, query = (Path(words[0]), words[1]) if len(words) == 2 else (Path(), words[0])
    if shape == "parquet" and out is None:
        raise click.UsageError("--format parquet needs --out FILE")
    if query == "-":
        query = sys.stdin.read()
    with reader(open_review(folder).published_warehouse) as con:
        frame = ask(con, query)
    if shape == "parquet" and out:
        with out.open("wb") as file:
            frame.write_parquet(file)
        return
    if shape == "table":
        text = to_text_table(frame, width=None if out else shutil.get_terminal_size((160, 40)).columns)
    else:
        text = to_csv(frame) if shape == "csv" else to_json(frame)
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=not text.endswith("\n"))
