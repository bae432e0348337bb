"""What commands print while they work and when they end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import click
from rich.console import Console

from schemas.problem import Problem

if TYPE_CHECKING:
    from tasks.review.update import Updated
    from warehouse.review import Review

console = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def talking(doing: str) -> Iterator[None]:
    """Prints each line that a run says, below a spinner where there is a terminal."""
    from flows.update import listeners

    listeners.append(print_line)
    try:
        with console.status(doing):
            yield
    finally:
        listeners.remove(print_line)


def print_line(line: str) -> None:
    """One line of a run."""
    console.print(f"  {line}", markup=False)


def print_problems(problems: Sequence[Problem]) -> None:
    """One line each on standard error, errors first."""
    for problem in sorted(problems, key=lambda p: p.severity):
        click.echo(f"{problem.severity}: {str(problem).removeprefix(': ')}", err=True)


def finish(review: Review, done: Updated) -> NoReturn:
    """Prints what a run came to, and ends the command: with 1 where something needs somebody."""
    print_problems(done.problems)
    if done.published:
        from tasks.review.summary import summary

        console.print(summary(review, done), markup=False)
    raise SystemExit(1 if done.errors else 0)
