"""A file as it came: its bytes, its encoding, its text in pieces. Nothing here knows a format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True)
class Source:
    """One export on disk. `name` is what messages call it (the file's own name where it was snapshotted).

    `encoding` is decided once, from the bytes (BOM, UTF-8, else charset-normalizer's best guess), BOM excluded from the text.
    """

    path: Path
    name: str
    encoding: str
    bom: bool = False

    def open(self) -> BinaryIO:
        """The bytes, from the start, BOM included."""
        return self.path.open("rb")

    def text(self) -> str:
        """The whole file as text without a BOM; for syntaxes whose files are small."""
        return self.path.read_bytes().decode(self.encoding).removeprefix("\ufeff")
