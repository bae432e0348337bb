"""`living-review simulate`: screening that was done, done again in the model's order; needs no review folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tasks.screen.order.labelled import LabelledSet

OLDEST = 0.7
TABLES = {".csv", ".tsv", ".txt", ".xlsx"}


@click.command("simulate")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option(
    "--priors",
    type=click.IntRange(0),
    help="So many included and so many excluded records are known at the start, drawn by the seed. "
    "[default: 1; with --question 0]",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Draws the priors, and the order of what ties.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the order here (csv: rank, row).")
@click.option(
    "--question",
    metavar="FILE|TEXT",
    help="The review's question and criteria, which rank before the first label.",
)
@click.option(
    "--living", is_flag=True, help="An update: the oldest 70% by year are known, the newer are ranked; no priors drawn."
)
@click.option(
    "--stop",
    "alpha",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="ALPHA",
    help="Say where the risk of having found less than 95% first fell to this, and what was found by then.",
)
def command(
    file: Path,
    priors: int | None,
    seed: int,
    out: Path | None,
    question: str | None,
    alpha: float | None,
    *,
    living: bool,
) -> None:
    """Screen a labelled set again, in the order of the model, which learns from each label as it comes; and measure it.

    FILE is a table (CSV, Excel) with the columns title, label_included (1 or 0) and, if it has them, abstract, keywords and year; or an
    export in which ASReview or Rayyan left its verdicts. A column label_abstract_screening is learnt from too with --living.
    Records without a label are left out. Metrics are over the records that were not known at the start.
    """
    import os

    from schemas.errors import UserError

    # Many small systems of equations: threads would wait for each other, on a busy machine for minutes. Read when numpy is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if out and not out.parent.is_dir():
        raise UserError(f"cannot be written: there is no folder {out.parent}", path=out)
    if living and priors:
        raise UserError("--living starts from the oldest records: --priors has no use with it")
    labelled, rows = _labelled(file)
    included = [bool(labelled.included[row]) for row in rows]

    from tasks.screen.order import simulate as simulation
    from tasks.screen.order.metrics import measure

    if living:
        years = [labelled.years[row] for row in rows]
        if not any(years):
            raise UserError("no record bears a year, which --living goes by", path=file)
        known = simulation.choose_oldest(years, OLDEST)
    else:
        known = simulation.draw_priors(included, (0 if question else 1) if priors is None else priors, seed)
    unseen = set(range(len(rows))) - set(known)
    if not any(included[row] for row in unseen):
        raise UserError("no included record is left to be found", path=file, hint="start from less")
    order = _order(labelled, rows, known, _read_question(question), seed, living=living)
    if out:
        out.write_text("rank,row\n" + "".join(f"{i},{rows[row]}\n" for i, row in enumerate(order, 1)), encoding="utf-8")
    metrics = measure([included[row] for row in order[len(known) :]])
    click.echo(
        f"{len(rows):,} records, {sum(included):,} included; {len(known):,} known at the start,"
        f" of them {sum(included[row] for row in known):,} included"
    )
    names = {"wss_95": "WSS@95", "wss_100": "WSS@100", "rrf_10": "RRF@10", "atd": "ATD", "loss": "loss", "ndcg": "NDCG"}
    for name, shown in names.items():
        click.echo(f"{shown:8} {getattr(metrics, name):.3f}")
    if alpha is not None:
        click.echo(_said_of_stopping([included[row] for row in order], len(known) if not living else 0, alpha))


def _labelled(file: Path) -> tuple[LabelledSet, list[int]]:
    """The set, and the rows of it that bear a label."""
    from tasks.screen.order import labelled as sets

    if file.suffix.lower() in TABLES:
        labelled = sets.read_labelled_table(file)
    else:
        import polars as pl

        from tasks.load.read import EMPTY, read

        reading = read(file)
        labelled = sets.label_records(pl.concat([EMPTY, *(batch.records for batch in reading)], how="vertical_relaxed"))
        if reading.quarantined:
            click.echo(f"{file}: {reading.quarantined:,} of {reading.found:,} records cannot be used", err=True)
    sets.check_labels(labelled, file)
    rows = [row for row, label in enumerate(labelled.included) if label is not None]
    if len(rows) < len(labelled.texts):
        click.echo(f"{file}: {len(labelled.texts) - len(rows):,} records bear no label and are left out", err=True)
    return labelled, rows


def _read_question(question: str | None) -> str:
    """The text; of a file, what it holds."""
    from schemas.errors import UserError

    if not question:
        return ""
    try:
        path = Path(question)
        return path.read_text(encoding="utf-8") if path.is_file() else question
    except UnicodeDecodeError:
        raise UserError("is no text in UTF-8", path=question) from None
    except OSError:
        return question


def _order(
    labelled: LabelledSet, rows: Sequence[int], known: list[int], question: str, seed: int, *, living: bool
) -> list[int]:
    """All rows as they are screened, by their place among those that bear a label."""
    import numpy as np

    from tasks.screen.order.rank import Ranker
    from tasks.screen.order.simulate import simulate

    labels = [np.array([bool(labelled.included[row]) for row in rows])]
    if living and labelled.screened is not None:
        labels.append(np.array([labelled.screened[row] for row in rows]))
    ranker = Ranker([labelled.texts[row] for row in rows], question, seed, again=True)
    order: list[int] = []
    with _progress(len(rows)) as advance:
        for batch in simulate(ranker, labels, known):
            order += batch
            advance(len(batch))
    return order


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar while standard error is a terminal."""
    import sys

    from flows.terminal import console, is_terminal

    if not is_terminal(sys.stderr):
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("screening"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("screening", total=total)
        yield lambda n: progress.advance(task, n)


def _said_of_stopping(included: list[bool], known: int, alpha: float) -> str:
    from tasks.screen.order.stopping import find_stop

    found = find_stop(included, alpha, start=known)
    if found is None:
        return f"stopping at a risk of {alpha:g} that less than 95% is found: not before the end"
    share = sum(included[: found.screened]) / sum(included)
    return (
        f"stopping at a risk of {alpha:g} that less than 95% is found: after {found.screened:,} records"
        f" ({found.screened / len(included):.0%}), of the included {share:.1%} found; it rests on the last {found.rests_on:,}"
    )
