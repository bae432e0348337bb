"""Ids that stay the same from one export of a project to the next.

Most software keeps a GUID for good: documents and codes are named after theirs, so that copies of a project that two
coders worked on share them. ATLAS.ti gives new GUIDs at each export: there a document is known by the project and its
name, a code by the project and its path. Codings are always named by their content: document, code, coder and span.
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
NEW_GUIDS_AT_EACH_EXPORT = frozenset({"atlas.ti"})


def tool_of(origin: str | None) -> str:
    """The software's name without its version and platform: 'NVivo for Mac 15.0.0' is nvivo."""
    text = (origin or "").casefold()
    for tool in _TOOLS:
        if text.startswith(tool):
            return tool
    return re.split(r"[\s/\d]", text.strip(), maxsplit=1)[0] or "unknown"


def digest(prefix: str, *parts: object) -> str:
    """The prefix and 16 hex digits of SHA-256 over the parts."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return f"{prefix}_{hashlib.sha256(text.encode()).hexdigest()[:16]}"


@dataclass
class Ids:
    """Names the parts of one project. What would get the same name twice is numbered in the order of the file."""

    tool: str
    project: str
    _seen: Counter[str] = field(default_factory=Counter)

    @property
    def project_id(self) -> str:
        """The project's: software and name, so that the next version of the software changes nothing."""
        return digest("prj", self.tool, self.project.casefold())

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
        return (self.project_id, name) if self.tool in NEW_GUIDS_AT_EACH_EXPORT or not guid else (guid,)

    def _unique_id(self, prefix: str, *parts: object) -> str:
        new_id = digest(prefix, *parts)
        self._seen[new_id] += 1
        return new_id if self._seen[new_id] == 1 else digest(prefix, *parts, self._seen[new_id])
