"""What every table model shares: documented columns, its checks, its key, and how readers get it.

From the models come the data dictionary, the validation of frames, and the checks of what is published.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

if TYPE_CHECKING:
    UtcTime = datetime
    Texts = list[str]
else:
    #: A moment, to the microsecond, in UTC.
    UtcTime = pl.Datetime("us", "UTC")
    #: A list of texts.
    Texts = pl.List(pl.String)


#: What ids begin with: what follows is a hash, or the name of a first record.
REPORT_ID = r"^rep_."
STUDY_ID = r"^stu_."


class Readers(StrEnum):
    """How a table stands in the copy that everybody reads. What declares nothing is not published."""

    #: Every row as it is.
    WHOLE = "whole"
    #: Every row, but for what is hidden: by warehouse/masks/<table>.sql, or (a view) because it reads a masked table.
    MASKED = "masked"
    #: The table without rows.
    NEVER = "never"


#: For `Config.metadata` of a model: its declaration.
READ_WHOLE = {"readers": Readers.WHOLE}
READ_MASKED = {"readers": Readers.MASKED}
READ_NEVER = {"readers": Readers.NEVER}


def rows_from(*tables: str) -> dict[str, Any]:
    """For `Config.metadata` of a view, beside its readers: it has no rows where none of these base tables has any.

    Such a view need not be asked whether its rows keep their contract, and most reviews have many.
    """
    return {"rows_from": tables}


class Table(pa.DataFrameModel):
    """Base of all models. A subclass's docstring is the table's comment; each Field's description is the column's.

    `Config.name` is the table's or view's name in the warehouse, `Config.metadata` how readers get it, `Config.unique`
    its key where that is more than one column; models of frames that are no table leave them out.
    """

    class Config:
        """Columns beyond the model are an error, and values are never coerced silently."""

        strict = True
        coerce = False


def rule(says: str, sql: str) -> Any:
    """A check over several columns of a row: an expression that DuckDB and polars read alike; where it is null, it holds.

    `says` is its name, for whoever is told that it does not hold.
    """

    def holds(cls: type[Table], data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.sql_expr(sql))

    holds.__name__ = says  # pandera forgets the name that a check is given when a second model inherits it
    return pa.dataframe_check(statistics={"sql": sql})(holds)


def readers_of(model: type[Table]) -> Readers | None:
    """What the model itself declares (a base class's declaration does not count), or None."""
    declared = model.Config.__dict__.get("metadata") or {}
    return declared.get("readers")


def tables_with_its_rows(model: type[Table]) -> tuple[str, ...]:
    """The base tables of which one has rows where the model's view has any; none where the view does not declare them."""
    return tuple((model.Config.__dict__.get("metadata") or {}).get("rows_from", ()))


def describe(model: type[Table]) -> tuple[str, dict[str, str]]:
    """The table's comment and its columns' comments, as they stand in the warehouse and the data dictionary."""
    schema = model.to_schema()
    columns: dict[str, Any] = schema.columns
    comment = " ".join((model.__doc__ or "").split())
    return comment, {name: " ".join((column.description or "").split()) for name, column in columns.items()}
