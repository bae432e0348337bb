"""living-review init."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="NAME",
    help="A source, e.g. medline; again for each. Its folder is exports/NAME.",
)
@click.option("--title", default="Title of the review", help="The review's title.")
def command(folder: Path, sources: tuple[str, ...], title: str) -> None:
    """A new review in DIR: a commented review.toml, and the drop folders for exports, decisions and codings."""
    from shlex import quote

    from schemas.errors import UserError
    from schemas.protocol import read_protocol
    from warehouse.sharing import set_permissions_of_new_files
    from warehouse.template import format_template

    target = folder / "review.toml"
    if target.exists():
        raise UserError("is there already; it is left as it is", path=target)
    names = sources or ("medline", "embase", "cinahl")
    text = format_template(title, names)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        set_permissions_of_new_files(folder)
        for name in names:
            (folder / "exports" / name).mkdir(parents=True, exist_ok=True)
        for name in (
            "decisions/title-abstract",
            "decisions/full-text",
            "decisions/retrieval",
            "coding",
            "documents",
            "extraction",
            "appraisal",
            "method",
        ):
            (folder / name).mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror}", path=folder) from None
    read_protocol(target)
    click.echo(
        f"{target}: fill it in, put exports into {folder}/exports/<source>/, then: living-review update {quote(str(folder))}"
    )
