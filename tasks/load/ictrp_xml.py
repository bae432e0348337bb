"""WHO ICTRP's XML: a `Trial` for each registration found in the search portal of the WHO's registry network."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.load.source import Source
from tasks.load.tokens import Tokens
from tasks.load.xml import Dialect, records

DIALECT = Dialect(records=("Trial",))


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py; tags are the names of elements, such as `TrialID` and `Public_title`."""
    return records(DIALECT, source)
