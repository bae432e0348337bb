"""BibTeX: names joined by 'and', groups in braces; what LaTeX would take for markup is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import polars as pl

HEAD = TAIL = ""

_TYPES = {
    "article": "article", "review": "article", "trial": "article", "erratum": "article", "conference": "inproceedings",
    "book": "book", "chapter": "incollection", "thesis": "phdthesis", "report": "techreport", "preprint": "unpublished",
    "other": "misc",
}  # fmt: skip
_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", **{character: f"\\{character}" for character in "&%$#_"},
}  # fmt: skip
_ESCAPED = re.compile(r"[\\{}~^&%$#_]")
_AND = re.compile(r"(?i)\band\b|^\s|\s$|^others$")
_CONTAINERS = {"conference": "booktitle", "chapter": "booktitle", "thesis": "school", "report": "institution"}
_SINGLE = (
    "title", "year", "journal", "volume", "number", "pages", "doi", "accession", "pmid", "pmcid", "issn", "isbn",
    "abstract",
    "language", "url", "type", "source",
)  # fmt: skip


def records(frame: pl.DataFrame) -> str:
    """The entries, one after the other; the key is the record's identifier, numbered where it comes again."""
    return "".join(_entry(row) for row in frame.drop("raw").iter_rows(named=True))


def _entry(row: dict[str, Any]) -> str:
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(row))
    return f"@{_TYPES.get(row['type'] or 'other', 'misc')}{{{row['key']},\n{fields}}}\n\n"


def _fields(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _SINGLE:
        value = row["issue" if name == "number" else name]
        if value is not None:
            yield _CONTAINERS.get(row["type"], name) if name == "journal" else name, escaped(str(value))
        if name == "title" and row["authors"]:
            yield "author", " and ".join(map(_name, row["authors"]))
    if row["keywords"]:
        yield "keywords", ";\n".join(map(escaped, row["keywords"]))


def escaped(text: str) -> str:
    """The text as LaTeX; a line that begins with @ must not look like an entry."""
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], text).replace("\n@", "\n{}@")


def _name(name: str) -> str:
    """'Family, Given' as it stands; without a comma in braces; what would be split at an 'and' in two pairs."""
    text = escaped(name)
    if _AND.search(name):
        return f"{{{{{text}}}}}"
    return text if "," in name else f"{{{text}}}"
