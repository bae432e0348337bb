"""From a platform's values to the columns of `ParsedRecord`: one expression a field, over whole columns.

Each function takes the List(String) columns that the mapping picked and gives one column. A value that cannot be made sense
of becomes null and, where it matters, a warning; the raw record keeps it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from collections.abc import Mapping as Map
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import polars as pl

from tasks.identifiers import (
    DOI_ALONE,
    DOI_IN_TEXT,
    DOI_OF_TEXT,
    ISBN_ALONE,
    ISSN_ALONE,
    PMCID_IN_TEXT,
    PMID_IN_TEXT,
    RESOLVER,
    ROUNDED,
)
from tasks.load import names
from tasks.load.languages import codes, languages
from tasks.load.mapping import Mapping
from tasks.load.validate import ASIDE_SCHEMA

NOTHING = r"(?i)^(?:n\.?/?a\.?|null|none|nan|undefined|-|\[no title\]|no abstract( available)?\.?)$"
"""What writers put where they have nothing (R writes NA, JavaScript undefined)."""

CONTROLS = r"[\t\n\r\x0b\x0c]"
SPACES = ["\x85", "\xa0", *map(chr, range(0x2000, 0x200B)), "\u2028", "\u2029"]
UNEVEN = rf"{CONTROLS}|[{''.join(SPACES)}]|  |^ | $"
"""Blanks that are not a single one between words."""

UNTIDY = rf"{NOTHING}|</?[A-Za-z]|<!--|{UNEVEN}|^$"
"""What makes a value of one line need work; most values do not."""

SINGLE = (
    "title", "journal", "volume", "issue", "pages", "page_start", "page_end", "pmid", "pmcid", "accession", "language", "url",
)  # fmt: skip
"""Fields of which the first value counts."""

FLOAT = r"^(\d+)\.0$"
NUMBERS = ("volume", "issue", "pages", "page_start", "page_end", "pmid", "accession")
"""Fields whose whole numbers a spreadsheet may have written with a decimal point."""

ASIDE = {
    "year": "not a year",
    "doi": "not a DOI",
    "pmid": "not a PMID",
    "pmcid": "not a PMCID",
    "accession": "not an accession",
}
"""Fields of which a value that cannot be used is told, and as what."""

MARKUP = r"(?is)<!--.*?-->|</?(?:i|b|u|em|strong|sub|sup|p|br|span|div|italic|bold|title|sec|h[1-6]|jats:[a-z]+|inf|a)(?:\s[^<>]*)?/?>"
LABELS = (
    "Background|Introduction|Objectives?|Aims?|Purpose|Methods?|Methodology|Design|Setting|Participants|Results|Findings|"
    "Conclusions?|Discussion|Interpretation|Data Sources|Study Selection|Implications|Limitations"
)

CAPITALS = r"([.?!)\]]),? +([A-Z][A-Z][A-Z &/,'’\-]{1,50}: )"
KNOWN = rf"([.?!)\]]),? +((?:{LABELS})(?: and (?i:{LABELS}))?: )"


def normalise(picked: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """The columns title … type of `ParsedRecord`."""
    single = singles(picked)
    if mapping.format == "csv":
        single |= {name: where(single[name], FLOAT, lambda value: value.str.replace(FLOAT, "$1")) for name in NUMBERS}
    columns = pl.DataFrame(
        [
            *(where(single[name], r"^(?i:v|n|iss)", _bare) for name in ("volume", "issue")),
            single["journal"],
            where(single["accession"], ROUNDED, lambda value: pl.when(value.is_null()).then(value)),
            where(single["pmid"], r"^[\D0]|\D|\d{10}", _pmid),
            single["pmcid"].str.extract(PMCID_IN_TEXT).str.to_uppercase(),
            languages(single["language"]),
            where(single["url"], r"\s|^(?i:internal-pdf|file):", _address),
            pages(single["pages"], single["page_start"], single["page_end"]),
        ]
    )
    if columns.get_column("volume").str.contains(r"^\w+,? ?[(inIN]").any():
        columns = columns.with_columns(*_volume_and_issue())
    order = mapping.fields["authors"].order if "authors" in mapping.fields else "family-first"
    return columns.with_columns(
        unbracketed(single["title"]),
        names.authors(picked.get_column("authors"), given_first=order == "given-first"),
        years(picked.get_column("year")),
        dois(picked.get_column("doi")),
        serials(picked.get_column("issn"), "issn"),
        serials(picked.get_column("isbn"), "isbn"),
        abstracts(picked.get_column("abstract"), wrapped=mapping.wrapped),
        keywords(picked.get_column("keywords")),
        types(picked.get_column("type"), mapping.types),
    )


def set_aside(picked: pl.DataFrame, fields: pl.DataFrame, lines: pl.Series) -> pl.DataFrame:
    """Values that are not what their field holds, and did not become one: `line`, `kind` (what they are not), `value`."""
    found = []
    for name, kind in ASIDE.items():
        lost = fields.get_column(name).is_null() & picked.get_column(name).is_not_null()
        if lost.any():
            values = picked.get_column(name).filter(lost).list.join("; ")
            part = pl.DataFrame([lines.filter(lost).alias("line"), values.alias("value")])
            found.append(part.select("line", pl.lit(kind).alias("kind"), "value"))
    frame = pl.concat(found) if found else pl.DataFrame(schema=ASIDE_SCHEMA)
    return frame.filter(~pl.col("value").str.contains(NOTHING) & ~pl.col("value").str.contains(r"^[\s0./-]*$"))


def _pmid(value: pl.Expr) -> pl.Expr:
    """The PMID in a value that is not only digits; 0 means none."""
    return value.str.extract(PMID_IN_TEXT).str.strip_chars_start("0").replace("", None)


def _volume_and_issue() -> tuple[pl.Expr, pl.Expr]:
    """Volume and issue apart where a writer put '11 (1)' or '7 issue 4' into the volume, and the issue nowhere else."""
    both = pl.col("volume").str.extract_groups(
        r"^(\w+) ?(?:\((\d[\w/-]*)\)|,? (?i:iss(?:ue|\.)?|no\.?|number) ?(\d[\w/-]*))$"
    )
    issue = pl.coalesce(both.struct.field("2"), both.struct.field("3"))
    apart = issue.is_not_null() & (pl.col("issue").is_null() | (pl.col("issue") == issue))
    volume = pl.when(apart).then(both.struct.field("1")).otherwise("volume").alias("volume")
    return volume, pl.when(apart).then(issue).otherwise("issue").alias("issue")


def where(
    values: pl.Series, found: str | Callable[[pl.Series], pl.Series], change: Callable[[pl.Expr], pl.Expr]
) -> pl.Series:
    """`change` done to the values that match a pattern or a test, and only to them: most need no change, and changes are slow."""
    if values.null_count() == values.len():
        return values
    rows = (values.str.contains(found) if isinstance(found, str) else found(values)).arg_true()
    if rows.is_empty():
        return values
    changed = values.gather(rows).to_frame("value").select(change(pl.col("value"))).to_series()
    return values.scatter(rows, changed)


def uneven(values: pl.Series) -> pl.Series:
    """Which texts match `UNEVEN`. In long ones five plain searches take a third of the pattern's time."""
    text = values.str
    inside = text.contains("  ", literal=True) | text.contains(CONTROLS) | text.contains_any(SPACES)
    return inside | text.starts_with(" ") | text.ends_with(" ")


def singles(picked: pl.DataFrame) -> dict[str, pl.Series]:
    """The fields of one value: the first one, in one line, without markup; null where there is none or writers say so."""
    firsts = picked.select(pl.col(SINGLE).list.first())
    untidy = firsts.select(pl.all().str.contains(UNTIDY))
    return {
        name: where(firsts.get_column(name), lambda _, name=name: untidy.get_column(name), _plain)  # type: ignore[misc]
        for name in SINGLE
    }


def _plain(value: pl.Expr) -> pl.Expr:
    """One line, without markup, without blanks around it; null where nothing is left, or nothing was meant."""
    nothing = value.str.contains(NOTHING)
    value = value.str.replace_all(MARKUP, "").str.replace_all(r"\s+", " ").str.strip_chars(" ")
    return pl.when(~nothing & (value != "")).then(value)


def _bare(value: pl.Expr) -> pl.Expr:
    """'v. 40', 'Vol. 40' and 'No. 3' without the words."""
    return value.str.replace(r"^(?i:(?:v|vol|volume|n|no|number|iss|issue)\b\.?:?\s*)+(\d)", "$1")


def _address(value: pl.Expr) -> pl.Expr:
    """A URL up to its first blank; nothing where it is a file on somebody's disk."""
    value = value.str.extract(r"^(\S+)")
    return pl.when(~value.str.contains(r"^(?i:internal-pdf|file):")).then(value)


def unbracketed(titles: pl.Series) -> pl.Series:
    """Titles without the brackets that mark a translation, or a platform's note at the end."""
    tongues = "|".join(name.title() for name in codes() if len(name) > 4 and name.isascii())
    kind = (
        f"(?:{tongues})(?:, (?:{tongues}))*|"
        "References|Article|(?:Journal|Conference): ?[A-Za-z ]+|Erratum|Review|Editorial|Letter|Comment|Miscellaneous|Report|"
        "Original Article|Case Reports?|News|Abstracts?|Book Reviews?|Obituary"
    )
    note = rf"\s*\[(?:{kind})\]\s*\.?$"
    translated = r"^\[([^\[\]]+(?:\[[^\[\]]*\][^\[\]]*)*)\](\.?)$"
    return where(titles, r"\]", lambda title: title.str.replace(note, "").str.replace(translated, "$1$2")).alias(
        "title"
    )


def years(lists: pl.Series) -> pl.Series:
    """The first value that holds a year between 1500 and 2099, as Int32."""
    frame = lists.to_frame("year").with_row_index("record")
    value = pl.col("year").str
    found = (
        frame.drop_nulls()
        .explode("year")
        .select(
            "record",
            year=pl.coalesce(
                value.extract(r"(?:^|\D)((?:1[5-9]|20)\d\d)(?:\D|$)"),
                value.extract(r"(?:^|\D)((?:19|20)\d\d)(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:\D|$)"),
            ).cast(pl.Int32),
        )
    )
    return _back(frame, found.drop_nulls().unique("record", keep="first"), "year")


def pages(given: pl.Series, first: pl.Series, last: pl.Series) -> pl.Series:
    """Pages from one tag, or from those of the first and the last page; the second number written out."""
    frame = pl.DataFrame([_numbers(given.alias("given")), _numbers(first.alias("first")), _numbers(last.alias("last"))])
    whole = pl.col("first").str.contains(r"\d-\w")
    alone = pl.col("first").is_null() | pl.col("last").is_null() | (pl.col("first") == pl.col("last")) | whole
    joined = pl.when(alone).then(pl.coalesce("first", "last")).otherwise(pl.concat_str("first", pl.lit("-"), "last"))
    whole_pages = where(frame.select(pages=pl.coalesce("given", joined)).to_series(), _shortened, expand)
    # Looked at once more as a whole: 'In' and 'press', or 'no-no', say nothing together.
    return _numbers(where(whole_pages, _balanced, _single))


def _balanced(pages: pl.Series) -> pl.Series:
    """Which pages have as much after their hyphen as before it."""
    return pages.str.find("-", literal=True).cast(pl.Int64) * 2 + 1 == pages.str.len_bytes()


def _single(value: pl.Expr) -> pl.Expr:
    """'126-126' → '126'."""
    half = value.str.head((value.str.len_chars() - 1) // 2)
    return pl.when(value == half + "-" + half).then(half).otherwise(value)


def _shortened(pages: pl.Series) -> pl.Series:
    """Which pages have less after their hyphen than before it, or more than two numbers."""
    hyphen = pages.str.find("-", literal=True).cast(pl.Int64)
    return (hyphen * 2 + 1 > pages.str.len_bytes()) | pages.str.contains(r"-\d+[,;]")


def _numbers(values: pl.Series) -> pl.Series:
    """Pages as numbers or nothing: 'pp. 12' is 12; 'No', 'Specified' and 'n/a' are nothing."""
    return where(values, r"^[^1-9]|[^\d\-]|-$|--", _number)


def _number(value: pl.Expr) -> pl.Expr:
    """One value that is not simply a number, or two with a hyphen."""
    value = (
        value.str.replace(ROUNDED, "")
        .str.replace(r"^(?i:UNSP|ARTN|art\.? ?no?\.?)\s+([\w-]+)$", "$1")
        .str.replace(r"^(?:(?i:pp|pp?\.|p\b|pages?\b[.:]?)\s*|p)([A-Za-z]{0,2}\d|[ivxlc]+\b)", "$1")
        .str.replace_all(r"(\w)\s*[‐-―−-]+\s*", "$1-")
        .str.replace(r"-?[+&?]+$", "")  # Web of Science: goes on elsewhere
        .str.strip_chars(" ,;.-")
    )
    nothing = value.str.contains(
        r"^(?i:no|specified|no pagination( specified)?|no pages|none|n/?a|not? ?specified|see|in[- ]press|unpaginated|unpaged)$"
        r"|^(?i:many( pages)?)$"
        r"|^$|^0$|https?://|^\(?\d{1,2} \p{L}+ \d{4}\)?$"
    )
    return pl.when(~nothing).then(value)


def expand(value: pl.Expr) -> pl.Expr:
    """'244-58' → '244-258', 'e15-20' → 'e15-e20'. Only where both ends are numbers with the same letter before them, and the
    end then comes after; what follows them ('; discussion 260') stays.
    """
    parts = value.str.extract_groups(r"^([A-Za-z]{0,2})(\d{1,7})-([A-Za-z]{0,2})(\d{1,7})([,;].*)?$")
    letter, start, other, end, rest = (parts.struct.field(str(number)) for number in (1, 2, 3, 4, 5))
    missing = start.str.len_bytes().cast(pl.Int64) - end.str.len_bytes().cast(pl.Int64)
    full = pl.concat_str(start.str.head(pl.max_horizontal(missing, pl.lit(0))), end)
    right = (missing >= 0) & (full.cast(pl.Int64) > start.cast(pl.Int64)) & ((other == "") | (other == letter))
    whole = pl.concat_str(letter, start, pl.lit("-"), letter, full, rest.fill_null(""))
    return pl.when(right.fill_null(False)).then(whole).otherwise(value)


def dois(lists: pl.Series) -> pl.Series:
    """The first value that holds a DOI: lower case, without a resolver's address, percent-decoded, undoubled."""
    frame = lists.to_frame("doi").with_row_index("record")
    found = frame.drop_nulls().explode("doi")
    found = found.with_columns(pl.col("doi").str.to_lowercase().str.replace(f"^{RESOLVER}", ""))
    odd = found.select(
        ~pl.col("doi").str.contains(DOI_ALONE) | pl.col("doi").str.slice(3).str.contains("10.", literal=True)
    )
    found = found.with_columns(where(found.get_column("doi"), lambda _: odd.to_series(), _doi))
    return _back(frame, found.drop_nulls().unique("record", keep="first"), "doi")


def _doi(value: pl.Expr) -> pl.Expr:
    """The DOI in a value that is not simply one; null where there is none."""
    decoded = value.map_batches(_decoded, return_dtype=pl.String)
    return _unended(_undoubled(decoded.str.extract(DOI_OF_TEXT)))


def _decoded(values: pl.Series) -> pl.Series:
    """Percent-decoded."""
    coded = values.filter(values.str.contains(r"%[0-9a-f]{2}")).unique()
    return values.replace({text: unquote(text).lower() for text in coded}) if coded.len() else values


def _undoubled(doi: pl.Expr) -> pl.Expr:
    """'10.1/xhttps://doi.org/10.1/x', '10.1/x;10.1/x' and '10.1/x10.1/x' are 10.1/x."""
    doi = doi.str.replace(rf"[;,]?{RESOLVER}\s*10\..*$", "").str.replace(rf"[;,]{DOI_IN_TEXT}$", "")
    half = doi.str.head(doi.str.len_chars() // 2)
    return pl.when(doi == half + half).then(half).otherwise(doi)


def _unended(doi: pl.Expr) -> pl.Expr:
    """Without the punctuation of the sentence that it stood in; a bracket is its own where it was opened in it."""
    doi = doi.str.strip_chars_end(".,;:'’”")
    opened, closed = doi.str.count_matches("(", literal=True), doi.str.count_matches(")", literal=True)
    return pl.when(closed > opened).then(doi.str.strip_suffix(")")).otherwise(doi)


def serials(lists: pl.Series, kind: str) -> pl.Series:
    """ISSNs ('1234-567X') or ISBNs (digits), distinct, joined by '; '."""
    frame = lists.to_frame("value").with_row_index("record")
    values = frame.drop_nulls().explode("value")
    found = (
        values.select("value")
        .unique(maintain_order=True)
        .select(
            given="value",
            value=pl.col("value").str.replace_all(r"[^0-9Xx\-]+|\b[Xx]\b", " ").str.strip_chars(" ").str.split(" "),
            spaced=pl.col("value").str.replace_all(r"[ \-]", "").str.extract(r"^(97[89]\d{10})$"),
        )
    )
    spaced = found.select("given", value="spaced").drop_nulls()
    found = (
        found.select("given", "value")
        .explode("value")
        .with_columns(pl.col("value").str.replace_all("-", "", literal=True).str.to_uppercase())
    )
    if kind == "issn":
        form = ISSN_ALONE
    else:
        form, found = ISBN_ALONE, pl.concat([found, spaced])
    found = found.filter(pl.col("value").str.contains(form))
    if kind == "issn":
        found = found.with_columns(value=pl.col("value").str.head(4) + "-" + pl.col("value").str.tail(4))
    found = values.rename({"value": "given"}).join(found, on="given", maintain_order="left_right")
    if found.get_column("record").n_unique() < found.height:
        found = found.unique(["record", "value"], maintain_order=True)
        found = found.group_by("record", maintain_order=True).agg(pl.col("value").str.join("; "))
    return _back(frame, found, "value").alias(kind)


def abstracts(lists: pl.Series, *, wrapped: bool) -> pl.Series:
    """The abstract; its parts, and versions in several languages, a paragraph each."""
    frame = lists.to_frame("text").with_row_index("record")
    found = frame.drop_nulls().explode("text")
    text = where(
        found.get_column("text"), "</?[A-Za-z]", lambda value: value.str.replace_all(MARKUP, " " if wrapped else "")
    )
    if wrapped:
        text = where(text, uneven, lambda value: value.str.replace_all(r"\s+", " ").str.strip_chars(" "))
    else:
        text = where(text, uneven, _evened)
    # A structured abstract run together: each label in capitals, or a known one, begins a paragraph.
    label = f"{CAPITALS}|{KNOWN}"
    text = where(text, label, lambda value: value.str.replace_all(CAPITALS, "$1\n$2").str.replace_all(KNOWN, "$1\n$2"))
    found = found.with_columns(text)
    found = found.filter((pl.col("text") != "") & ~pl.col("text").str.contains(NOTHING))
    if found.get_column("record").n_unique() < found.height:
        found = found.unique(["record", "text"], maintain_order=True)
        found = found.group_by("record", maintain_order=True).agg(pl.col("text").str.join("\n"))
    return _back(frame, found, "text").alias("abstract")


def _evened(text: pl.Expr) -> pl.Expr:
    """Single blanks, and single line ends where there are some."""
    text = text.str.replace_all(r"[ \t\r\x0b\x0c\u{85}\u{A0}\u{2000}-\u{200A}]+", " ")
    return text.str.replace_all(r" ?[\n\u{2028}\u{2029}][ \n\u{2028}\u{2029}]*", "\n").str.strip_chars(" \n")


def keywords(lists: pl.Series) -> pl.Series:
    """Keywords in order, distinct, without the star of a major topic."""
    frame = lists.to_frame("word").with_row_index("record")
    found = frame.drop_nulls().explode("word")
    word = where(found.get_column("word"), rf"{UNTIDY}|^\*|[;,]$", _keyword)
    found = found.with_columns(word).drop_nulls()
    found = found.group_by("record", maintain_order=True).agg(pl.col("word").unique(maintain_order=True))
    return _back(frame, found, "word").alias("keywords")


def _keyword(word: pl.Expr) -> pl.Expr:
    """One keyword; null where nothing is left, or nothing was meant."""
    word = word.str.replace_all(r"\s+", " ").str.strip_chars_end(" ;,").str.strip_chars_start("* ")
    return pl.when((word != "") & ~word.str.contains(NOTHING)).then(word)


@cache
def _words() -> tuple[dict[str, str], dict[str, int]]:
    table = tomllib.loads(Path(__file__).with_name("types.toml").read_text(encoding="utf-8"))
    return table["words"], {name: rank for rank, name in enumerate(table["order"])}


def types(lists: pl.Series, words: Map[str, str]) -> pl.Series:
    """The most telling type of publication among a record's values; 'other' where none is known."""
    general, order = _words()
    frame = lists.to_frame("value").with_row_index("record")
    found = frame.drop_nulls().explode("value")
    values = found.get_column("value").unique().to_list()
    kinds = {value: kind for value in values if (kind := _kind(value, words, general))}
    found = found.select(
        "record", kind=pl.col("value").replace_strict(kinds, default=None, return_dtype=pl.String)
    ).drop_nulls()
    found = found.with_columns(rank=pl.col("kind").replace_strict(order, return_dtype=pl.UInt8)).sort("record", "rank")
    found = found.unique("record", keep="first", maintain_order=True)
    column = _back(frame, found.select("record", "kind"), "kind")
    return pl.select(pl.when(lists.is_not_null()).then(column.fill_null("other"))).to_series().alias("type")


def _kind(value: str, words: Map[str, str], general: Map[str, str]) -> str | None:
    """The type that a platform's word stands for; of several words in one value, the first that is known."""
    candidates = [value.lower().strip(), *(part.strip() for part in re.split(r"[;,|:]", value.lower()))]
    return next((kind for word in candidates if (kind := words.get(word) or general.get(word))), None)


def _back(frame: pl.DataFrame, found: pl.DataFrame, column: str) -> pl.Series:
    """`found`'s column, a row for each of `frame`'s records; null where there is none."""
    joined = frame.select("record").join(found, on="record", how="left", maintain_order="left")
    return joined.get_column(column)
