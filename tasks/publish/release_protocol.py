"""The protocol as a release shows it: without where the team's mailbox and folders are, which is the team's own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from schemas.protocol import Protocol

WITHHELD = "withheld"


def withhold_places(text: str, protocol: Protocol) -> str:
    """The text of a review.toml with the mailbox's host and user, and the addresses of sources' folders, replaced.

    Where they are written so that they cannot be found (with escapes), all of the text is left out.
    """
    for key, value, shown in _places(protocol):
        written = rf"""(\b{key}["']?\s*=\s*)(\"{{3}}|'{{3}}|["']){re.escape(value)}\2"""
        text = re.sub(written, rf'\g<1>"{shown}"', text)
    left = Protocol.model_validate(tomllib.loads(text))
    if any(value != shown for _, value, shown in _places(left)):
        return "# The protocol holds addresses that could not be left out of it.\n"
    return text


def _places(protocol: Protocol) -> Iterator[tuple[str, str, str]]:
    """Each key with its value, and what is shown for it, which the protocol allows as well."""
    if protocol.mailbox:
        yield "host", protocol.mailbox.host, WITHHELD
        yield "user", protocol.mailbox.user, WITHHELD
    for source in protocol.source:
        if source.folder:
            yield "folder", source.folder, f"{source.folder.partition('://')[0]}://{WITHHELD}"
