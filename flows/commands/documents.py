"""living-review documents: add, list, link, unlink, results."""

from __future__ import annotations

from pathlib import Path

import click

from flows.arguments import ReviewGroup, as_of_option, review_folder, who
from flows.commands.coding import link, unlink
from flows.rows import rows_options


@click.group(cls=ReviewGroup, default="list")
def command() -> None:
    """Full texts of reports: PDF, DOCX or TXT, each linked to its report, with its pages and its results section.

    They may also be put into the folder documents/ of the review; the next update takes them in.
    """


@command.command()
@click.argument("words", type=click.Path(path_type=Path), metavar="[DIR] FILE…", nargs=-1, required=True)
@click.option(
    "--replaces", default="", metavar="FILE", help="FILE… is a newer state of this one, whose codings it takes over."
)
@click.option(
    "--report", default="", metavar="REPORT", help="The report that FILE… is the text of, where it does not say so."
)
@who("Who hands them over.")
def add(words: tuple[Path, ...], *, replaces: str, report: str, who: str) -> None:
    """Bring full texts into the review in DIR; of a folder all that lies in it.

    Which report a text is of, its DOI, PMID or title say, at its beginning or in the file's name (as Zotero and EndNote name
    files); where these lead to two reports or to none, documents link says it. A file of the same name that holds another state of
    the same text takes the old one's place, and codings go over by their quotes (the view coding_place). Exits with 1 where a file
    could not be taken.
    """
    from flows.run_here import run_here
    from flows.terminal import print_problems
    from schemas.errors import UserError
    from schemas.words import counted
    from tasks.review.add_documents import add_documents
    from warehouse.review import open_review

    named = (words[0] / "review.toml").is_file()  # click takes one run of words of any length
    review, files = open_review(words[0] if named else Path()), words[1:] if named else words
    if not files:
        raise click.UsageError("Missing argument 'FILE…'.")
    paths = [inner for path in files for inner in (sorted(path.iterdir()) if path.is_dir() else [path])]
    paths = [path for path in paths if path in files or (path.is_file() and not path.name.startswith("."))]
    for path in paths:
        if not path.is_file():
            raise UserError("there is no such file", path=path)
    added, problems, result = run_here(
        "adding full texts", lambda steps: add_documents(review, paths, steps, who, replaces=replaces, report=report)
    )
    print_problems(problems)
    for document in added:
        if document.same_as:
            click.echo(f"{document.file}: the same as {document.same_as}, which counts once")
        if not document.itself:
            click.echo(f"{document.file}: {document.name} has taken its place")
            continue
        size = "no text" if document.characters is None else counted(document.characters, "character")
        pages = "" if document.pages is None else f", {counted(document.pages, 'page')}"
        of = f"'{document.title}'" if document.report_id else "linked to no report yet: living-review documents link"
        more = " (in place of the one before)" if document.replaced else ""
        more += f"; beside {counted(document.others, 'other text')} of it" if document.others > 0 else ""
        click.echo(f"{document.name}: {size}{pages}: {of}{more}")
    if result is not None and result.published is not None:
        click.echo(
            f"{counted(len(added), 'full text')} of {counted(len(paths), 'file')}; published as version {result.published.version}"
        )
    raise SystemExit(1 if any(problem.severity == "error" for problem in problems) else 0)


@command.command("list")
@review_folder
@as_of_option
@rows_options
def list_(folder: Path, *, shape: str | None, out: Path | None, whole: bool, as_of: str | None) -> None:
    """The documents of the review in DIR, each with its report, its length, and how many codings it bears."""
    from flows.rows import choose_format, print_frame
    from tasks.review.as_of import open_warehouse_as_of
    from warehouse.review import open_review

    with open_warehouse_as_of(open_review(folder), as_of) as con:
        print_frame(con.sql(_DOCUMENTS).pl(), choose_format(shape, out), out, whole=whole)


command.add_command(link)
command.add_command(unlink)


@command.command()
@review_folder
@click.argument("document", metavar="DOCUMENT")
@click.option("--from", "first", default="", metavar="WORDS", help="The first words of the section.")
@click.option("--to", "last", default="", metavar="WORDS", help="The last words of the section.")
@click.option("--start", type=int, help="In place of --from: where it starts (characters from 0).")
@click.option("--end", type=int, help="In place of --to: where it ends, exclusive.")
@click.option("--undo", is_flag=True, help="Take a statement back; DOCUMENT is then its number in the log.")
@who("Who says so.")
def results(
    folder: Path, document: str, *, first: str, last: str, start: int | None, end: int | None, undo: bool, who: str
) -> None:
    """Say where the results section of DOCUMENT (its name or id) is, where its headings suggest none, or another.

    The view document_section has it for every text, and coding_coverage how much of it each coder coded.
    """
    from tasks.review.describe_texts import mark_results, undo_description
    from warehouse.review import open_review

    review = open_review(folder)
    if undo:
        if not document.isdigit():
            raise click.UsageError("--undo takes the statement's number in the log, which 'documents results' printed")
        entry = undo_description(review, int(document), who)
        click.echo(f"event {document} is taken back, noted as event {entry.seq}; living-review refresh lets it count")
        return
    entry, name = mark_results(review, document, who, span=(start, end), words=(first, last))
    span = f"{entry.event.start_char} to {entry.event.end_char}"  # type: ignore[union-attr]  # it is that event
    click.echo(f"{name}: results from {span}, noted as event {entry.seq}; living-review refresh lets it count")


_DOCUMENTS = """
SELECT d.document_id, d.name, coalesce(f.format, 'project') AS kind, length(d.text) AS characters, f.pages,
    f.pages_without_text AS scanned, count(g.coding_id) AS codings,
    count(g.coding_id) FILTER (g.start_char IS NULL) AS without_place, r.title AS report
FROM document AS d
LEFT JOIN document_file AS f USING (document_id) LEFT JOIN report AS r ON r.report_id = d.report_id
LEFT JOIN coding AS g ON g.document_id = d.document_id
GROUP BY ALL ORDER BY d.name, d.document_id
"""
