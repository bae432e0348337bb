"""living-review explain."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import as_of_option, review_folder


@click.command()
@review_folder
@click.argument("asked", metavar="ID")
@as_of_option
def command(folder: Path, asked: str, as_of: str | None) -> None:
    """Why a report is one report: its records, each pair with its score and what spoke for and against, the best values.

    ID is a report's or a record's, in the published version of the review in DIR (here, if it is left out).
    """
    from flows.terminal import cut_to_terminal, wrap_to_terminal
    from schemas.errors import UserError
    from schemas.words import counted
    from tasks.deduplicate.inspect import best, explain
    from tasks.review.as_of import open_warehouse_as_of
    from warehouse import reports
    from warehouse.review import open_review

    review = open_review(folder)
    with open_warehouse_as_of(review, as_of) as con:
        members = con.execute(
            "SELECT record_id, source, report_id, concat_ws(', ', title, year, journal) FROM record WHERE report_id IN ("
            "SELECT report_id FROM record WHERE record_id = $1 OR report_id = $1 UNION SELECT report_id FROM report_alias WHERE alias = $1"
            ") ORDER BY first_found_at, record_id",
            [asked],
        ).fetchall()
        if not members:
            raise UserError(f"no report or record is known as '{asked}'", path=review.root)
        reports.create_dedupe_input(con)
        pairs = explain(con, [record for record, *_ in members])
        (cluster,) = con.execute("SELECT cluster FROM dedupe.cluster WHERE id = ?", [members[0][0]]).fetchall()[0]
        values = best(con, cluster)
    click.echo(f"{members[0][2]}: {counted(len(members), 'record')}")
    for record, source, _, citation in members:
        click.echo(wrap_to_terminal(f"  {record}  {source}: {citation}", 4))
    for title, inside in (("\nPairs of these records", True), ("\nPairs with other records", False)):
        chosen = [pair for pair in pairs if pair.inside == inside]
        if chosen:
            click.echo(title)
        for pair in chosen:
            click.echo(f"  {pair.id_a} – {pair.id_b}: {pair.outcome}, {pair.score:.1f}")
            click.echo(wrap_to_terminal(f"    {pair.why}", 4))
    if len(members) > 2 and sum(pair.inside for pair in pairs) < len(members) * (len(members) - 1) // 2:
        told = "  Records between which no pair is listed are joined by others, and nothing speaks against it."
        click.echo(wrap_to_terminal(told, 2))
    click.echo()
    click.echo(wrap_to_terminal("Best values (how many of the records that say anything agree, and whose value it is)"))
    for value in values:
        before = f"  {value.field:9}{value.agreeing} of {value.saying}  {value.record_id}  "
        click.echo(f"{before}{cut_to_terminal(' '.join(value.value.split()), len(before))}")
