"""What commands print while they work and when they end; where it is a terminal, and what may go to one."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import IO, TYPE_CHECKING, NoReturn

import click
from rich.console import Console

if TYPE_CHECKING:
    from schemas.problem import Problem
    from tasks.review.update import UpdateResult
    from warehouse.review import Review

console = Console(stderr=True, highlight=False, soft_wrap=True)
_SEVERITY = {"error": "red", "warning": "yellow"}
_ALIKE = 5
_VALUES = re.compile(r"'[^']*'|\d+|\b(?:rep_|r)[0-9a-f]{20}\b")
"""What may differ between two lines that say the same: quoted values, numbers, ids."""


@contextmanager
def show_progress(doing: str) -> Iterator[None]:
    """Says what is being done, at once, before what is heavy is imported; then a spinner where there is a terminal."""
    console.print(f"{doing} …", markup=False)
    with console.status(doing):
        yield


@contextmanager
def show_share(doing: str) -> Iterator[Callable[[float], None]]:
    """As `show_progress`, for work that knows how far it is: yields what is told the share that is done, from 0 to 1. Where there is no
    terminal, a line a minute."""
    console.print(f"{doing} …", markup=False)
    printed = monotonic()
    with console.status(doing) as status:

        def tell(share: float) -> None:
            nonlocal printed
            status.update(f"{doing}: {share:.0%}")
            if not console.is_terminal and monotonic() - printed > 60:
                printed = monotonic()
                print_line(f"{share:.0%}")

        yield tell


def print_line(line: str) -> None:
    """One line of a run."""
    console.print(f"  {line}", markup=False)


def print_problems(problems: Sequence[Problem]) -> None:
    """One line each on standard error, errors first. A terminal is shown the first few of a file that say the same of other values,
    and how many more there are, so that hundreds of one kind do not hide what else is wrong."""
    alike: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in sorted(problems, key=lambda p: p.severity):
        alike.setdefault((problem.severity, problem.name, _VALUES.sub("", problem.message)), []).append(problem)
    for (severity, name, _), told in alike.items():
        shown = told[:_ALIKE] if is_terminal(sys.stderr) and len(told) > _ALIKE + 1 else told
        styled = click.style(severity, fg=_SEVERITY[severity])
        for problem in shown:
            print_error(f"{styled}: {str(problem).removeprefix(': ')}")
        if len(shown) < len(told):
            where = f" of {name}" if name else ""
            print_error(f"{styled}: … and {len(told) - len(shown):,} more like it{where} (2> FILE keeps all)")


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


def wrap_to_terminal(text: str, indent: int = 0, stream: IO[str] | None = None) -> str:
    """Text that fits the terminal that `stream` (standard output) is: broken between words, and `indent` columns in from the second
    line on; as it is where there is none."""
    from tasks.publish.tables import wrap_text

    if not is_terminal(stream or sys.stdout):
        return text
    width = shutil.get_terminal_size((80, 24)).columns
    lines = []
    for line in text.split("\n"):
        first, *others = wrap_text(line, width)
        rest = wrap_text(" ".join(others), max(width - indent, 20)) if others else []
        lines += [first, *(" " * indent + part for part in rest)]
    return "\n".join(lines)


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
