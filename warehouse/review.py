"""A review's folder: where its files lie, and whether its log and snapshots belong together."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import UserError
from schemas.event import Arrival
from schemas.event_full_text import FullTextKept
from schemas.protocol import ReadProtocol, read_protocol
from warehouse.log import Log
from warehouse.sharing import set_permissions_of_new_files
from warehouse.snapshots import Snapshots

_RESTORE = "restore snapshots/ and ledger.sqlite from one backup: they belong together"


@dataclass(frozen=True)
class Review:
    """The folder of one review. Paths only; nothing is read until it is asked for."""

    root: Path

    @property
    def protocol_path(self) -> Path:
        """review.toml."""
        return self.root / "review.toml"

    @property
    def snapshots(self) -> Snapshots:
        """The bytes that came from outside."""
        return Snapshots(self.root / "snapshots")

    @property
    def log(self) -> Log:
        """Everything that happened."""
        return Log(self.root / "ledger.sqlite")

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that runs write; derived, and made again when it is lost."""
        return self.root / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The folder of what readers see."""
        return self.root / "published"

    @property
    def published_warehouse(self) -> Path:
        """The masked copy that everybody reads."""
        return self.published / "warehouse.duckdb"

    @property
    def private_warehouse(self) -> Path:
        """The whole copy, for the team's own use cases: it holds votes that reviewers must not see yet."""
        return self.root / "private" / "warehouse.duckdb"

    def protocol(self) -> ReadProtocol:
        """The protocol as it stands now. Raises UserError where it is wrong."""
        return read_protocol(self.protocol_path)


def open_review(folder: Path) -> Review:
    """The review in this folder. Raises UserError where there is none.

    From then on this process writes for the group too, where a group shares the folder.
    """
    review = Review(folder.resolve())
    if not review.root.is_dir():
        raise UserError("there is no such folder", path=folder, hint="make a review with: living-review init DIR")
    if not review.protocol_path.is_file():
        raise UserError(
            "holds no review.toml", path=folder,
            hint="name the review's folder first, or go into it; living-review init DIR makes a new review",
        )  # fmt: skip
    set_permissions_of_new_files(review.root)
    return review


def remove_unfinished(review: Review) -> None:
    """Removes what runs that died left half made: snapshots, a warehouse beside the old one, copies. The caller holds the
    lock.
    """
    review.snapshots.remove_unfinished()
    beside = [*review.published.glob(".*"), *review.private_warehouse.parent.glob(".*")]
    for path in [*review.root.glob(f".deriving-{review.warehouse.name}*"), *filter(_is_unfinished, beside)]:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def name_snapshots(review: Review, upto: int | None = None) -> dict[str, str]:
    """The hash of each snapshot that the log speaks of (up to an event) → what the file was called."""
    return {
        entry.event.sha256: entry.event.name
        for entry in review.log.entries(Arrival, FullTextKept, upto=upto)
        if isinstance(entry.event, Arrival | FullTextKept) and entry.event.sha256
    }


def _is_unfinished(path: Path) -> bool:
    """Whether it is the program's own: `.<name>.<process>`, or its journal."""
    return re.fullmatch(r"\..+\.\d+(\.wal)?", path.name) is not None


def check_log_and_snapshots(review: Review) -> None:
    """Checks that log and snapshots are one review's, and complete: a copy made halfway, or a lost file, would break that.

    Raises UserError that names what is missing. Bytes are not read here (`verify` does that).
    """
    kept = set(review.snapshots.list_hashes())
    if review.log.head().seq == 0:
        if kept:
            raise UserError(
                f"ledger.sqlite is missing or empty, though snapshots/ holds {len(kept)} files",
                path=review.root,
                hint=_RESTORE,
            )
        return
    review.log.verify()
    named = name_snapshots(review)
    missing = [name for sha256, name in named.items() if sha256 not in kept]
    if missing:
        raise UserError(
            f"snapshots/ lacks {len(missing)} of the {len(named)} files that ledger.sqlite names, '{missing[0]}' among them",
            path=review.root, hint=_RESTORE,
        )  # fmt: skip
