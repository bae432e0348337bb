"""A review's folder: where its truths and its products lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from schemas.errors import UserError
from schemas.protocol import ReadProtocol, read_protocol
from warehouse.ledger import Ledger
from warehouse.snapshots import Snapshots


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
    def ledger(self) -> Ledger:
        """The human judgements."""
        return Ledger(self.root / "ledger.sqlite")

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that runs write; derived, and rebuilt when it is lost."""
        return self.root / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The folder of what readers see."""
        return self.root / "published"

    @property
    def published_warehouse(self) -> Path:
        """The read-only copy that analysts, the site and the reviewers' page read."""
        return self.published / "warehouse.duckdb"

    def protocol(self) -> ReadProtocol:
        """The protocol as it stands now. Raises UserError where it is wrong."""
        return read_protocol(self.protocol_path)


def open_review(folder: Path) -> Review:
    """The review in this folder. Raises UserError where there is none."""
    review = Review(folder.resolve())
    if not review.root.is_dir():
        raise UserError("there is no such folder", path=folder, hint="make a review with: living-review init DIR")
    if not review.protocol_path.is_file():
        raise UserError("holds no review.toml", path=folder, hint="make a review with: living-review init DIR")
    return review
