"""living-review comment."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import login, review_folder, who

# As schemas/screening has them, which a test holds: it is slow to import.
STAGES = ("title-abstract", "retrieval", "full-text")


@click.command()
@review_folder
@click.argument("report", metavar="REPORT")
@click.option("--text", help="The comment to note; without it, the comments on REPORT are shown.")
@click.option(
    "--stage", type=click.Choice(STAGES), help="What it is about. Default: the last stage that REPORT has reached."
)
@who("Who comments.", "--reviewer")
@click.option("--undo", is_flag=True, help="Take a comment back; REPORT is then its number in the log.")
def command(folder: Path, report: str, *, text: str | None, stage: str | None, who: str, undo: bool) -> None:
    """Note a comment on REPORT for the team, or read the comments on it. It decides nothing.

    Who is known by the login, as a name or alias in the protocol, reads her own; others read it when all votes on the report at that
    stage are in; both from the next update or refresh on. REPORT is the report's id, or a record's id, accession, DOI or PMID.
    """
    from tasks.review.comment import comment_on_report, read_comments_on, undo_comment
    from warehouse.review import open_review

    review = open_review(folder)
    if undo:
        if not report.isdigit():
            raise click.UsageError("--undo takes the comment's number in the log, which 'comment' printed")
        entry = undo_comment(review, int(report), who)
        click.echo(f"comment {report} is taken back, noted as event {entry.seq}")
    elif text is not None:
        entry, names = comment_on_report(review, report, comment=text, reviewer=who, stage=stage)
        click.echo(
            f"'{names.title}': comment by {entry.actor}, noted as event {entry.seq}; living-review refresh shows it"
        )
    else:
        from flows.terminal import wrap_to_terminal

        names, comments = read_comments_on(review, report, login())
        click.echo(wrap_to_terminal(f"'{names.title}'" + ("" if len(comments) else ": no comment that you may see")))
        for seq, at, by, comment, when in comments.rows():
            click.echo(wrap_to_terminal(f"  {seq}  {by}, {when:%Y-%m-%d}, on {at}: {comment}", 4))
