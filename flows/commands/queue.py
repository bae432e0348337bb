"""living-review queue."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import review_folder
from flows.rows import SHOWN

# As schemas/screening and tasks/screen/write_queue have them, which a test holds: those are slow to import.
STAGES = ("title-abstract", "retrieval", "full-text")
TOOLS = ("rayyan", "covidence", "eppi", "ris", "asreview", "csv", "xlsx")
_SHOWN = ("rank", "stage", "work", "report_id", "title", "year", "terms")


@click.command()
@review_folder
@click.option("--for", "reviewer", metavar="NAME", help="Only what is this reviewer's to do.")
@click.option("--stage", type=click.Choice(STAGES), help="Only this stage.")
@click.option(
    "--format", "tool", type=click.Choice(("table", *TOOLS)), help="For which tool the file is. Default: table."
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; needed by all but table."
)
@click.option("--unranked", is_flag=True, help="In the order of ids, without a model.")
@click.option("--all", "whole", is_flag=True, help=f"Show all rows on a terminal, not the first {SHOWN}.")
def command(
    folder: Path,
    reviewer: str | None,
    stage: str | None,
    tool: str | None,
    out: Path | None,
    *,
    unranked: bool,
    whole: bool,
) -> None:
    """The open work of the review in DIR, best candidates first: as a table, or as a file for a screening tool.

    The order is learnt from what is settled (never from a vote that is not), before that from the protocol's question and
    criteria; `terms` say what speaks for a report's place. A file for a tool holds each report's id where the tool keeps it:
    what the tool exports goes into decisions/<stage>/, and comes back to the same reports.
    """
    import os

    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads would wait for each other; read when numpy is imported
    from flows.rows import print_frame
    from schemas.words import counted
    from tasks.review.queue import read_queue
    from tasks.screen.write_queue import write_queue
    from warehouse.review import open_review

    if tool not in (None, "table") and out is None:
        raise click.UsageError(f"--format {tool} needs --out FILE")
    if tool is None and out is not None:
        raise click.UsageError("--out needs --format: which tool the file is for")
    work = read_queue(open_review(folder), reviewer, stage, ranked=not unranked)
    if tool in (None, "table") or out is None:
        print_frame(work.select(_SHOWN), "table", None, whole=whole)
        return
    reports = work.unique("report_id", keep="first", maintain_order=True)
    write_queue(reports, str(tool), out)
    click.echo(f"{out}: {counted(len(reports), 'report')} for {tool}", err=True)
