"""living-review agreement."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import as_of_option, review_folder
from flows.rows import rows_options


@click.command()
@review_folder
@click.option(
    "--votes",
    type=click.Choice(["first", "final"]),
    default="first",
    show_default=True,
    help="By first independent votes, or by those that stand, which discussion may have changed.",
)
@as_of_option
@rows_options
def command(folder: Path, votes: str, shape: str | None, out: Path | None, *, whole: bool, as_of: str | None) -> None:
    """How far the reviewers of the review in DIR agree: kappa, PABAK, AC1 and the share agreed of each pair, and of all of more
    than two Fleiss' kappa, AC1 and Krippendorff's alpha; each with the reports that it rests on and a 95% interval.

    Of all versions, and of the reports that first came with each. After them: how each tool of the protocol compares with people
    (sensitivity and specificity), and what exclusions by one person or by a tool alone may have missed.
    """
    import sys

    from flows.rows import print_frame
    from flows.terminal import wrap_to_terminal
    from tasks.review.as_of import open_warehouse_as_of
    from warehouse.review import open_review

    with open_warehouse_as_of(open_review(folder), as_of) as con:
        con.execute("SET VARIABLE votes = ?", [votes])
        agreement = con.sql(
            "SELECT stage, version, coalesce(rater_a || ' / ' || rater_b, 'all') AS raters, coefficient, round(value, 3) AS value, "
            "round(low, 3) AS low, round(high, 3) AS high, n "
            "FROM agreement WHERE subject = 'screening' AND votes = getvariable('votes') "
            "ORDER BY stage DESC, version NULLS FIRST, rater_a NULLS LAST, rater_b",
        ).pl()
        accuracy = con.sql(
            "SELECT tool, stage, measure, value, low, high, n, n_counts FROM tool_accuracy WHERE version IS NULL ORDER BY ALL"
        ).pl()
        estimates = con.sql(
            "SELECT stage, tool, sampled, overturned, unchecked, missed, missed_low, missed_high FROM screening_estimate ORDER BY ALL"
        ).pl()
    print_frame(agreement, shape, out, whole=whole)
    for tool, stage, measure, value, low, high, n, counts in accuracy.rows():
        told = f"{tool} at {stage}: {measure} {value:.3f} (95%: {low:.3f} to {high:.3f}) of {n:,} {counts}"
        click.echo(wrap_to_terminal(told, 2, sys.stderr), err=True)
    for stage, tool, sampled, overturned, unchecked, missed, low, high in estimates.rows():
        what = "single exclusions" if tool is None else f"exclusions by {tool} alone"
        told = (
            f"{stage}: of {sampled:,} {what} that were checked {overturned:,} were overturned; of the {unchecked:,} "
            f"unchecked about {missed:.0f} may be wrong (95%: {low:.0f} to {high:.0f}; exact binomial)"
        )
        click.echo(wrap_to_terminal(told, 2, sys.stderr), err=True)
