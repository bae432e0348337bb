"""ProQuest's plain-text download: records between lines of underscores, a field a paragraph (`Publication title: …`).

Which records there are shows by their labels; they are counted by the document IDs that each of them has one of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from tasks.load.source import Source
from tasks.load.tokens import TOKEN_SCHEMA, Tokens

_PIECE = re.compile(rb"\n_{20,}[ \t\r]*\n")
_COUNT = re.compile(rb"ProQuest document ID: *\d")
_RULE = re.compile(r"_{20,}\s*")
_LABEL = re.compile(
    r"(Title|Alternate title|Author|Corporate/institutional author|Affiliation|Author affiliation|Abstract|Full text|Links|Subject|"
    r"MeSH(?: subject)?|Identifier / keyword|Identifier/keyword|Classification|Location|Company / organization|Publication title|"
    r"Publication subject|Publication info|Publication year|Publication date|Year|Volume|Issue|First page|Pages?|Pagination|Section|"
    r"Number of pages|Publisher|Place of publication|Country of publication|ISSN|e-?ISSN|ISBN|CODEN|Source|Source type|Source details|"
    r"Language of publication|Language|Document type|Document feature|Record type|Update|DOI|PMID|Accession number|"
    r"ProQuest document ID|Document URL|Copyright|Last updated|Database|Peer reviewed|University/institution|School|"
    r"Degree|Dissertation/thesis number|Advisor|Notes|Credit|Funding|Correspondence author|Number of references|"
    r"Publication history|Online publication date|Publication note|Conference(?: title)?): ?"
)
_PARAGRAPHS = ("Abstract", "Full text")
"""Labels whose values may hold blank lines."""
_COUNTER = re.compile(r"Document \d+ of \d+\s*")
_LEAST = 3
"""Labels by which a section is known to be a record."""


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py; a tag is a label, `#title` the line with which a record begins, `#text` one without a label."""
    record, line = 0, 1
    for part in source.pieces(_PIECE):
        rows: list[tuple[int, int, str, str]] = []
        around, unnumbered = 0, 0
        for at, section in _sections(part.decode("utf-8", "replace"), line):
            fields = _fields(at, section)
            labels = {tag for _, tag, _ in fields} - {"#title", "#text"}
            if "ProQuest document ID" in labels or len(labels) >= _LEAST:
                rows.extend((record, where, tag, value) for where, tag, value in fields)
                record += 1
                unnumbered += "ProQuest document ID" not in labels
            else:
                around += sum(bool(text.strip()) for text in section)
        yield Tokens(
            pl.DataFrame(rows, schema=TOKEN_SCHEMA, orient="row"),
            len(_COUNT.findall(part)) + unnumbered,
            around=around,
        )
        line += part.count(b"\n")


def _sections(text: str, line: int) -> Iterator[tuple[int, list[str]]]:
    """(line, lines) of what stands between lines of underscores."""
    begin, section = line, list[str]()
    for number, row in enumerate(text.split("\n"), line):
        if _RULE.fullmatch(row):
            yield begin, section
            begin, section = number + 1, []
        else:
            section.append(row.rstrip("\r"))
    yield begin, section


def _fields(line: int, section: list[str]) -> list[tuple[int, str, str]]:
    """(line, tag, value) of each labelled paragraph, with the lines below it that have no label."""
    fields: list[tuple[int, str, list[str]]] = []
    ended = False
    for at, row in enumerate(section, line):
        found, text = _LABEL.match(row), row.strip()
        if found:
            fields.append((at, found[1], [row[found.end() :].strip()]))
        elif text and not fields and not _COUNTER.fullmatch(row):
            fields.append((at, "#title", [text]))
        elif text and fields and ended and fields[-1][1] not in _PARAGRAPHS:
            fields.append((at, "#text", [text]))
        elif fields:
            fields[-1][2].append(text)
        ended = not text
    return [(at, tag, "\n".join(filter(None, values))) for at, tag, values in fields]
