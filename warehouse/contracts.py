"""Contracts: the checks of the models in schemas/, applied to the rows of the warehouse.

Each model's checks become one SELECT that counts the rows that break them, in one scan of its view: DuckDB reads only the
columns that are checked, and nothing is pulled into a frame. With pandera itself 150,000 records would be copied into
polars first, view by view; it validates the same models where rows come in (schemas/frames.py). A test holds that both
find the same rows. Values of a check are bound, never written into the SQL.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

import duckdb

from schemas.base import Table, tables_with_its_rows
from schemas.dictionary import tables
from warehouse.content import find_filled

#: pandera's name of each check that our models use: the name of its value, its condition on a column, and the message
#: where it does not hold.
_CONDITIONS: dict[str, tuple[str, str, str]] = {
    "isin": ("allowed_values", "list_contains($value, {column})", "is none of {value}"),
    "str_matches": ("pattern", "regexp_matches({column}, $value)", "does not look like {value}"),
    "greater_than_or_equal_to": ("min_value", "{column} >= $value", "is less than {value}"),
    "less_than_or_equal_to": ("max_value", "{column} <= $value", "is more than {value}"),
}


@dataclass(frozen=True)
class Contract:
    """One thing that must hold in each row of a table or view: `condition` is SQL with `$value`; where it is null, it holds."""

    column: str
    message: str
    condition: str
    value: Any = None


def list_contracts(model: type[Table]) -> list[Contract]:
    """The model's checks of single rows. Raises ValueError for a check that has no condition in SQL."""
    schema = model.to_schema()
    found = []
    for name, column in schema.columns.items():
        quoted = f'"{name}"'
        if not column.nullable:
            found.append(Contract(name, "is missing", f"{quoted} IS NOT NULL"))
        for check in column.checks:
            if check.name not in _CONDITIONS:
                raise ValueError(f"{schema.name}.{name}: the check {check.name} has no condition in SQL")
            key, condition, message = _CONDITIONS[check.name]
            value = _plain(check.statistics[key])
            shown = ", ".join(value) if isinstance(value, list) else value
            found.append(Contract(name, message.format(value=shown), condition.format(column=quoted), value))
    found += [Contract("a row", f"breaks: {check.name}", check.statistics["sql"]) for check in schema.checks]
    return found


def list_keys(model: type[Table]) -> list[tuple[str, ...]]:
    """The sets of columns that no two rows have in common."""
    schema = model.to_schema()
    alone = [(name,) for name, column in schema.columns.items() if column.unique]
    together: list[tuple[str, ...]] = [tuple(schema.unique)] if schema.unique else []
    return alone + together


def validate_contracts(con: duckdb.DuckDBPyConnection, views: Container[str] | None = None) -> list[str]:
    """One line for each contract that a view in schema main breaks: view, column, what, how many rows, and one of them.

    `views`: only these are asked.
    Base tables are not asked: a view shows every one of their columns that a reader sees, and asking twice costs twice. Nor
    are views that have no rows because what they are made of has none (`rows_from`): planning them is most of their cost.
    """
    models = {
        name: model for name, model in tables().items() if name.startswith("main.") and (views is None or name in views)
    }
    filled = find_filled(con, {table for model in models.values() for table in tables_with_its_rows(model)})
    asked = {
        name: model
        for name, model in models.items()
        if not (made_of := tables_with_its_rows(model)) or filled & {*made_of}
    }
    return [line for name, model in asked.items() for line in validate(con, name, model)]


def validate(con: duckdb.DuckDBPyConnection, name: str, model: type[Table]) -> list[str]:
    """The lines of one table or view, whose columns are the model's."""
    contracts, keys = list_contracts(model), list_keys(model)
    counts = [f"count(*) FILTER (WHERE NOT ({_numbered(contract, n)}))" for n, contract in enumerate(contracts)]
    # By hash, which is quicker; where it says that there are twins, they are looked for themselves.
    counts += [f"count(*) - count(DISTINCT hash({_columns(key)}))" for key in keys]
    values = {f"value{n}": contract.value for n, contract in enumerate(contracts) if contract.value is not None}
    broken = con.execute(f"SELECT {', '.join(counts)} FROM {name}", values).fetchall()[0]  # noqa: S608 - from our own models
    example = " || ' / ' || ".join(f"coalesce({column}::VARCHAR, '-')" for column in _example(model, keys))
    lines = []
    for contract, rows in zip(contracts, broken, strict=False):
        if rows:
            bound = {"value": contract.value} if contract.value is not None else {}
            query = f"SELECT min({example}) FROM {name} WHERE NOT ({contract.condition})"  # noqa: S608
            (key,) = con.execute(query, bound).fetchall()[0]
            lines.append(f"{name}: {contract.column} {contract.message}: {_rows(rows)}, such as {key}")
    for key, twins in zip(keys, broken[len(contracts) :], strict=True):
        if twins:
            columns = _columns(key)
            again = con.execute(
                f"SELECT count(*), min(example) FROM (SELECT min({example}) AS example FROM {name} GROUP BY {columns} HAVING count(*) > 1)"  # noqa: S608
            ).fetchall()[0]
            if again[0]:
                lines.append(
                    f"{name}: {', '.join(key)} is not unique: {again[0]:,} stand more than once, such as {again[1]}"
                )
    return lines


def _numbered(contract: Contract, n: int) -> str:
    return contract.condition.replace("$value", f"$value{n}")


def _columns(key: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in key)


def _example(model: type[Table], keys: list[tuple[str, ...]]) -> list[str]:
    """The columns that name a row: its key, else the first column."""
    key = keys[0] if keys else (next(iter(model.to_schema().columns)),)
    return [f'"{column}"' for column in key]


def _plain(value: Any) -> Any:
    """The value of a check as DuckDB binds it."""
    return value if isinstance(value, str | int | float) else sorted(value)


def _rows(n: int) -> str:
    return "1 row" if n == 1 else f"{n:,} rows"
