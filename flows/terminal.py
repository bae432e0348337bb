"""What commands print while they work and when they end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console

from schemas.problem import Problem

console = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def talking(doing: str) -> Iterator[None]:
    """Prints each line that a run says, below a spinner where there is a terminal."""
    from flows import say

    say.listeners.append(lambda line: console.print(f"  {line}", markup=False))
    try:
        with console.status(doing):
            yield
    finally:
        say.listeners.pop()


def print_problems(problems: Sequence[Problem]) -> None:
    """One line each on standard error, errors first."""
    for problem in sorted(problems, key=lambda p: p.severity):
        click.echo(f"{problem.severity}: {str(problem).removeprefix(': ')}", err=True)
