"""What a platform's tags mean: mapping tables as data (mappings/*.toml), applied to token frames column by column.

A mapping is a TOML file, `<format>.toml` for the format as it is defined, `<format>.<platform>.toml` for a platform:

    format = "ris"                  # the format's name in registry.FORMATS
    platform = "ovid"               # the column `platform`
    name = "Ovid"                   # the column `source` where no database can be told
    extends = "ris"                 # optional: fields, types and source not given here are that mapping's
    lasting = true                  # optional: whether the accession lasts beyond this file (default true);
                                    # "database": only where the record's database is known
    [sniff]
    priority = 80                   # mappings are tried from high to low (default 50; a format's own mapping has 0)
    clue = '''regular expression''' # MULTILINE, searched in the first 256 KB of text

    [source]                        # the record's database, looked up in databases.toml
    database = ["DB", { tag = "L2", match = 'D=(\\w+)' }]
    constant = "CINAHL"             # or: always this one

    [fields]                        # a field is filled by picks, tried in order; the first that holds a value wins
    title = ["T1", "TI"]
    pmid = [{ tag = "ID", match = '^\\d+$', source = "MEDLINE" }]
    authors = { all = ["A1", "AU"], split = '; ', order = "given-first" }

    [types]                         # optional: the platform's words for a type of publication, in lower case
    "elec" = "article"

A pick is a tag, or a table: `tag`; `match`, a regular expression (Rust syntax: no look-around) that the value must match
and whose first group, if it has one, is the value; `source`, the database for which the pick counts. A field is a list of
picks, or a table with `any` (the first pick with a value wins, with all its values) or `all` (the values of all picks, in
file order); `split`, a regular expression that separates several values in one; `order = "given-first"` for names.

Fields: title authors year journal volume issue pages page_start page_end doi pmid pmcid accession issn isbn abstract
keywords language url type. All repeated values are handed to normalise.py, which knows what to do with several.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

FIELDS = (
    "title", "authors", "year", "journal", "volume", "issue", "pages", "page_start", "page_end", "doi", "pmid", "pmcid",
    "accession", "issn", "isbn", "abstract", "keywords", "language", "url", "type",
)  # fmt: skip


@dataclass(frozen=True)
class Pick:
    """Values of one tag: all of them, or what `match` captures, and only in records of `source` if one is given."""

    tag: str
    match: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Rule:
    """How one field is filled; see the module's docstring."""

    picks: tuple[Pick, ...]
    every: bool = False
    split: str | None = None
    order: str = "family-first"


@dataclass(frozen=True)
class Mapping:
    """One platform's mapping table."""

    format: str
    platform: str
    name: str
    priority: int
    clue: str | None
    lasting: bool | str
    database: tuple[Pick, ...]
    constant: str | None
    fields: Map[str, Rule] = field(default_factory=dict)
    types: Map[str, str] = field(default_factory=dict)


def load(path: Path) -> Mapping:
    """The mapping in a TOML file; raises `ValueError` on an unknown field or key."""
    table = _table(path)
    unknown = set(table["fields"]) - set(FIELDS) | set(table) - {
        "format", "platform", "name", "extends", "lasting", "sniff", "source", "fields", "types",
    }  # fmt: skip
    if unknown:
        raise ValueError(f"{path.name}: unknown {', '.join(sorted(unknown))}")
    sniff = table.get("sniff", {})
    return Mapping(
        format=table["format"],
        platform=table["platform"],
        name=table["name"],
        priority=sniff.get("priority", 50 if "clue" in sniff else 0),
        clue=sniff.get("clue"),
        lasting=table.get("lasting", True),
        database=_picks(table["source"].get("database", ())),
        constant=table["source"].get("constant"),
        fields={name: _rule(value) for name, value in table["fields"].items()},
        types=table["types"],
    )


@cache
def _table(path: Path) -> dict[str, Any]:
    """A mapping's TOML with what it extends filled in."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    base = _table(path.with_name(f"{table['extends']}.toml")) if "extends" in table else {}
    for part in ("fields", "types", "source"):
        table[part] = base.get(part, {}) | table.get(part, {})
    return table


def _picks(entries: list[str | dict[str, str]]) -> tuple[Pick, ...]:
    return tuple(Pick(entry) if isinstance(entry, str) else Pick(**entry) for entry in entries)


def _rule(value: list[Any] | dict[str, Any]) -> Rule:
    if isinstance(value, list):
        return Rule(_picks(value))
    every = "all" in value
    return Rule(_picks(value["all" if every else "any"]), every, value.get("split"), value.get("order", "family-first"))


def pick(tokens: pl.DataFrame, rules: Map[str, Rule], source: pl.Series | None, count: int) -> pl.DataFrame:
    """Field columns, each List(String) and never empty (null where the record holds no value), a row a record.

    `tokens` has `record` (0 … count-1, ascending), `tag` and `value`, without empty values. `source` holds each record's
    database (a row a record) for the picks that ask for it.
    """
    wanted = {one.tag for rule in rules.values() for one in rule.picks}
    parts: dict[str, pl.DataFrame] = {
        str(key[0]): part
        for key, part in tokens.filter(pl.col("tag").is_in(sorted(wanted)))
        .with_row_index("order")
        .partition_by("tag", as_dict=True, include_key=False, maintain_order=True)
        .items()
    }
    return pl.DataFrame([_field(name, rule, parts, source, count) for name, rule in rules.items()])


def _field(name: str, rule: Rule, parts: Map[str, pl.DataFrame], source: pl.Series | None, count: int) -> pl.Series:
    """One field's column."""
    found = [part for one in rule.picks if (part := _picked(one, parts.get(one.tag), source)) is not None and part.height]
    if not found:
        return pl.Series(name, [None], dtype=pl.List(pl.String)).new_from_index(0, count)
    if len(found) == 1:
        chosen = found[0]
    elif rule.every:
        chosen = pl.concat(found).sort("record", "order", maintain_order=True)
    else:
        ranked = pl.concat(part.with_columns(rank=pl.lit(rank, pl.UInt8)) for rank, part in enumerate(found))
        chosen = ranked.filter(pl.col("rank") == pl.col("rank").min().over("record")).sort("record", "order")
    if rule.split:
        chosen = (
            chosen.with_columns(pl.col("value").str.replace_all(rule.split, "\x1f").str.split("\x1f"))
            .explode("value")
            .with_columns(pl.col("value").str.strip_chars(" \t\r\n"))
            .filter(pl.col("value") != "")
        )
    lists = chosen.group_by("record", maintain_order=True).agg("value")
    records = pl.DataFrame({"record": pl.int_range(count, dtype=pl.UInt32, eager=True)})
    return records.join(lists, on="record", how="left", maintain_order="left").get_column("value").alias(name)


def _picked(one: Pick, part: pl.DataFrame | None, source: pl.Series | None) -> pl.DataFrame | None:
    """The rows of a tag that a pick takes."""
    if part is None:
        return None
    if one.source is not None:
        if source is None:
            return None
        part = part.filter(source.gather(part.get_column("record")) == one.source)
    if one.match is not None:
        pattern = one.match if "(" in one.match.replace("(?", "").replace("\\(", "") else f"({one.match})"
        part = part.with_columns(pl.col("value").str.extract(pattern)).filter(
            pl.col("value").is_not_null() & (pl.col("value") != "")
        )
    return part
