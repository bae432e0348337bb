"""EndNote XML, as EndNote, Zotero, Mendeley, Bookends and others write it.

Styled text (`<style face="italic">`) is part of the value it stands in; `&#xD;` separates values and paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterator

from tasks.load.source import Source
from tasks.load.tokens import Tokens
from tasks.load.xml import Dialect, records

DIALECT = Dialect(records=("record",), inline=frozenset({"style"}))


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py; tags are paths such as `titles/secondary-title` and `ref-type@name`."""
    return records(DIALECT, source)
