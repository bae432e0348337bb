"""What commands share in how they are called: DIR, the review's folder, first and optional by one rule; --quiet; groups.

Commands import it at once, so it imports nothing that is heavy.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from schemas.words import did_you_mean


class FolderArgument(click.Argument):
    """DIR: the first word, where there is one more than the command needs; else the folder the user is in.

    So it may be left out before any words that a command needs, and commands that need none take it alone. Where the first
    needed word is a folder that exists, it is taken for DIR, and the needed word is what is missing.
    """

    def __init__(self, names: list[str], *, default: Path = Path(), **attrs: Any) -> None:
        super().__init__(names, nargs=-1, metavar="[DIR]", type=click.Path(path_type=Path), **attrs)
        self.left_out = default

    def consume_value(self, ctx: click.Context, opts: Mapping[str, Any]) -> Any:
        """The words before those that the command needs. Raises UsageError for more than one."""
        words, source = super().consume_value(ctx, opts)
        value_given = words if isinstance(words, tuple) else ()
        needed = [p for p in ctx.command.params if isinstance(p, click.Argument) and p is not self]
        if not value_given and needed:
            first = opts.get(needed[0].name or "")
            if isinstance(first, str) and _is_folder(first):
                raise click.MissingParameter(ctx=ctx, param=needed[0])
        if len(value_given) > 1:
            names = " ".join(p.make_metavar(ctx) for p in (self, *needed))
            raise click.UsageError(f"These are too many words; give {names}. What holds blanks goes in quotes.", ctx)
        return words, source

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """The folder as a path."""
        words = super().process_value(ctx, value)
        return words[0] if words else self.left_out


def review_folder(function: Any) -> Any:
    """The argument `folder`: [DIR], the review's folder, this one where it is left out. To stand before other arguments."""
    return click.argument("folder", cls=FolderArgument)(function)


def quiet(function: click.decorators.FC) -> click.decorators.FC:
    """The option --quiet: nothing on standard error but what went wrong. For commands that print while they work."""

    def hush(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
        if wanted:
            from flows.terminal import console

            console.quiet = True
            ctx.call_on_close(lambda: setattr(console, "quiet", False))

    return click.option(
        "--quiet", "-q", is_flag=True, expose_value=False, callback=hush, help="Print nothing but what went wrong."
    )(function)


def as_of_option(function: click.decorators.FC) -> click.decorators.FC:
    """The option --as-of (`as_of`), for tasks/review/as_of.open_warehouse_as_of: of every command that prints what is published."""
    return click.option(
        "--as-of",
        metavar="WHEN",
        help="As it was: at a version (its number), on a day, or at a time (2026-10-31, 2026-10-31T12:00, UTC).",
    )(function)


def login() -> str:
    """The name of whoever runs the command: the login's; of a user without a name (in a container) the number's."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return f"user {os.getuid()}"


class Option(click.Option):
    """An option that old names lead to as well, which no help shows: `formerly=("--reviewer",)`."""

    def __init__(self, *args: Any, formerly: tuple[str, ...] = (), **attrs: Any) -> None:
        super().__init__(*args, **attrs)
        self.formerly = formerly

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Adds the option, and its old names for the same value."""
        super().add_to_parser(parser, ctx)
        for name in self.formerly:
            parser.add_option(obj=self, opts=(name,), dest=self.name, action="store", nargs=self.nargs)


def who(does: str, *formerly: str) -> Callable[[click.decorators.FC], click.decorators.FC]:
    """The option --who: the name of whoever says or decides something, the login's where it is left out."""
    return click.option(
        "--who", cls=Option, formerly=formerly, metavar="NAME", default=login, show_default="your login", help=does
    )


class Group(click.Group):
    """Commands under one name. A wrong name gets those that are close."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command. Raises UsageError for a name that is none."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            meant = did_you_mean(args[0], self.list_commands(ctx))
            raise click.UsageError(f"No such command '{args[0]}'." + (f" {meant.capitalize()}" if meant else ""), ctx)
        return super().resolve_command(ctx, args)


class ReviewGroup(Group):
    """Commands on one review, which DIR may stand before as well as behind: `DIR withdraw ID` is `withdraw DIR ID`.

    With `default`, what names no command goes to that one: `deliveries DIR` is `deliveries list DIR`.
    """

    def __init__(self, *args: Any, default: str | None = None, **attrs: Any) -> None:
        super().__init__(*args, **attrs)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts the command first."""
        names = self.list_commands(ctx)
        first = args[0] if args else ""
        if first not in (*names, *ctx.help_option_names):
            second = args[1] if args[1:] else ""
            wrong = _is_folder(first) and not second.startswith("-") and did_you_mean(second, names)
            if (second in names or wrong) and not first.startswith("-"):
                args = [args[1], first, *args[2:]]
            elif self.default and (first.startswith("-") or _is_folder(first) or not did_you_mean(first, names)):
                args = [self.default, *args]
            elif _is_folder(first) and not second:
                raise click.UsageError(f"Missing command, one of: {', '.join(names)}.", ctx)
        return super().parse_args(ctx, args)


def _is_folder(word: str) -> bool:
    try:
        return Path(word).is_dir()
    except OSError:  # longer than a name can be
        return False


_PAGE_OPTIONS = (
    review_folder,
    click.option(
        "--host",
        default="127.0.0.1",
        show_default=True,
        help="Where to listen: this machine alone, unless told otherwise.",
    ),
    click.option(
        "--port", default=8350, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 takes a free one."
    ),
    click.option(
        "--address",
        metavar="URL",
        help="How browsers reach the page, where something stands before it: https://screen.example.org. Links and cookies go by it.",
    ),
)


def page_options(function: Callable[..., None]) -> Callable[..., None]:
    """What every command that starts the page takes."""
    for option in reversed(_PAGE_OPTIONS):
        function = option(function)
    return function
