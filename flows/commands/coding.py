"""living-review coding: import, export, link, unlink, place, same, done, agreement, differences, settle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from flows.arguments import ReviewGroup, as_of_option, review_folder, who
from flows.commands.coding_place import command as place
from flows.commands.coding_same import command as same
from flows.rows import FORMATS, SHOWN, rows_options

FIRST = ("segments", "jaccard")
"""The coefficients that a terminal is shown, unless others are asked for."""
CHOICES = ("first", "second", "both", "neither", "new")
COEFFICIENTS = (*FIRST, "share", "kappa", "kappa-coded", "alpha", "brennan-prediger", "ac1")


@click.group(cls=ReviewGroup)
def command() -> None:
    """Codings made in NVivo, MAXQDA, ATLAS.ti, QualCoder and the like: in and out, by plan, compared and settled."""


command.add_command(same)
command.add_command(place)


@command.command("import")
@review_folder
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option(
    "--mapping",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A table with the columns document and report, for documents that do not name their report.",
)
@click.option("--who", help="Who hands it over.")
@click.option("--replaces", multiple=True, metavar="FILE", help="FILE takes the place of this one (its name or id).")
@click.option("--beside", is_flag=True, help="FILE counts beside all others.")
@click.option(
    "--round",
    type=click.IntRange(2, 99),
    help="Its coders had coded these documents before: the second time, the third …",
)
def import_(
    folder: Path,
    file: Path,
    mapping: Path | None,
    who: str | None,
    replaces: tuple[str, ...],
    beside: bool,
    round: int | None,
) -> None:
    """Bring FILE into the review in DIR: a project (.qdpx), a codebook (.qdc), a table of coded segments (.csv, .xlsx: document, code,
    quote, coder, as Taguette, Dedoose and MAXQDA write them), or EPPI-Reviewer's JSON.

    What FILE holds decides whether it is a newer export of a known project, whose place it takes, a colleague's copy, which
    counts beside, or another project. Where that is unclear, the import stops and shows what differs; --replaces and
    --beside say it, also of a file that was imported before.

    What somebody codes again with --round 2 is called 'Ada (round 2)', compared with her own first time (living-review coding
    agreement), and counts for nothing else.

    Ends with what was carried over and what was not, and what changed. Exits with 1 where something of it could not be taken.
    """
    from flows.run_here import run_here
    from flows.terminal import print_problems
    from schemas.errors import UserError
    from tasks.review.import_codings import import_codings, open_whole
    from warehouse.review import open_review

    review = open_review(folder)
    if replaces and beside:
        raise UserError("--replaces and --beside exclude each other")
    if not file.exists() and (folder / file).is_file():
        file = folder / file
    for path in filter(None, (file, mapping)):
        if not path.is_file():
            raise UserError("there is no such file", path=path)
    imported = run_here(
        "importing codings",
        lambda steps: import_codings(
            review, file, steps, mapping=mapping, who=who, round=round, replaces=replaces, beside=beside
        ),
    )
    project, updated = imported.project, imported.result
    names = {imported.name, *([f"coding/{mapping.name}"] if mapping else [])}
    problems = [problem for problem in updated.problems if problem.name in names]
    print_problems(problems)

    click.echo(
        f"{file.name}: project '{project.name}', exported by {project.origin or 'a program that does not say its name'}"
    )
    if imported.known_as:
        click.echo(f"the same file came in before, as {' and '.join(imported.known_as)}: it counts once")
    if project.coding["start_char"].is_not_null().any():
        click.echo(f"positions counted in {project.choice.dialect}: {project.choice.why}")
    _table("carried over", project.carried)
    _table("not carried over", project.not_carried)
    assert updated.published is not None
    with open_whole(review) as con:  # of codings that wait for another coder the copy for everybody says nothing
        imports = con.execute(_IMPORTS, [imported.name]).fetchall()
        linked, all_ = con.execute(_LINKED, [imported.name]).fetchall()[0]
    for other, replaced, element, coder, kept, changed, gone, added in imports:
        what = f"codings of {coder}" if coder else f"{element}s"
        click.echo(
            f"{'in place of' if replaced else 'beside'} {other}: {what}: "
            f"{kept:,} kept, {changed:,} changed, {gone:,} gone, {added:,} added"
        )
    click.echo(f"linked to reports: {linked} of {all_} documents; published as version {updated.published.version}")
    raise SystemExit(1 if any(problem.severity == "error" for problem in problems) else 0)


@command.command()
@review_folder
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option(
    "--what",
    type=click.Choice(("quotes", "matrix", "memos")),
    default="quotes",
    show_default=True,
    help="What a table holds.",
)
@click.option(
    "--by",
    type=click.Choice(("study", "report", "document", "coder")),
    default="study",
    show_default=True,
    help="What a matrix has a row for.",
)
@click.option("--counts", is_flag=True, help="A matrix of how many codings, in place of 1 and 0.")
@click.option(
    "--final", is_flag=True, help="A project of what counts (settled differences), in place of what each coder coded."
)
@click.option(
    "--of", "coders", metavar="CODER", multiple=True, help="A project with these codings only; may be repeated."
)
@click.option(
    "--for",
    "tool",
    type=click.Choice(("nvivo", "atlas.ti")),
    help="Count positions as this software does; others keep to the standard.",
)
@as_of_option
def export(
    folder: Path,
    file: Path,
    *,
    what: str,
    by: str,
    counts: bool,
    final: bool,
    coders: tuple[str, ...],
    tool: str | None,
    as_of: str | None,
) -> None:
    """Write the codings of the review in DIR to FILE; its ending says as what.

    .qdpx is a REFI-QDA project (documents, codes, codings, memos, variables, cases, sets) and .qdc a codebook, for NVivo, MAXQDA,
    ATLAS.ti, QualCoder and the like. .csv, .xlsx, .parquet and .json are a table: quotes (one a row, with code, study and all that is
    known of the study), a code × case matrix, or memos. Quotes and matrices hold what is evidence: of included reports, what counts
    (of a settled difference, what was settled). A project holds all that was coded.
    """
    from flows.rows import print_frame
    from schemas.words import counted
    from tasks.review import export_codings
    from tasks.review.as_of import open_warehouse_as_of, protocol_as_of
    from warehouse.review import open_review

    review, ending = open_review(folder), file.suffix.lower()
    if ending not in (".qdpx", ".qdc", *(f".{shape}" for shape in FORMATS[1:])):
        raise click.UsageError(f"'{file.name}' ends in none of .qdpx, .qdc, .csv, .xlsx, .parquet, .json")
    asked = click.get_current_context().get_parameter_source
    for option, endings in (("final", (".qdpx",)), ("coders", (".qdpx",)), ("tool", (".qdpx",))):
        if asked(option) is not click.core.ParameterSource.DEFAULT and ending not in endings:
            name = {"coders": "coder", "tool": "for"}.get(option, option)
            raise click.UsageError(f"--{name} goes with a project (.qdpx)")
    for option in ("what", "by", "counts"):
        if asked(option) is not click.core.ParameterSource.DEFAULT and ending in (".qdpx", ".qdc"):
            raise click.UsageError(f"--{option} goes with a table (.csv, .xlsx, .parquet, .json)")
    with open_warehouse_as_of(review, as_of) as con:
        if ending == ".qdc":
            click.echo(f"{file}: {counted(export_codings.export_codebook(con, file), 'code')}")
            return
        if ending == ".qdpx":
            title = protocol_as_of(review, as_of).review.title
            parts, left_out = export_codings.export_project(
                con, file, name=title, final=final, coders=coders, tool=tool or ""
            )
            frames = {"document": parts.document, "code": parts.code, "coding": parts.coding, "memo": parts.memo}
            click.echo(f"{file}: {', '.join(counted(frame.height, name) for name, frame in frames.items())}")
            _table("not exported", left_out.count_by_kind())
            return
        if what == "matrix":
            frame = export_codings.read_matrix(con, case=by, counts=counts)
        else:
            frame = export_codings.read_quotes(con) if what == "quotes" else export_codings.read_memos(con)
        not_included = export_codings.count_not_included(con) if what != "memos" else 0
    print_frame(frame, None, file)
    click.echo(f"{file}: {counted(frame.height, 'row')}")
    if not_included:
        click.echo(f"without {counted(not_included, 'segment')} of reports that are not included")


@command.command()
@review_folder
@click.argument("document", metavar="DOCUMENT")
@click.argument("report", metavar="REPORT")
@click.option("--file", metavar="FILE", help="The file that holds it, where several hold a document of that name.")
@who("Who says so.")
def link(folder: Path, document: str, report: str, *, file: str | None, who: str) -> None:
    """Say which REPORT a DOCUMENT is the text of, where its name leads nowhere, or astray. It counts from the next update or
    refresh on.

    DOCUMENT is its name or id (the view unlinked lists those without a report); REPORT is a report's id, or a record's id, accession,
    DOI or PMID.
    """
    from tasks.review.rule_links import link_document
    from warehouse.review import open_review

    entry, name, names = link_document(open_review(folder), document, report, who, file=file)
    click.echo(
        f"'{name}' is the text of '{names.title}', noted as event {entry.seq}; living-review refresh lets it count"
    )


@command.command()
@review_folder
@click.argument("event", type=int)
@who("Who says so.")
def unlink(folder: Path, event: int, who: str) -> None:
    """Take a link back; EVENT is its number in the log. What names and texts say holds again."""
    from tasks.review.rule_links import undo_link
    from warehouse.review import open_review

    entry = undo_link(open_review(folder), event, who)
    click.echo(f"link {event} is taken back, noted as event {entry.seq}; living-review refresh lets it count")


@command.command()
@review_folder
@click.argument("report", metavar="REPORT")
@who("Who has coded it: one of [coding] coders.", "--coder")
@click.option("--undo", is_flag=True, help="Take it back; REPORT is then its number in the log.")
def done(folder: Path, report: str, *, who: str, undo: bool) -> None:
    """Declare that a coder has coded all of REPORT that is to be coded: what is not coded is a result from then on.

    REPORT is the report's id, or a record's id, accession, DOI or PMID. The view coding_plan has who codes what by [coding] of
    review.toml, and what is done. It counts from the next update or refresh on.
    """
    from tasks.review.judge_codings import declare_done, undo_done
    from warehouse.review import open_review

    review = open_review(folder)
    if undo:
        if not report.isdigit():
            raise click.UsageError("--undo takes the declaration's number in the log, which 'coding done' printed")
        entry = undo_done(review, int(report), who)
        click.echo(
            f"declaration {report} is taken back, noted as event {entry.seq}; living-review refresh lets it count"
        )
        return
    entry, names = declare_done(review, report, who)
    click.echo(
        f"'{names.title}': coded by {entry.actor}, noted as event {entry.seq}; living-review refresh lets it count"
    )


@command.command()
@review_folder
@click.option("--document", "documents", multiple=True, help="Only this document, by name or id (may be repeated).")
@click.option("--code", "codes", multiple=True, help="Only this code, by path, name or id (may be repeated).")
@click.option(
    "--pair", "pairs", multiple=True, nargs=2, metavar="CODER CODER", help="Only these two coders (may be repeated)."
)
@click.option(
    "--coefficient",
    "coefficients",
    type=click.Choice(COEFFICIENTS),
    metavar="COEFFICIENT",
    multiple=True,
    help=f"Only this (may be repeated): {', '.join(COEFFICIENTS)}. Default: all; on a terminal matched segments and Jaccard.",
)
@click.option(
    "--format",
    "shape",
    type=click.Choice(FORMATS),
    help="How rows are written. Default: by --out's ending, else table.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all rows to this file (.csv, .json, .parquet, .xlsx).",
)
@click.option(
    "--all",
    "whole",
    is_flag=True,
    help=f"Show all on a terminal, not the first {SHOWN} rows of the first coefficients.",
)
@as_of_option
def agreement(
    folder: Path,
    documents: tuple[str, ...],
    codes: tuple[str, ...],
    pairs: tuple[tuple[str, str], ...],
    coefficients: tuple[str, ...],
    *,
    shape: str | None,
    out: Path | None,
    whole: bool,
    as_of: str | None,
) -> None:
    """How far two coders agree in the documents of the review in DIR that both coded: one row a coefficient, code, document
    and pair, with what its denominator counts.

    First come the segments of each that the other coded too (at least half of one, under the same code) and Jaccard, what both
    coded of what either did; then, by character, the share agreed and what is corrected for chance: Cohen's kappa (as NVivo has
    it; kappa-coded over the text that either coded), Krippendorff's alpha, Brennan-Prediger and AC1. The text that nobody coded
    raises these. Subject 'position' asks where segments lie, whatever their codes; 'choice of code' which codes they bear.

    Over several documents each has a 95% interval (1,000 samples of the documents, by a fixed seed); of one there is none.
    """
    from flows.rows import choose_format, print_frame
    from flows.terminal import terminal_width
    from tasks.review.as_of import open_warehouse_as_of
    from tasks.review.coding_agreement import measure_agreement
    from warehouse.review import open_review

    shape = choose_format(shape, out)
    shown = not out and shape == "table"
    if shown and not whole and terminal_width() is not None:
        coefficients = coefficients or FIRST
    with open_warehouse_as_of(open_review(folder), as_of) as con:
        found = measure_agreement(con, documents=documents, codes=codes, pairs=pairs, coefficients=coefficients)
    print_frame(found.rows.drop("document_id", "code_id") if shown else found.rows, shape, out, whole=whole)
    for warning in found.warnings:
        click.echo(f"warning: {warning}", err=True)


@command.command()
@review_folder
@click.option("--open", "open_", is_flag=True, help="Only those that are not settled.")
@as_of_option
@rows_options
def differences(
    folder: Path, *, open_: bool, shape: str | None, out: Path | None, whole: bool, as_of: str | None
) -> None:
    """Where two coders of a document of the review in DIR differ, side by side, and what was settled.

    They differ where a segment of one is not coded, by half at least, under the same code by the other.
    """
    from flows.rows import print_frame
    from tasks.review.as_of import open_warehouse_as_of
    from tasks.review.judge_codings import list_settled
    from warehouse.review import open_review

    review = open_review(folder)
    with open_warehouse_as_of(review, as_of) as con:
        frame = con.sql(_DIFFERENCES).pl()
    if open_ and as_of is not None:
        frame = frame.filter(frame["choice"].is_null())
    elif open_:
        frame = frame.remove(frame["difference_id"].is_in(list_settled(review)))
    print_frame(frame, shape, out, whole=whole)


@command.command()
@review_folder
@click.argument("difference", metavar="DIFFERENCE")
@click.option(
    "--choice",
    type=click.Choice(CHOICES),
    help="What counts: what the first coded, the second, both, neither, or a new one.",
)
@click.option("--reason", default="", help="Why.")
@click.option("--code", "codes", multiple=True, help="With --choice new: a code that counts, by path, name or id.")
@click.option("--start", type=int, help="With --choice new: where the segment starts (characters from 0).")
@click.option("--end", type=int, help="With --choice new: where it ends, exclusive.")
@who("Who settles.")
@click.option("--undo", is_flag=True, help="Take a settlement back; DIFFERENCE is then its number in the log.")
def settle(
    folder: Path,
    difference: str,
    *,
    choice: str | None,
    reason: str,
    codes: tuple[str, ...],
    start: int | None,
    end: int | None,
    who: str,
    undo: bool,
) -> None:
    """Settle a DIFFERENCE between two coders (coding differences lists them). It counts from the next update or refresh on.

    The coders' own codings stay as they are; the view coding_final, of which themes and tables are made, has what was settled.
    """
    from tasks.review.judge_codings import settle_difference, undo_settlement
    from warehouse.review import open_review

    review = open_review(folder)
    if undo:
        if not difference.isdigit():
            raise click.UsageError("--undo takes the settlement's number in the log, which 'coding settle' printed")
        entry = undo_settlement(review, int(difference), who)
        click.echo(
            f"settlement {difference} is taken back, noted as event {entry.seq}; living-review refresh lets it count"
        )
        return
    if not choice:
        raise click.UsageError(f"a settlement needs --choice: {', '.join(CHOICES)}")
    entry = settle_difference(review, difference, choice, who, reason=reason, codes=codes, span=(start, end))
    click.echo(
        f"{difference}: {choice}, by {entry.actor}, noted as event {entry.seq}; living-review refresh lets it count"
    )


_DIFFERENCES = """
SELECT d.difference_id, t.name AS document, d.coder_a, array_to_string(d.codes_a, '; ') AS codes_a, d.coder_b,
    array_to_string(d.codes_b, '; ') AS codes_b, d.quote, d.choice, d.reason, d.settled_by, d.start_char, d.end_char
FROM coding_difference AS d
JOIN (SELECT document_id, name FROM document) AS t USING (document_id)
ORDER BY t.name, d.start_char, d.coder_a, d.coder_b
"""
_IMPORTS = """
SELECT other_file, replaces, element, coder, kept, changed, gone, added
FROM coding_import
WHERE arrival_id = (SELECT max(arrival_id) FROM core.arrival WHERE file_name = ? AND counts)
ORDER BY replaces DESC, other_file, element, coder
"""
_LINKED = """
SELECT count(DISTINCT d.document_id) FILTER (t.report_id IS NOT NULL), count(DISTINCT d.document_id)
FROM core.document AS d
LEFT JOIN core.element_identity AS i ON i.arrival_id = d.arrival_id AND i.element = 'document' AND i.id = d.document_id
LEFT JOIN main.document AS t ON t.document_id = i.known_as  -- a table's may be a full text, which is linked
WHERE d.arrival_id = (SELECT max(arrival_id) FROM core.arrival WHERE file_name = ? AND counts)
"""


def _table(title: str, rows: Sequence[tuple[str, int]]) -> None:
    click.echo(f"{title}:" if rows else f"{title}: nothing")
    for entry, n in rows:
        click.echo(f"  {n:>7,}  {entry}")
