"""Ids of the parts of a QDA file, and the name of the software that wrote it.

A UUID means the same in every file, so documents and codes with one are named after it, and copies of a project that two
coders worked on share them. Other ids ('c1') count within their file. Which parts of two files are one although their ids
differ, relate_projects.py finds. Codings are named by their content: document, code, coder and span.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field

_TOOLS = (
    "nvivo",
    "atlas.ti",
    "maxqda",
    "quirkos",
    "dedoose",
    "f4analyse",
    "qualcoder",
    "taguette",
    "transana",
    "qda miner",
)
#: How the origin of a project that this program wrote begins.
OWN = "Living Review"
_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")


def is_own(origin: str | None) -> bool:
    """Whether this program wrote the file: how it counts positions is then known, and not guessed."""
    return (origin or "").casefold().startswith(OWN.casefold())


def tool_of(origin: str | None) -> str:
    """The software's name without its version and platform: 'NVivo for Mac 15.0.0' is nvivo."""
    text = (origin or "").casefold()
    if is_own(origin) and " for " in text:  # what we exported counts as the tool that it was meant for
        text = text.rsplit(" for ", 1)[1]
    for tool in _TOOLS:
        if text.startswith(tool):
            return tool
    return re.split(r"[\s/\d]", text.strip(), maxsplit=1)[0] or "unknown"


def digest(prefix: str, *parts: object) -> str:
    """The prefix and 16 hex digits of SHA-256 over the parts."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return f"{prefix}_{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def is_universal(guid: str) -> bool:
    """Whether an id is a UUID: the same one in two files then means the same thing. Others count within their file."""
    return _UUID.fullmatch(guid) is not None


@dataclass
class Ids:
    """Names the parts of one file. What would get the same name twice is numbered in the order of the file.

    `file_key`: what tells this file from others, such as a hash of it.
    """

    file_key: str
    _seen: Counter[str] = field(default_factory=Counter)

    def document(self, guid: str, name: str) -> str:
        """A document's."""
        return self._unique_id("doc", *self._identity_of(guid, name))

    def code(self, guid: str, path: str) -> str:
        """A code's."""
        return self._unique_id("cod", *self._identity_of(guid, path))

    def coding(self, *identity: object) -> str:
        """A coding's id, over its content."""
        return self._unique_id("cdg", *identity)

    def memo(self, guid: str, name: str, on: str) -> str:
        """A memo's, over what it is on."""
        return self._unique_id("mem", *self._identity_of(guid, name), on)

    def _identity_of(self, guid: str, name: str) -> tuple[str, ...]:
        return (guid,) if is_universal(guid) else (self.file_key, guid or name)

    def _unique_id(self, prefix: str, *parts: object) -> str:
        new_id = digest(prefix, *parts)
        self._seen[new_id] += 1
        return new_id if self._seen[new_id] == 1 else digest(prefix, *parts, self._seen[new_id])
