"""living-review decide."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import review_folder, who

STAGES = ("title-abstract", "retrieval", "full-text")
VERDICTS = ("include", "exclude", "maybe", "not-retrieved")


@click.command()
@review_folder
@click.argument("report", metavar="REPORT")
@click.option("--stage", type=click.Choice(STAGES))
@click.option("--verdict", type=click.Choice(VERDICTS))
@click.option("--reason", help="For an exclusion: one of the protocol's reasons.")
@click.option("--note", help="A remark that is kept with the decision.")
@who("Who decides: one of the team.", "--reviewer")
@click.option("--consensus", is_flag=True, help="A decision reached together: it settles a conflict.")
@click.option("--undo", is_flag=True, help="Take a decision back; REPORT is then its number in the log.")
@click.option("--clear", is_flag=True, help="Take back all that --who said of REPORT at --stage, in files too.")
def command(
    folder: Path,
    report: str,
    *,
    stage: str | None,
    verdict: str | None,
    reason: str | None,
    note: str | None,
    who: str,
    consensus: bool,
    undo: bool,
    clear: bool,
) -> None:
    """Note one screening decision on REPORT in the log. It counts from the next update or refresh on.

    REPORT is the report's id, or a record's id, accession, DOI or PMID.
    """
    from tasks.review.judge import clear_decisions, decide, undo_decision
    from warehouse.review import open_review

    review = open_review(folder)
    if undo:
        if not report.isdigit():
            raise click.UsageError("--undo takes the decision's number in the log, which 'decide' printed")
        entry = undo_decision(review, int(report), who)
        click.echo(f"decision {report} is taken back, noted as event {entry.seq}; living-review refresh lets it count")
        return
    if clear:
        if not stage or verdict:
            raise click.UsageError("--clear needs --stage, and no --verdict")
        entry, names = clear_decisions(review, report, stage=stage, reviewer=who)
        click.echo(
            f"'{names.title}': all that {entry.actor} said at {stage} is taken back, noted as event {entry.seq}; "
            "living-review refresh lets it count"
        )
        return
    if not stage or not verdict:
        raise click.UsageError("a decision needs --stage and --verdict")
    entry, names = decide(
        review, report, stage=stage, verdict=verdict, reviewer=who, reason=reason, note=note, consensus=consensus
    )
    about = f"'{names.title}'" + (f" ({names.year})" if names.year else "")
    why = f" ({reason})" if reason else ""
    by = f"{entry.actor}, as consensus" if consensus else entry.actor
    click.echo(
        f"{about}: {verdict}{why} at {stage} by {by}, noted as event {entry.seq}; living-review refresh lets it count"
    )
