"""EndNote XML. A carriage return stands between paragraphs; characters that XML cannot hold are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import polars as pl

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<xml><records>\n'
TAIL = "</records></xml>\n"

_TYPES = {
    "article": ("Journal Article", 17), "review": ("Journal Article", 17), "trial": ("Journal Article", 17),
    "erratum": ("Journal Article", 17), "conference": ("Conference Paper", 47), "book": ("Book", 6),
    "chapter": ("Book Section", 5), "thesis": ("Thesis", 32), "report": ("Report", 27),
    "preprint": ("Unpublished Work", 34),
    "other": ("Generic", 13),
}  # fmt: skip
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def records(frame: pl.DataFrame) -> str:
    """The records, one a line."""
    return "".join(f"<record>{''.join(_elements(row))}</record>\n" for row in frame.drop("raw").iter_rows(named=True))


def _elements(row: dict[str, Any]) -> Iterator[str]:
    """The elements in the order in which EndNote writes them."""
    name, number = _TYPES.get(row["type"] or "other", _TYPES["other"])
    yield '<database name="Living Review">Living Review</database>'
    yield '<source-app name="Living Review" version="1">Living Review</source-app>'
    yield f"<ref-type name={quoteattr(name)}>{number}</ref-type>"
    if row["authors"]:
        names = "".join(_element("author", name) for name in row["authors"])
        yield f"<contributors><authors>{names}</authors></contributors>"
    titles = _element("title", row["title"]) + _element("secondary-title", row["journal"])
    yield f"<titles>{titles}</titles>"
    yield _element("pages", row["pages"]) + _element("volume", row["volume"]) + _element("number", row["issue"])
    if row["keywords"]:
        yield f"<keywords>{''.join(_element('keyword', word) for word in row['keywords'])}</keywords>"
    if row["year"] is not None:
        yield f"<dates>{_element('year', str(row['year']))}</dates>"
    numbers = "\n".join(filter(None, [row["issn"], row["isbn"]])).replace("; ", "\n")
    yield _element("isbn", numbers or None) + _element("accession-num", row["accession"])
    yield _element("electronic-resource-num", row["doi"]) + _element("abstract", row["abstract"])
    yield _element("work-type", row["type"]) + _element("custom1", row["pmid"]) + _element("custom2", row["pmcid"])
    yield _element("label", row["record_id"]) + _element("remote-database-name", row["source"])
    yield _element("language", row["language"])
    if row["url"] is not None:
        yield f"<urls><related-urls>{_element('url', row['url'])}</related-urls></urls>"


def _element(name: str, value: str | None) -> str:
    if value is None:
        return ""
    return f"<{name}>{escape(_FORBIDDEN.sub('', value), {chr(13): '&#xD;', chr(10): '&#xD;'})}</{name}>"
