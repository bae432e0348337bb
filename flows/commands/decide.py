"""living-review decide."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

STAGES = ("title-abstract", "retrieval", "full-text")
VERDICTS = ("include", "exclude", "maybe", "not-retrieved")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.argument("report", metavar="REPORT")
@click.option("--stage", type=click.Choice(STAGES), required=True)
@click.option("--verdict", type=click.Choice(VERDICTS), required=True)
@click.option("--reason", help="For an exclusion: one of the protocol's reasons.")
@click.option("--reviewer", default=getpass.getuser, show_default="your login", help="Who decides.")
@click.option("--consensus", is_flag=True, help="A decision reached together: it settles a conflict.")
def command(
    folder: Path, report: str, stage: str, verdict: str, reason: str | None, reviewer: str, consensus: bool
) -> None:
    """Note one screening decision on REPORT (its id, or an alias) in the ledger. It counts from the next update on."""
    from schemas.errors import UserError
    from schemas.ledger import Kind
    from warehouse.connect import reader
    from warehouse.review import open_review

    review = open_review(folder)
    protocol = review.protocol().protocol
    known = [e.reason for e in protocol.eligibility.exclusion]
    if reason and reason not in known:
        raise UserError(
            f"'{reason}' is no reason of the protocol", path=review.protocol_path, hint=f"reasons: {'; '.join(known)}"
        )
    if verdict == "exclude" and stage == "full-text" and not reason:
        raise UserError("an exclusion at full text needs a reason", hint=f"--reason with one of: {'; '.join(known)}")
    if (verdict == "not-retrieved") != (stage == "retrieval" and verdict != "include"):
        raise UserError(
            f"'{verdict}' is no verdict of stage {stage}", hint="retrieval: include (it is here) or not-retrieved"
        )
    with reader(review.published_warehouse) as con:
        found = con.execute(
            "SELECT report_id FROM report WHERE report_id = $1 UNION SELECT report_id FROM report_alias WHERE alias = $1",
            [report],
        ).fetchall()
    if not found:
        raise UserError(f"no report is known as '{report}'", path=review.root)
    event = review.ledger.append(
        Kind.SCREENING_DECISION,
        reviewer,
        {"report_id": report, "stage": stage, "verdict": verdict, "reason": reason, "consensus": consensus},
    )
    click.echo(f"noted as event {event.seq}")
