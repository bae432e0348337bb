"""living-review themes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.arguments import ReviewGroup, as_of_option, review_folder, who
from flows.rows import FORMATS

if TYPE_CHECKING:
    import duckdb

WHO = who("Who says so.")
FORMAT = click.option("--format", "shape", type=click.Choice(FORMATS), help="By the ending of --out, else a table.")
OUT = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
LATER = "it counts from the next update or refresh on"


@click.group(cls=ReviewGroup, default="show")
def command() -> None:
    """Themes, findings, and the confidence in them: out and in as a file, and what they rest on.

    Everything that is said goes into the log, counts from the next update or refresh on, and can be taken back.
    """


@command.command()
@review_folder
@as_of_option
@FORMAT
@OUT
def show(folder: Path, shape: str | None, out: Path | None, as_of: str | None) -> None:
    """Themes and findings with what they rest on, and the confidence in findings; stale where that has changed since."""
    _print(folder, _THEMES, shape, out, as_of=as_of)
    if not out and shape in (None, "table"):
        click.echo("")
        _print(folder, _FINDINGS, shape, None, as_of=as_of)


@command.command("export")
@review_folder
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@who("For whom: a colleague's confidence waits for theirs.")
def export(folder: Path, file: Path, who: str) -> None:
    """Write what stands into FILE, which import takes: a workbook (.xlsx), or TOML. What one of several assessors says waits for the
    others."""
    from schemas.words import counted
    from tasks.review.state_synthesis import export_statements
    from warehouse.review import open_review

    standing = export_statements(open_review(folder), file, who)
    click.echo(
        f"{file}: {counted(len(standing.themes), 'theme')}, {counted(len(standing.findings), 'finding')}, "
        f"{counted(len(standing.confidence), 'assessment')}, {counted(len(standing.judgements), 'judgement')}"
    )


@command.command("import")
@review_folder
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@WHO
@click.option(
    "--remove",
    is_flag=True,
    help="Themes and findings that FILE does not hold are removed, and those that it gives less to rest on are changed.",
)
def import_(folder: Path, file: Path, who: str, *, remove: bool) -> None:
    """Note what FILE (.xlsx or TOML) says otherwise: themes over codes, findings with support for, against and of nuance, confidence by
    GRADE-CERQual, and what a new study does to them.

    Nothing is noted where anything in FILE is not known; of a workbook the cell is told. What FILE no longer holds is told,
    and stays unless you say so when asked, or by --remove. Codes are named by their path, or by their name where it is
    unique; segments by coding = ID, or by quote = some of their words.
    """
    from tasks.review.state_synthesis import import_statements
    from warehouse.review import open_review

    review = open_review(folder)
    result = import_statements(review, file, who, remove=remove)
    for line in result.changed:
        click.echo(line)
    lost = [f"remove {absent}" for absent in result.absent] + [f"change {held}" for held in result.held]
    if lost:
        click.echo(f"{file.name} says less than stands, and this was not noted:")
        for line in lost:
            click.echo(f"  {line}")
        if sys.stdin.isatty() and click.confirm("Note it as well?"):
            removed = import_statements(review, file, who, remove=True)
            result.changed += removed.changed
            lost = []
            for line in removed.changed:
                click.echo(line)
        else:
            click.echo("--remove notes it")
    click.echo(
        f"{len(result.changed)} changes noted; {LATER}"
        if result.changed
        else "nothing is noted"
        if lost
        else "nothing is said otherwise"
    )
    if result.held and lost:
        raise SystemExit(1)


@command.command()
@review_folder
@click.argument("number", type=click.Choice(["1", "2", "3"]))
@as_of_option
@FORMAT
@OUT
def table(folder: Path, number: str, shape: str | None, out: Path | None, as_of: str | None) -> None:
    """Table 1 (included studies), 2 (appraisal) or 3 (themes with codes and quotes), as the source has them."""
    _print(folder, f"FROM table_{number} ORDER BY ALL", shape, out, as_of=as_of)


@command.command()
@review_folder
@click.argument("field")
@as_of_option
@FORMAT
@OUT
def subgroups(folder: Path, field: str, shape: str | None, out: Path | None, as_of: str | None) -> None:
    """For each value of the characteristic FIELD: of the studies with it, how many support each theme.

    '(not extracted)' are studies of which FIELD is not known. No test of significance is made.
    """
    from tasks.review.as_of import open_warehouse_as_of
    from warehouse.review import open_review

    with open_warehouse_as_of(open_review(folder), as_of) as con:
        _check_field(con, field)
    _print(folder, _SUBGROUPS, shape, out, [field], as_of=as_of)


@command.command()
@review_folder
@click.argument("what", type=click.Choice(["saturation", "drift", "subgroups"]))
@click.option("--field", help="With subgroups: which characteristic of the studies.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="A file .svg or .png.")
@as_of_option
def figure(folder: Path, what: str, field: str | None, out: Path, as_of: str | None) -> None:
    """Draw saturation (codes by study, within 95% of 1,000 random orders), drift (studies behind each theme by version) or subgroups
    (themes by a characteristic, with denominators). All numbers stand in the picture."""
    from tasks.output import whole_file
    from tasks.publish import synthesis_figures
    from tasks.publish.svg import svg_png
    from tasks.review.as_of import open_warehouse_as_of
    from warehouse.review import open_review

    if out.suffix.lower() not in (".svg", ".png"):
        raise click.UsageError("--out writes a file that ends in .svg or .png")
    if (what == "subgroups") != bool(field):
        raise click.UsageError("--field NAME goes with subgroups, and only with it")
    with open_warehouse_as_of(open_review(folder), as_of) as con:
        if field:
            _check_field(con, field)
            labels = dict(con.execute("SELECT field, label FROM protocol_field").fetchall())
            drawn = synthesis_figures.subgroups_figure(con, field, labels.get(field, field))
        elif what == "drift":
            drawn = synthesis_figures.drift_figure(con)
        else:
            drawn = synthesis_figures.saturation_figure(con)
    with whole_file(out) as part:
        part.write_bytes(drawn.encode() if out.suffix.lower() == ".svg" else svg_png(drawn))
    click.echo(out, err=True)


@command.command()
@review_folder
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@as_of_option
def cerqual(folder: Path, file: Path, as_of: str | None) -> None:
    """Write the summary of qualitative findings and the evidence profile (GRADE-CERQual) to FILE: .html or .xlsx.

    What assessors agreed on stands in both; where they have not, each one's level is named as theirs. No level is proposed.
    """
    from io import BytesIO

    from schemas.words import counted
    from tasks.output import whole_file
    from tasks.publish.cerqual import format_html, read_cerqual
    from tasks.publish.sheet import write_sheets
    from tasks.review.as_of import open_warehouse_as_of, protocol_as_of
    from warehouse.review import open_review

    review, ending = open_review(folder), file.suffix.lower()
    if ending not in (".html", ".xlsx"):
        raise click.UsageError(f"'{file.name}' ends in neither .html nor .xlsx")
    with open_warehouse_as_of(review, as_of) as con:
        tables = read_cerqual(con)
        last = con.execute("SELECT version, released_at FROM release ORDER BY version DESC LIMIT 1").fetchall()
    content = BytesIO()
    if ending == ".xlsx":
        write_sheets({"Summary": tables.summary, "Evidence profile": tables.profile}, content)
    else:
        text = "".join(f"Version {version} of the review, {at:%Y-%m-%d}" for version, at in last) or "Not yet published"
        content.write(format_html(tables, title=protocol_as_of(review, as_of).review.title, version=text).encode())
    with whole_file(file) as part:
        part.write_bytes(content.getvalue())
    click.echo(f"{file}: {counted(tables.summary.height, 'finding')}")


@command.command()
@review_folder
@as_of_option
@FORMAT
@OUT
def drift(folder: Path, shape: str | None, out: Path | None, as_of: str | None) -> None:
    """What each theme rested on at each version."""
    _print(folder, "FROM theme_drift ORDER BY version, position", shape, out, as_of=as_of)


@command.command()
@review_folder
@click.argument("finding")
@WHO
def confirm(folder: Path, finding: str, who: str) -> None:
    """Say that your confidence in FINDING, and the consensus on it, hold although what it rests on has changed."""
    from tasks.review.state_synthesis import confirm_confidence
    from warehouse.review import open_review

    entries = confirm_confidence(open_review(folder), finding, who)
    click.echo(f"noted as event {', '.join(str(entry.seq) for entry in entries)}; {LATER}")


@command.command()
@review_folder
@click.argument("event", type=int)
@WHO
def undo(folder: Path, event: int, who: str) -> None:
    """Take a statement, assessment or judgement back; EVENT is its number in the log. What was said before it holds again."""
    from tasks.review.state_synthesis import undo_statement
    from warehouse.review import open_review

    entry = undo_statement(open_review(folder), event, who)
    click.echo(f"noted as event {entry.seq}; {LATER}")


_THEMES = """
SELECT t.position AS n, t.theme_id, t.kind, t.name, e.studies, e.reports, e.codings
FROM theme AS t
JOIN theme_evidence AS e USING (theme_id)
ORDER BY t.position
"""
_FINDINGS = """
SELECT
    e.finding_id, e.sentence, e.studies_for AS for_studies, e.studies_against AS against, e.studies_nuance AS nuance,
    c.level AS confidence, c.changed AS stale
FROM finding AS f
JOIN finding_evidence AS e USING (finding_id)
LEFT JOIN confidence AS c ON c.finding_id = f.finding_id AND c.consensus
ORDER BY f.position
"""
_SUBGROUPS = """
SELECT t.position AS n, t.name AS theme, coalesce(m.value, '(not extracted)') AS value, m.studies, m.of_studies,
    m.studies_by_speaker, m.segments
FROM theme_by_characteristic AS m
JOIN theme AS t USING (theme_id)
WHERE m.field = ?
ORDER BY t.position, m.value NULLS LAST
"""


def _check_field(con: duckdb.DuckDBPyConnection, field: str) -> None:
    """Raises UserError for a characteristic that no study has."""
    from schemas.errors import UserError
    from schemas.words import did_you_mean

    known = [row[0] for row in con.execute("SELECT DISTINCT field FROM characteristic ORDER BY 1").fetchall()]
    if field not in known:
        hint = did_you_mean(field, known) or f"known: {', '.join(known)}"
        raise UserError(f"no characteristic is called '{field}'", hint=hint)


def _print(
    folder: Path, query: str, shape: str | None, out: Path | None, values: list[str] | None = None, *, as_of: str | None
) -> None:
    from flows.rows import print_frame
    from tasks.review.as_of import open_warehouse_as_of
    from warehouse.review import open_review

    with open_warehouse_as_of(open_review(folder), as_of) as con:
        frame = con.sql(query, params=values or []).pl()
    print_frame(frame, shape, out, whole=True)
