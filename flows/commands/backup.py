"""living-review backup."""

from __future__ import annotations

import os
from pathlib import Path

import click

from flows.arguments import quiet, review_folder


@click.command()
@review_folder
@click.argument("file")
@quiet
def command(folder: Path, file: str) -> None:
    """Back up the review in DIR to FILE, or into the folder FILE under its name and the time; while people work and updates run.

    It holds review.toml, ledger, snapshots, what lies in the drop folders, releases, and who may log in to the page. What is derived is
    left out (restore derives it), and so are links, logins, hidden files and keys. It holds open votes: only its owner may read it.
    Exits with 1 where a file could not be read.
    """
    from shlex import quote

    from flows.terminal import print_problems, show_share
    from schemas.errors import UserError
    from schemas.words import counted
    from warehouse.review import open_review

    review = open_review(folder)
    if file.endswith(("/", os.sep)) and not Path(file).is_dir():  # a Path drops what says that a folder is meant
        raise UserError("there is no such folder", path=file, hint="make it first, or name a file in one that is there")
    with show_share(f"backing up {review.root.name}") as tell:
        from tasks.review.back_up import back_up

        made = back_up(review, Path(file), tell)
    print_problems(made.left_out)
    click.echo(
        f"{made.file}: {counted(made.files, 'file')}, {counted(made.size, 'byte')}, the log up to event {made.about.seq:,}; "
        f"to restore it: living-review restore {quote(str(made.file))} NEW_FOLDER"
    )
    raise SystemExit(1 if any(problem.severity == "error" for problem in made.left_out) else 0)
