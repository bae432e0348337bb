"""What makes a record this one: its identity within its source, and the identifier made of the two."""

from __future__ import annotations

from hashlib import sha256

import polars as pl

HASHED = (
    "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "pmcid", "issn", "isbn", "abstract",
    "language", "type",
)  # fmt: skip
"""The fields that stand for a record without a lasting accession. Addresses (they carry sessions) and counters do not."""


def record_id(source: pl.Series, identity: pl.Series) -> pl.Series:
    """'r' and 20 hex digits of SHA-256 over source, newline, identity; a row a record.

    Also for re-sourcing: in a review the protocol's name of a source takes the place of the sniffed one.
    """
    texts = pl.select(pl.concat_str(source, pl.lit("\n"), identity)).to_series()
    return _digests(texts, 20, "r").alias("record_id")


def identities(records: pl.DataFrame, lasting: pl.Series) -> pl.Series:
    """'acc:' and the accession where it is one and `lasting` says so, else 'sha:' and a hash over `HASHED`."""
    by_accession = lasting & records.get_column("accession").is_not_null()
    rest = records.filter(~by_accession).select(fingerprint=_fingerprint()).to_series()
    hashes = _digests(rest, 64, "sha:")
    frame = records.select(identity=pl.lit("acc:") + pl.col("accession"))
    if hashes.is_empty():
        return frame.to_series()
    rows = pl.int_range(records.height, dtype=pl.UInt32, eager=True).filter(~by_accession)
    return frame.to_series().scatter(rows, hashes).alias("identity")


def raw_digests(tokens: pl.DataFrame) -> pl.Series:
    """SHA-256 over each record's tags and values in order ('tag<TAB>value<LF>' a token), a row a record.

    The tokens of a record stand together, and every record has some.
    """
    texts_of = tokens.select("record", text=pl.concat_str("tag", "value", separator="\t"))
    last = pl.col("record").ne_missing(pl.col("record").shift(-1))
    ends = texts_of.select((pl.col("text").str.len_bytes() + 1).cum_sum().filter(last)).to_series()
    # An empty text at the end ends the last token as the others are.
    texts = texts_of.get_column("text").append(pl.Series("text", [""]))
    whole = memoryview(texts.str.join("\n").cast(pl.Binary).item())
    start, digests = 0, []
    for end in ends.to_list():
        digests.append(sha256(whole[start:end]).hexdigest())
        start = end
    return pl.Series("raw_sha256", digests, dtype=pl.String)


def _fingerprint() -> pl.Expr:
    """A record's fields as one text, in which no two different records can look alike."""
    parts = []
    for name in HASHED:
        value = pl.col(name)
        if name == "authors":
            value = value.list.join("\x1e")
        if name == "abstract":
            value = value.str.replace_all("\n", " ", literal=True)
        parts.append(value.cast(pl.String).fill_null(""))
    return pl.concat_str(parts, separator="\x1f")


def _digests(texts: pl.Series, digits: int, prefix: str) -> pl.Series:
    """SHA-256 of each text, `digits` hex digits after `prefix`."""
    return pl.Series([prefix + sha256(text).hexdigest()[:digits] for text in texts.cast(pl.Binary)], dtype=pl.String)
