"""Any file of codings: a REFI-QDA project or codebook, a table of coded segments, or EPPI-Reviewer's JSON."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePath

import polars as pl

from schemas.errors import UserError
from schemas.protocol_coding import name_round
from tasks.synthesise.eppi_json import read_eppi
from tasks.synthesise.refi_qda import QdaProject, read_project
from tasks.synthesise.segment_table import holds_segments, read_segments
from tasks.tabular import read_tabular

#: Files of these kinds are tables: of coded segments, or of which report each document is.
TABLES = (".csv", ".tsv", ".xlsx", ".txt")


def is_mapping(path: Path, name: str) -> bool:
    """Whether a file is a table, and none of coded segments: it says which report each document is."""
    return _is_table(name) and not holds_segments(read_tabular(path, name=name).header)


def read_codings(
    path: Path, *, name: str | None = None, positions: str | None = None, round: int | None = None
) -> QdaProject:
    """Read a file of codings; see `read_project`. `round`: at which time its coders coded it. Raises `UserError` where it is none."""
    project = _read(path, name or path.name, positions)
    if round is None:
        return project
    later = pl.col("coder").map_elements(lambda coder: name_round(coder, round), return_dtype=pl.String)
    return replace(project, coding=project.coding.with_columns(later), coder=project.coder.with_columns(later))


def _read(path: Path, name: str, positions: str | None) -> QdaProject:
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
