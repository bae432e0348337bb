"""Rows into a frame that a table model vouches for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import polars as pl

from schemas.base import Table

#: pandera's name of each check that our models use, as a condition on a column.
_CONDITIONS: dict[str, Callable[[pl.Expr, Mapping[str, Any]], pl.Expr]] = {
    "isin": lambda column, said: column.is_in(list(said["allowed_values"])),
    "str_matches": lambda column, said: column.str.contains(f"^(?:{said['pattern']})"),
    "greater_than_or_equal_to": lambda column, said: column >= said["min_value"],
    "less_than_or_equal_to": lambda column, said: column <= said["max_value"],
}


def dtypes(model: type[Table]) -> dict[str, pl.DataType]:
    """The polars type of each of the model's columns, in order."""
    return {name: column.dtype.type for name, column in model.to_schema().columns.items()}


def frame_of(model: type[Table], rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """The rows as a frame with the model's columns and types, validated; a key that is missing is null."""
    frame = pl.DataFrame([dict(row) for row in rows], schema=dtypes(model), orient="row", infer_schema_length=None)
    return frame if keeps_all(model, frame) else model.validate(frame, lazy=True)


def keeps_all(model: type[Table], frame: pl.DataFrame) -> bool:
    """Whether a frame of the model's columns and types keeps all that the model asks, asked in one go.

    pandera copies the schema and asks check by check, which takes ten times as long as writing a few rows: it is left to say
    what is wrong. A test holds that both refuse the same rows.
    """
    conditions = _list_conditions(model)
    return bool(conditions) and all(frame.select(conditions).row(0))


@cache
def _list_conditions(model: type[Table]) -> list[pl.Expr]:
    """One expression for each thing that must hold of a frame, true where it does; none where pandera has to be asked."""
    schema = model.to_schema()
    conditions = [pl.lit(True)]
    for name, column in schema.columns.items():
        if not column.nullable:
            conditions.append(pl.col(name).is_not_null())
            if column.dtype.type.is_float():
                conditions.append(pl.col(name).is_not_nan())
        if column.unique:
            conditions.append(pl.col(name).is_unique())
        for check in column.checks:
            if check.name not in _CONDITIONS:
                return []
            conditions.append(_CONDITIONS[check.name](pl.col(name), check.statistics))
    conditions += [pl.sql_expr(check.statistics["sql"]) for check in schema.checks]
    if schema.unique:
        conditions.append(pl.struct(schema.unique).is_unique())
    return [condition.all().alias(str(n)) for n, condition in enumerate(conditions)]
