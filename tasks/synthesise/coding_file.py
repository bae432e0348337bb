"""Any file of codings: a REFI-QDA project or codebook, a table of coded segments, or EPPI-Reviewer's JSON."""

from __future__ import annotations

from pathlib import Path, PurePath

from schemas.errors import UserError
from tasks.synthesise.eppi_json import read_eppi
from tasks.synthesise.refi_qda import QdaProject, read_project
from tasks.synthesise.segment_table import holds_segments, read_segments
from tasks.tabular import read_tabular

#: Files of these kinds are tables: of coded segments, or of which report each document is.
TABLES = (".csv", ".tsv", ".xlsx", ".txt")


def is_mapping(path: Path, name: str) -> bool:
    """Whether a file is a table, and none of coded segments: it says which report each document is."""
    return _is_table(name) and not holds_segments(read_tabular(path, name=name).header)


def read_codings(path: Path, *, name: str | None = None, positions: str | None = None) -> QdaProject:
    """Read a file of codings; see `read_project`. Raises `UserError` where it is none."""
    name = name or path.name
    if _is_table(name):
        return read_segments(path, name=name)
    if PurePath(name).suffix.lower() == ".json":
        return read_eppi(path, name=name)
    return read_project(path, name=name, positions=positions)


def is_readable(path: Path, name: str) -> bool:
    """Whether a file holds codings that can be read."""
    try:
        read_codings(path, name=name)
    except UserError:
        return False
    return True


def _is_table(name: str) -> bool:
    return PurePath(name).suffix.lower() in TABLES
