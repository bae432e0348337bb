"""Small exports, as text, and what is read of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tasks.load.read import ExportReader, read


def parsed(folder: Path, text: str | bytes) -> tuple[list[dict[str, Any]], ExportReader]:
    """The records that a file of this text holds; none is quarantined."""
    path = folder / "export"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    reader = read(path)
    rows = [row for batch in reader for row in batch.records.to_dicts()]
    assert reader.quarantined == 0
    return rows, reader


def ris(*lines: str) -> str:
    return "".join(f"{line}\n" for line in ("TY  - JOUR", "TI  - A title", *lines, "ER  - ")) + "\n"


def column(folder: Path, text: str | bytes, name: str) -> list[Any]:
    return [row[name] for row in parsed(folder, text)[0]]
