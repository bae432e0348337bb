"""The basis of a derivation: everything that it depends on besides the log.

Where the basis of a warehouse is another than today's (an upgrade, a change in the protocol's sources or rules), it is
derived anew, so that a warehouse that grew and one that is derived from the start always hold the same.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path

from schemas.protocol import Protocol

_ROOT = Path(__file__).parents[2]
_FOLDERS = ("schemas", "warehouse", "tasks")
#: What only shows what was derived.
_NOT_DERIVING = ("tasks/publish",)
_ENDINGS = {".py", ".sql", ".toml", ".csv"}
_LIBRARIES = ("duckdb", "polars", "lxml", "scipy", "pypdfium2")


@cache
def program_basis() -> str:
    """A hash over the program's own code and data, and the libraries that read and compute."""
    found = hashlib.sha256()
    for folder in _FOLDERS:
        for path in sorted((_ROOT / folder).rglob("*")):
            name = path.relative_to(_ROOT).as_posix()
            if path.suffix in _ENDINGS and not name.startswith(_NOT_DERIVING):
                found.update(f"{name}\n".encode())
                found.update(path.read_bytes())
    for library in _LIBRARIES:
        found.update(f"{library} {version(library)}\n".encode())
    return found.hexdigest()


def protocol_basis(protocol: Protocol) -> str:
    """A hash over the parts of the protocol that decide how files are read and merged."""
    sources = [[s.name, s.database, s.platform, s.method] for s in protocol.source]
    who = {"extractors", "extractors_per_study", "appraisers", "appraisers_per_report"}
    rest = [part.model_dump(exclude=who) for part in (protocol.deduplication, protocol.extraction, protocol.appraisal)]
    return hashlib.sha256(json.dumps([sources, *rest], sort_keys=True).encode()).hexdigest()
