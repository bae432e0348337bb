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
    clue = '''regular expression''' # MULTILINE, searched in the first 256 KB of text, whose lines end in LF; a list: all must
                                    # be found
    link = '''regular expression''' # the same, for what one record of any platform may hold, such as an address: it counts
                                    # only if most records hold it

    [source]                        # the record's database, looked up in databases.toml
    database = [{ tag = "DB", verbatim = true }, { tag = "L2", match = 'D=(\\w+)', by = "ovid" }]
    constant = "CINAHL"             # or: always this one

    [fields]                        # a field is filled by picks, tried in order; the first that holds a value wins
    title = ["T1", "TI"]
    pmid = [{ tag = "ID", match = '^\\d+$', source = "MEDLINE" }]
    authors = { all = ["A1", "AU"], split = '; ', order = "given-first" }

    [types]                         # optional: the platform's words for a type of publication, in lower case
    "elec" = "article"

A pick is a tag, or a table: `tag`; `match`, a regular expression (Rust syntax: no look-around) that the value must match
and whose first group, if it has one, is the value; `prefix`, what is put before the value; `source`, the database for
which the pick counts; `unless`, another tag, and `unless_match`, a value of it with which the pick does not count; `split`,
what separates values in this tag only (see below). A pick
of a database also has `by` (the column of databases.toml that is asked: names, ovid, ebsco, shape) and `verbatim` (a name
that is not there counts as it stands).

A field is a list of picks, or a table with `any` (the first pick with a value wins, with all its values), `all` (the
values of all picks, in file order) or `each` (of all picks, in their order). A table may have besides: `otherwise`, picks
for records in which these have no value; `also`, picks whose values come after them in any case; `split`, a regular
expression that separates several values in one (text in its first group stays with the value before, in its second with
the one after); `split_single`, one that separates them where a record has one value only, in which `split` finds nothing,
if it stands in it `split_single_least` times or more (default 1); `drop`, one whose matches are no value;
`order = "given-first"` for names.

In a table, a column is also known by its name in another case or with other blanks and marks between its words, or as the
end of a longer path; a column
that is not known, and has the word year in its name, is called `*year*`.

`wrapped = true`, beside `lasting`, says that the lines of a value are one text broken at a width; `latex = true`, that
values hold markup of LaTeX.

Fields: title authors year journal volume issue pages page_start page_end doi pmid pmcid accession issn isbn abstract
keywords language url type. All repeated values are handed to normalise.py, which knows what to do with several.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from tasks.tabular import fold

ANY_YEAR = "*year*"

FIELDS = (
    "title", "authors", "year", "journal", "volume", "issue", "pages", "page_start", "page_end", "doi", "pmid", "pmcid",
    "accession", "issn", "isbn", "abstract", "keywords", "language", "url", "type",
)  # fmt: skip


@dataclass(frozen=True)
class Pick:
    """Values of one tag: all of them, or what `match` captures; see the module's docstring."""

    tag: str
    match: str | None = None
    source: str | None = None
    by: str = "names"
    verbatim: bool = False
    prefix: str = ""
    unless: str | None = None
    unless_match: str = ""
    split: str | None = None


@dataclass(frozen=True)
class Rule:
    """How one field is filled; see the module's docstring."""

    picks: tuple[Pick, ...]
    take: str = "any"
    otherwise: tuple[Pick, ...] = ()
    also: tuple[Pick, ...] = ()
    split: str | None = None
    split_single: str | None = None
    split_single_least: int = 1
    drop: str | None = None
    order: str = "family-first"

    @property
    def tags(self) -> set[str]:
        """The tags that fill the field, or decide on it."""
        picks = (*self.picks, *self.otherwise, *self.also)
        return {pick.tag for pick in picks} | {pick.unless for pick in picks if pick.unless}


@dataclass(frozen=True)
class Mapping:
    """One platform's mapping table."""

    format: str
    platform: str
    name: str
    priority: int
    clues: tuple[str, ...]
    link: str | None
    lasting: bool | str
    wrapped: bool
    latex: bool
    database: tuple[Pick, ...]
    constant: str | None
    fields: Map[str, Rule] = field(default_factory=dict)
    types: Map[str, str] = field(default_factory=dict)

    def wrote(self, text: str, records: list[str]) -> bool:
        """Whether this platform wrote `text`, which holds `records`: by its clues, or by a link that most of them have."""
        if self.clues and all(re.search(clue, text, re.MULTILINE) for clue in self.clues):
            return True
        if self.link is None:
            return False
        link = re.compile(self.link, re.MULTILINE)
        return sum(link.search(record) is not None for record in records) * 2 > len(records)

    @property
    def tags(self) -> list[str]:
        """The tags that the mapping asks for."""
        return sorted(set().union(*(rule.tags for rule in self.fields.values()), (pick.tag for pick in self.database)))


def load(path: Path) -> Mapping:
    """The mapping in a TOML file; raises `ValueError` on an unknown field or key."""
    table = _table(path)
    unknown = set(table["fields"]) - set(FIELDS) | set(table) - {
        "format", "platform", "name", "extends", "lasting", "wrapped", "latex", "sniff", "source", "fields", "types",
    }  # fmt: skip
    if unknown:
        raise ValueError(f"{path.name}: unknown {', '.join(sorted(unknown))}")
    sniff = table.get("sniff", {})
    clues = sniff.get("clue", [])
    return Mapping(
        format=table["format"],
        platform=table["platform"],
        name=table["name"],
        priority=sniff.get("priority", 50 if sniff else 0),
        clues=(clues,) if isinstance(clues, str) else tuple(clues),
        link=sniff.get("link"),
        lasting=table.get("lasting", True),
        wrapped=table.get("wrapped", False),
        latex=table.get("latex", False),
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
    if table["format"] == "csv" and path.stem != "csv":
        # A platform renames its columns: what every table calls a year, a DOI or a PMID is one here too.
        for name in ("year", "doi", "pmid"):
            general = _table(path.with_name("csv.toml"))["fields"][name]
            own = table["fields"].get(name, [])
            if isinstance(own, list):
                table["fields"][name] = [*own, *general]
    for key in ("lasting", "wrapped"):
        if key in base:
            table.setdefault(key, base[key])
    return table


def _picks(entries: list[str | dict[str, Any]]) -> tuple[Pick, ...]:
    return tuple(Pick(entry) if isinstance(entry, str) else Pick(**entry) for entry in entries)


def _rule(value: list[Any] | dict[str, Any]) -> Rule:
    if isinstance(value, list):
        return Rule(_picks(value))
    take = next(key for key in ("any", "all", "each") if key in value)
    otherwise, also = _picks(value.get("otherwise", ())), _picks(value.get("also", ()))
    rest = {key: value[key] for key in value if key not in (take, "otherwise", "also")}
    return Rule(_picks(value[take]), take, otherwise, also, **rest)


def spoken(tokens: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """The tokens that the mapping asks for and that say something; their tags as an Enum, which is compared fast."""
    tags = pl.Enum(mapping.tags)
    if mapping.format == "csv":
        columns = _columns(tokens.get_column("tag").unique(maintain_order=True).to_list(), mapping.tags)
        tokens = tokens.with_columns(pl.col("tag").replace(columns)) if columns else tokens
    coded = tokens.with_columns(pl.col("tag").cast(tags, strict=False))
    return coded.filter(pl.col("tag").is_not_null() & (pl.col("value") != ""))


def _columns(found: list[str], asked: list[str]) -> dict[str, str]:
    """The columns of a table that bear another name than the mapping asks for, and the name that it asks for."""
    spelt = {fold(tag): tag for tag in asked}
    renamed = {}
    for name in found:
        # The end of a path is enough (`rec/header/artinfo/tig/atl`), and the number of a repeated element says nothing.
        path = re.sub(r"(?:[/.]\d+|\[\d+\])(?=[/.]|$)", "", name).split("/")
        ends = ("/".join(path[at:]) for at in range(len(path)))
        match = next((spelt[fold(end)] for end in ends if fold(end) in spelt), None)
        if name not in asked and match:
            renamed[name] = match
    taken = {*found, *renamed.values()}
    for name in found:
        if (
            name not in asked
            and name not in renamed
            and re.search(r"(?i)(?:\b|_)year(?:\b|_)", name)
            and ANY_YEAR not in taken
        ):
            renamed[name] = ANY_YEAR
            taken.add(ANY_YEAR)
    return renamed


def pick(tokens: pl.DataFrame, rules: Map[str, Rule], source: pl.Series | None, count: int) -> pl.DataFrame:
    """Field columns, each List(String) and never empty (null where the record holds no value), a row a record.

    `tokens` has `record` (0 … count-1, ascending), `tag` and `value`, and is `spoken`. `source` holds each record's
    database (a row a record) for the picks that ask for it. Fields without a rule are null.
    """
    rows = tokens.select("record", "tag", "value").with_row_index("order")
    parts = {str(key[0]): part for key, part in rows.partition_by("tag", as_dict=True, include_key=False).items()}
    return pl.DataFrame([_field(name, rules.get(name), parts, source, count) for name in FIELDS])


def values_of(wanted: Pick, tokens: pl.DataFrame) -> pl.DataFrame:
    """The values of one pick (`record`, `value`) of spoken tokens, in file order."""
    return _taken(wanted, tokens.filter(pl.col("tag") == wanted.tag).select("record", "value"), None)


def _field(
    name: str, rule: Rule | None, parts: Map[str, pl.DataFrame], source: pl.Series | None, count: int
) -> pl.Series:
    """One field's column."""
    chosen = _chosen(rule, parts, source) if rule else None
    if rule is None or chosen is None:
        return pl.repeat(None, count, dtype=pl.List(pl.String), eager=True).alias(name)
    if rule.split_single and chosen.select(pl.col("value").str.contains(rule.split_single).any()).item():
        often = pl.col("value").str.count_matches(rule.split_single) >= rule.split_single_least
        single = ~pl.col("record").is_duplicated() & ~pl.col("value").str.contains(rule.split or "^$") & often
        separated = pl.col("value").str.replace_all(rule.split_single, "\n")
        chosen = chosen.with_columns(value=pl.when(single).then(separated).otherwise("value"))
        chosen = _separated(chosen, "\n")
    if rule.split and chosen.select(pl.col("value").str.contains(rule.split).any()).item():
        chosen = _separated(chosen, rule.split)
    if rule.drop:
        chosen = chosen.filter(~pl.col("value").str.contains(rule.drop))
    if chosen.get_column("record").is_unique().all():
        lists = chosen.select("record", pl.concat_list("value"))
    else:
        lists = chosen.group_by("record", maintain_order=True).agg("value")
    if lists.height == count and lists.get_column("record").is_sorted():
        return lists.get_column("value").alias(name)
    records = pl.DataFrame({"record": pl.int_range(count, dtype=pl.UInt32, eager=True)})
    return records.join(lists, on="record", how="left", maintain_order="left").get_column("value").alias(name)


def _chosen(rule: Rule, parts: Map[str, pl.DataFrame], source: pl.Series | None) -> pl.DataFrame | None:
    """The values of a field (`order`, `record`, `value`) as they stand; None where no record has any."""

    def taken(picks: tuple[Pick, ...]) -> list[pl.DataFrame]:
        found = [_taken(pick, parts[pick.tag], source, parts) for pick in picks if pick.tag in parts]
        return [part for part in found if part.height]

    found = taken(rule.picks)
    if rule.take == "all" and len(found) > 1:
        found = [pl.concat(found).sort("order", maintain_order=True)]
    elif rule.take == "each" and len(found) > 1:
        found = [pl.concat(found)]
    chosen: pl.DataFrame | None = None
    for part in [*found, *taken(rule.otherwise)]:
        more = part if chosen is None else part.join(chosen, on="record", how="anti", maintain_order="left")
        chosen = more if chosen is None else pl.concat([chosen, more])
    also = taken(rule.also)
    return pl.concat([part for part in (chosen, *also) if part is not None]) if also else chosen


def _separated(chosen: pl.DataFrame, separator: str) -> pl.DataFrame:
    """Each value that the separator stands in as several rows."""
    return (
        chosen.with_columns(pl.col("value").str.replace_all(separator, "${1}\x1f${2}").str.split("\x1f"))
        .explode("value")
        .with_columns(pl.col("value").str.strip_chars(" \t\r\n"))
        .filter(pl.col("value") != "")
    )


def _taken(
    wanted: Pick, part: pl.DataFrame, source: pl.Series | None, parts: Map[str, pl.DataFrame] | None = None
) -> pl.DataFrame:
    """The rows of a tag that a pick takes."""
    if wanted.source is not None:
        if source is None:
            return part.clear()
        part = part.filter(source.gather(part.get_column("record")) == wanted.source)
    if wanted.unless is not None and parts is not None and wanted.unless in parts:
        against = parts[wanted.unless].filter(pl.col("value").str.contains(wanted.unless_match))
        part = part.join(against, on="record", how="anti", maintain_order="left")
    if wanted.match is not None:
        group = 1 if re.compile(wanted.match).groups else 0
        part = part.with_columns(pl.col("value").str.extract(wanted.match, group)).filter(pl.col("value") != "")
    if wanted.prefix:
        part = part.with_columns(value=pl.lit(wanted.prefix) + pl.col("value"))
    if wanted.split:
        part = _separated(part, wanted.split)
    return part
