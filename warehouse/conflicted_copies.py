"""Conflicted copies: what services that synchronise folders put beside a file that two computers changed at once.

In a drop folder such a copy is left alone and told, since it holds the same searches or votes again. Beside the ledger it can hold
what somebody decided on the other computer.
"""

from __future__ import annotations

import re
from pathlib import Path

from schemas.errors import UserError
from schemas.problem import Problem
from warehouse.log import Log

_WORDS = r"conflicted copy|in konflikt stehende kopie|copie en conflit|copia en conflicto|sfconflict"
_NAMES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<stem>.+?) ?\([^()]*(?:{_WORDS})[^()]*\)(?P<ending>.*)",  # Dropbox, Nextcloud, Seafile
        rf"(?P<stem>.+?)-[^-]*?(?:{_WORDS})[^.]*(?P<ending>(?:\.[^.]+)*)",
        r"(?P<stem>.+)\.sync-conflict-\d{8}-\d{6}(?:-\w+)?(?P<ending>.*)",  # Syncthing
        r"(?P<stem>.+)_conflict-\d{8}-\d{6}(?P<ending>.*)",  # ownCloud
        r"(?P<stem>.+)_[^_]+_\w{3}-\d{2}-\d{4,6}-\d{4}_(?:case)?conflict(?P<ending>.*)",  # Synology
    )
]


def find_original(name: str) -> str | None:
    """The name of the file that one of this name is a conflicted copy of; None where the name is no such copy's."""
    found = next((match for pattern in _NAMES if (match := pattern.fullmatch(name))), None)
    return found["stem"] + found["ending"] if found else None


def describe_copy(name: str, original: str) -> Problem:
    """What to say of a conflicted copy in a drop folder."""
    text = (
        f"is a conflicted copy of '{original}' that synchronising the folder left, and is left alone: keep in '{original}' what "
        "is right, and delete the copy (or give it a name of its own, if both are meant)"
    )
    return Problem(name, None, text)


def find_copies_beside_the_log(root: Path, log: Log) -> list[Problem]:
    """A line for each other ledger or protocol in the review's folder, with what a ledger holds that the review's own does not."""
    found = []
    for path in sorted(root.iterdir()):
        original = find_original(path.name)
        if original == "review.toml":
            found.append(
                Problem(path.name, None, "is a conflicted copy of review.toml, and is not read: compare the two")
            )
        elif path.is_file() and path.name.startswith("ledger") and path.name.endswith(".sqlite") and path != log.path:
            found.append(Problem(path.name, None, _compare(log, Log(path))))
    return found


def _compare(log: Log, other: Log) -> str:
    """What to say of another ledger beside the review's own."""
    known = {entry.hash for entry in log.entries()}
    try:
        more = [entry for entry in other.entries() if entry.hash not in known]
    except UserError as error:
        return f"lies beside ledger.sqlite, is not read, and {error.message}"
    if not more:
        return "lies beside ledger.sqlite and holds nothing that it does not: delete it"
    people = ", ".join(sorted({entry.actor for entry in more})[:5])
    what = "an event" if len(more) == 1 else f"{len(more):,} events"
    return (
        f"lies beside ledger.sqlite, is not read, and holds {what} from {more[0].at:%Y-%m-%d %H:%M} UTC on that it does not "
        f"(by {people}): two computers wrote at once; what was decided there has to be decided again here, then delete it"
    )
