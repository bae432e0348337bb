"""RIS: a tag a line; paragraphs of the abstract on lines of their own, indented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import polars as pl

HEAD = TAIL = ""

_TYPES = {
    "article": "JOUR", "review": "JOUR", "trial": "JOUR", "erratum": "JOUR", "conference": "CONF", "book": "BOOK",
    "chapter": "CHAP", "thesis": "THES", "report": "RPRT", "preprint": "UNPB", "other": "GEN",
}  # fmt: skip
_PAGES = re.compile(r"([A-Za-z]{0,3}\d+)-([A-Za-z]{0,3}\d+)")
_MARKS = re.compile(r"\n(?=[^\S\n]*(?:TY|ER)[ \t]{0,4}-)")
_SINGLE = (
    ("title", "TI"), ("year", "PY"), ("journal", "T2"), ("volume", "VL"), ("issue", "IS"), ("doi", "DO"),
    ("accession", "AN"),
    ("pmid", "C3"), ("pmcid", "C2"),
)  # fmt: skip


def records(frame: pl.DataFrame) -> str:
    """The records, one after the other."""
    return "".join(
        "".join(f"{tag}  - {value}\n" for tag, value in _lines(row)) + "ER  - \n\n"
        for row in frame.drop("raw").iter_rows(named=True)
    )


def _lines(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "TY", _TYPES.get(row["type"] or "other", "GEN")
    yield "DP", "Living Review"
    yield "ID", row["record_id"]
    yield "DB", row["source"]
    for name, tag in _SINGLE:
        if row[name] is not None:
            yield tag, str(row[name])
    yield from (("AU", name) for name in row["authors"] or ())
    if row["pages"] is not None:
        span = _PAGES.fullmatch(row["pages"])
        yield from (("SP", span[1]), ("EP", span[2])) if span else (("SP", row["pages"]),)
    for name in ("issn", "isbn"):
        yield from (("SN", number) for number in (row[name] or "").split("; ") if number)
    if row["abstract"] is not None:
        # A paragraph that looks like the start or end of a record stays on the line before it.
        yield "AB", _MARKS.sub(" ", row["abstract"]).replace("\n", "\n  ")
    yield from (("KW", word) for word in row["keywords"] or ())
    for name, tag in (("language", "LA"), ("url", "UR"), ("type", "M3")):
        if row[name] is not None:
            yield tag, row[name]
