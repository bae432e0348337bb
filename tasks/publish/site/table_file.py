"""Tables as CSV that a spreadsheet opens without running them: the rule of tasks/publish/tables.py, column by column, since a list of
a hundred thousand records is written with each update."""

from __future__ import annotations

from pathlib import Path

import polars as pl

_FORMULA = r"^[\s\x00-\x1f]*[=+\-@\t\r\n＝＋－＠]"
_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"


def write_csv(frame: pl.DataFrame, target: Path) -> None:
    """Writes a frame; lists are joined with '; ', times are ISO 8601 in UTC."""
    flat = frame.with_columns(
        _as_text(name, kind) for name, kind in frame.schema.items() if isinstance(kind, pl.List | pl.Datetime)
    )
    text = [name for name, kind in flat.schema.items() if kind == pl.String]
    flat.with_columns(_harmless(name) for name in text).write_csv(target)


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.List):
        return pl.col(name).list.eval(pl.element().cast(pl.String)).list.join("; ")
    return pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%SZ")


def _harmless(name: str) -> pl.Expr:
    column = pl.col(name)
    runs = column.str.contains(_FORMULA) & ~column.str.contains(_NUMBER)
    return pl.when(runs).then(pl.concat_str(pl.lit("'"), column)).otherwise(column).alias(name)
