"""What every table model shares: a documented name and documented columns, from which the data dictionary is made."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandera.polars as pa
import polars as pl

if TYPE_CHECKING:
    UtcTime = datetime
    Texts = list[str]
else:
    #: A moment, to the microsecond, in UTC.
    UtcTime = pl.Datetime("us", "UTC")
    #: A list of texts.
    Texts = pl.List(pl.String)


class Table(pa.DataFrameModel):
    """Base of all models. A subclass's docstring is the table's comment; each Field's description is the column's.

    `Config.name` is the table's or view's name in the warehouse; models of frames that are no table leave it out.
    """

    class Config:
        """Columns beyond the model are an error, and values are never coerced silently."""

        strict = True
        coerce = False


def describe(model: type[Table]) -> tuple[str, dict[str, str]]:
    """The table's comment and its columns' comments, as they stand in the warehouse and the data dictionary."""
    schema = model.to_schema()
    columns: dict[str, Any] = schema.columns
    comment = " ".join((model.__doc__ or "").split())
    return comment, {name: " ".join((column.description or "").split()) for name, column in columns.items()}
