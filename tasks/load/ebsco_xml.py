"""EBSCO XML (`rec` with `header`, `controlInfo`, `artinfo`), as the export and the search service write it."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.load.source import Source
from tasks.load.tokens import Tokens
from tasks.load.xml import Dialect, records

DIALECT = Dialect(
    records=("rec",),
    inline=frozenset(
        {"i", "b", "u", "em", "strong", "emph", "sup", "sub", "superscript", "subscript", "br", "p", "title"}
    ),
    by={"ui": "type", "jid": "type", "issn": "type"},
)


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py; tags are paths such as `header/controlInfo/artinfo/ui[doi]`, whether `type` is written so or
    `_type`.
    """
    return records(DIALECT, source)
