"""Ovid XML: a `record` of fields `F`, each named by its attribute `C` (Ovid's two-letter tag), values in `D`.

A record whose fields are elements of their own name (`<TI>…</TI>`) is read the same way: the tag is Ovid's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from tasks.load.source import Source
from tasks.load.tokens import Tokens
from tasks.load.xml import Dialect, records

DIALECT = Dialect(
    records=("record",),
    inline=frozenset({"T", "i", "b", "u", "sup", "sub"}),
    named_by={"F": "C"},
    unnamed=frozenset({"D"}),
)


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py; tags are Ovid's (`TI`, `AU`, `UI`), a token for each value of a field."""
    return records(DIALECT, source)
