"""The format of a backup: a plain tar of what a review is made of, its first file saying what it is, its last the checksums.

It is not compressed: its size bounds what unpacking it can bring, most documents are compressed already, and what keeps backups
(restic, borg, a file system) finds the parts that did not change. `tar -x` and `sha256sum -c SHA256SUMS` read it without this program.

What is left out is derived (the warehouse, published/, the private copy), belongs to one machine (locks, journals, hidden files), or is a
secret: links and sessions of the page, keys.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, Field

FORMAT = 1
ABOUT = "living-review-backup.json"
SUMS = "SHA256SUMS"
LEDGER = "ledger.sqlite"
PEOPLE = "private/people.sqlite"
#: Bytes of the first and last file, at most.
LONGEST = 256 << 20

_DERIVED = {
    "published",
    "private",
    "warehouse.duckdb",
    "warehouse.duckdb.wal",
    "ledger.sqlite-wal",
    "ledger.sqlite-shm",
}
_SECRET = re.compile(r".*\.(env|key|p12|pfx)|env|id_(rsa|dsa|ecdsa|ed25519)", re.IGNORECASE)
_RELEASE = re.compile(r"\d+")


class About(BaseModel):
    """What a backup says of itself. `seq` and `head`: the last event of its ledger, 0 and zeros where nothing has happened yet."""

    model_config = ConfigDict(extra="ignore")

    format: int = Field(ge=1)
    program: str
    review: str
    review_id: str | None
    made_at: str
    seq: int = Field(ge=0)
    head: str


def is_kept(name: str) -> bool:
    """Whether a file or folder of this name, as it stands in the review's folder, belongs in a backup."""
    path = PurePosixPath(name)
    if name in (LEDGER, PEOPLE):
        return True
    return (
        path.parts[0] not in _DERIVED
        and name not in (ABOUT, SUMS)
        and not any(part.startswith(".") for part in path.parts)
        and not _SECRET.fullmatch(path.name)
    )


def is_safe(name: str) -> bool:
    """Whether a name in an archive is that of a place within a folder, on every system, and written in the one way."""
    path = PurePosixPath(name)
    return (
        bool(path.parts)
        and not path.is_absolute()
        and path.as_posix() == name
        and ".." not in path.parts
        and not re.search(r"[\x00-\x1f\x7f\\]|^[A-Za-z]:", name)
    )


def find_release(name: str) -> int | None:
    """The number of the release that a file belongs to; None where it belongs to none."""
    first, *rest = PurePosixPath(name).parts
    return int(rest[0]) if first == "releases" and rest and _RELEASE.fullmatch(rest[0]) else None
