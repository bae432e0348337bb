"""Which database a record came from: names and codes of platforms, looked up in databases.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from tasks.load.mapping import Mapping, values_of


@dataclass(frozen=True)
class Database:
    """One line of databases.toml."""

    name: str
    names: str = "(?!)"
    ovid: str = "(?!)"
    ebsco: str = "(?!)"
    shape: str = "(?!)"


@cache
def databases() -> tuple[Database, ...]:
    """All that are known, in the file's order."""
    table = tomllib.loads(Path(__file__).with_name("databases.toml").read_text(encoding="utf-8"))
    return tuple(Database(name, **entry) for name, entry in table.items())


@cache
def known(value: str, by: str = "names") -> str | None:
    """The database that a platform calls `value`; `by` is names, ovid, ebsco or shape."""
    if by == "names":
        value = plain(value).lower()
    flags = re.NOFLAG if by == "shape" else re.IGNORECASE
    return next((database.name for database in databases() if re.search(getattr(database, by), value, flags)), None)


def plain(value: str) -> str:
    """A database's name without trade marks, year ranges and blanks: 'APA PsycInfo <1806 to 2021>' is 'APA PsycInfo'."""
    value = re.sub(r"\((R|TM)\)|[®™]|<[^>]*>?|\b(1[89]|20)\d\d\s*(to|-)\s*.*$", "", value)
    return " ".join(value.split())


def sources(tokens: pl.DataFrame, mapping: Mapping, count: int) -> pl.DataFrame:
    """Columns `source` and `told` (whether a database could be told, rather than only the platform), a row a record.

    The mapping's picks are tried in order: a name that databases.toml does not know counts only where the pick says
    `verbatim`.
    """
    if mapping.constant:
        return pl.DataFrame(
            {"source": [mapping.constant] * count, "told": [True] * count},
            schema={"source": pl.String, "told": pl.Boolean},
        )
    found = pl.repeat(None, count, dtype=pl.String, eager=True)
    for wanted in mapping.database:
        if found.null_count() == 0:
            break
        rows = values_of(wanted, tokens)
        if rows.is_empty():
            continue
        values = rows.get_column("value").unique().to_list()
        names = {value: known(value, wanted.by) or (plain(value) if wanted.verbatim else None) for value in values}
        rows = rows.with_columns(pl.col("value").replace_strict(names, return_dtype=pl.String)).drop_nulls("value")
        rows = rows.unique("record", keep="first", maintain_order=True)
        told = pl.DataFrame({"record": pl.int_range(count, dtype=pl.UInt32, eager=True)}).join(
            rows.select("record", "value"), on="record", how="left", maintain_order="left"
        )
        found = found.fill_null(told.get_column("value"))
    return pl.DataFrame({"source": found.fill_null(mapping.name), "told": found.is_not_null()})
