"""The command line. Each command is a module of flows/commands, imported when it is called, so that --help is quick."""

from __future__ import annotations

import atexit
import errno
import os
import sys
from importlib import import_module
from typing import Any

import click

from flows.arguments import Group
from flows.interrupt import STOPPED, interruptible, print_stopped
from schemas.errors import UserError

#: Command → what it does, in the order of --help. The module is flows/commands/<name>, '-' as '_'.
COMMANDS = {
    "demo": "The worked example, whole, offline; prints where to look.",
    "init": "A new review from a commented template.",
    "update": "One living update: search, load, deduplicate, screen, synthesise, publish.",
    "refresh": "Take in decisions, codings and sheets, and publish; nothing is searched.",
    "schedule": "Serve the review's updates on its cron (Prefect).",
    "automations": "What Prefect's server does about runs that died, failed or are late: apply, list, remove.",
    "status": "How current the review is, what waits for whom, what is broken.",
    "evidence": "Say whether the new evidence is likely to change the conclusions.",
    "sql": "Query the published warehouse, read-only.",
    "prisma": "The PRISMA 2020 flow diagram, of today or of a past version.",
    "site": "The site for readers: static pages of what is published.",
    "release": "A version as a folder to keep and pass on, with checksums: written, listed, compared, checked.",
    "sources": "What each source brought: hits, unique and included reports, overlap.",
    "prisma-s": "The searches reported by PRISMA-S, and what is missing.",
    "checklist": "Reporting checklists (ENTREQ, eMERGe, PRISMA-S, PRISMA-LSR), filled in; what is for people to say.",
    "known-items": "Check that the searches found a list of known studies.",
    "rebuild": "Derive the warehouse again from the log.",
    "verify": "Check log, snapshots, warehouse, copies and releases; say what to restore.",
    "backup": "Back up a review into one file, while people work and updates run.",
    "restore": "Restore a review from its backup into a new folder.",
    "deliveries": "What arrived and what came of it; withdraw, restore, assign, rename.",
    "screen": "The page on which the team screens, settles conflicts and rules on duplicates.",
    "code": "The same page, where coders come to the texts first.",
    "people": "Who may log in to the page: list, add, remove, link.",
    "queue": "Open work, best candidates first: as a table, or as a file for a screening tool.",
    "decide": "Note one screening decision in the ledger, or take it back.",
    "comment": "Note a comment on a report, or read the comments on it.",
    "correct": "Put a field of a record right, or complete it; what came in stays.",
    "conflicts": "The reports whose votes differ, with the votes.",
    "list": "The reports by place, stage and reviewer; to CSV, Excel, RIS or BibTeX.",
    "agreement": "How far reviewers agree, with intervals; what single exclusions may have missed.",
    "team": "Who screens, at which stages, from when to when.",
    "explain": "Why a report is one report: each pair, its score, what spoke for and against.",
    "duplicates": "The pairs that wait for a ruling; rule on them, or take a ruling back.",
    "studies": "Reports that may be of one study; rule on them, or take a ruling back.",
    "documents": "Full texts of reports (PDF, DOCX, TXT): in, linked, their results sections.",
    "coding": "Codings (REFI-QDA): in, out, by plan; agreement, differences, settled or not.",
    "segments": "Whose words coded segments have: participants' or authors', and who speaks.",
    "themes": "Themes, findings and confidence: out and in, tables 1 to 3, subgroups, drift.",
    "method": "What framework, best-fit, meta-ethnography and meta-aggregation ask for: form, in, gaps.",
    "extraction": "The form of study characteristics, out and in (Excel); Table 1, and what extractors differ on.",
    "appraisal": "Critical appraisal: the form, out and in (Excel); Table 2, traffic lights and bars.",
    "dictionary": "The data dictionary: every table and column.",
    "parse": "Any export to one normalised record a line; needs no review.",
    "dedupe": "Records to clusters of duplicates; needs no review.",
    "simulate": "Screen a labelled set again in the order of the model, and measure what it saves; needs no review.",
}


#: What a disk says that has no room, or is broken, while a file is written that was opened before.
_DISK = (errno.ENOSPC, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC))


class _StoppedError(Exception):
    """An interrupt on its way through click."""


class Lazy(Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command's object, `command` in its module."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"flows.commands.{cmd_name.replace('-', '_')}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """The command. An interrupt passes click, which would print an empty line and forget what it was."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            raise _StoppedError from interrupt

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="living-review", message="%(prog)s %(version)s")
def command() -> None:
    """Living systematic reviews: searched, screened, coded and published again and again, with counts that add up.

    DIR is a review's folder: this one, if it is left out.

    Exit codes: 0 done; 1 done, but a file was not loaded whole, or something needs somebody (it is said on standard error);
    2 wrong use, or a file or setting that is yours to mend; 3 the numbers look wrong beside the last version, and nothing is published.
    """


def _silence() -> None:
    """Nothing more on standard error: Prefect keeps what a failed flow held, and DuckDB lists it when Python ends."""
    sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def main() -> None:
    """The entry point: a user's mistake is one line and an exit code, never a traceback; an interrupt is one line too."""
    try:
        with interruptible():
            _run()
    except KeyboardInterrupt:
        print_stopped()
        sys.exit(STOPPED)


def _run() -> None:
    """The command; how it failed is said and becomes an exit code."""
    try:
        command.main(prog_name="living-review", standalone_mode=False)
    except UserError as error:
        _print_message(str(error))
        atexit.register(_silence)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except (click.Abort, _StoppedError):
        raise KeyboardInterrupt from None
    except Exception as error:
        if isinstance(error, OSError) and (error.filename is not None or error.errno in _DISK):
            _print_message(f"{error.filename}: {error.strerror}" if error.filename else f"{error.strerror}")
            sys.exit(2)
        from flows.prefect_home import explain_server_error

        prefect_error = explain_server_error(error)
        if prefect_error is None:
            raise
        _print_message(str(prefect_error))
        sys.exit(prefect_error.exit_code)


def _print_message(text: str) -> None:
    """One line on standard error under the program's name."""
    from flows.terminal import print_error

    print_error(f"{click.style('living-review', fg='red')}: {text}")
