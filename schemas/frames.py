"""Rows into a frame that a table model vouches for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from schemas.base import Table


def dtypes(model: type[Table]) -> dict[str, pl.DataType]:
    """The polars type of each of the model's columns, in order."""
    return {name: column.dtype.type for name, column in model.to_schema().columns.items()}


def frame_of(model: type[Table], rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """The rows as a frame with the model's columns and types, validated; a key that is missing is null."""
    frame = pl.DataFrame([dict(row) for row in rows], schema=dtypes(model), orient="row", infer_schema_length=None)
    return model.validate(frame, lazy=True)
