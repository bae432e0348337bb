"""What commands print while they work and when they end; where it is a terminal, and what may go to one."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, NoReturn

import click
from rich.console import Console

if TYPE_CHECKING:
    from schemas.problem import Problem
    from tasks.review.update import UpdateResult
    from warehouse.review import Review

console = Console(stderr=True, highlight=False, soft_wrap=True)
_SEVERITY = {"error": "red", "warning": "yellow"}


@contextmanager
def show_progress(doing: str) -> Iterator[None]:
    """Says what is being done, at once, before what is heavy is imported; then a spinner where there is a terminal."""
    console.print(f"{doing} …", markup=False)
    with console.status(doing):
        yield


def print_line(line: str) -> None:
    """One line of a run."""
    console.print(f"  {line}", markup=False)


def print_problems(problems: Sequence[Problem]) -> None:
    """One line each on standard error, errors first."""
    for problem in sorted(problems, key=lambda p: p.severity):
        severity = click.style(problem.severity, fg=_SEVERITY[problem.severity])
        print_error(f"{severity}: {str(problem).removeprefix(': ')}")


def print_rows(text: str) -> None:
    """Text on standard output as it is. click would take out of it what looks like a colour, also where it is a value."""
    click.echo(text, nl=False, color=True)


def print_error(text: str) -> None:
    """Text on standard error, its colours only where they are shown."""
    click.echo(text, err=True, color=is_coloured(sys.stderr))


def is_terminal(stream: IO[str]) -> bool:
    """Whether somebody sits before it; a stream that was closed is none."""
    return not stream.closed and stream.isatty()


def is_coloured(stream: IO[str]) -> bool:
    """Whether it shows colours: a terminal that can, of a user who wants it (https://no-color.org)."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def terminal_width() -> int | None:
    """Columns of the terminal that standard output is; None where it is none, and nothing needs to fit."""
    return shutil.get_terminal_size((80, 24)).columns if is_terminal(sys.stdout) else None


def cut_to_terminal(text: str, indent: int) -> str:
    """Text that stands after `indent` columns of a line, cut to the terminal, with how much is hidden; whole where there is none."""
    from tasks.publish.tables import cut_text

    width = terminal_width()
    return text if width is None else cut_text(text, max(width - indent, 20))


def refuse_binary_on_terminal(content: str) -> None:
    """Raises UsageError where standard output is a terminal, which `what`, bytes that are no text, would upset."""
    if is_terminal(sys.stdout):
        raise click.UsageError(f"{content} is not for a terminal; give --out FILE, or send it on with | or >")


def print_outcome_and_exit(review: Review, updated: UpdateResult) -> NoReturn:
    """Prints what a run came to, and ends the command: with 1 where something needs somebody."""
    print_problems(updated.problems)
    if updated.published:
        from tasks.review.summary import summarise_update

        console.print(summarise_update(review, updated), markup=False)
    raise SystemExit(1 if updated.errors else 0)
