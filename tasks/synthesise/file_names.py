"""What reference managers write into the names of the files that they keep: author, year and (the beginning of) the title."""

from __future__ import annotations

import re
from typing import NamedTuple

_NAME = re.compile(
    r"\s*(?P<authors>[^\d]+?)\s*(?:-|–|_)\s*(?P<year>(?:19|20)\d\d)[a-z]?\s*(?:-|–|_)\s*(?P<title>\S.*)", re.DOTALL
)
_SUFFIX = re.compile(r"\.[A-Za-z]{2,5}$")


class NamedFile(NamedTuple):
    """`author`: the first one's family name; `year`; `title`: cut off where the program cuts it."""

    author: str
    year: int
    title: str


def parse_file_name(name: str) -> NamedFile | None:
    """The parts of 'Hartwell et al. - 2017 - Talking about pain.pdf' (Zotero) or 'Hartwell-2017-Talking about pain1.pdf'
    (EndNote, which numbers equal names); None for any other name."""
    found = _NAME.fullmatch(_SUFFIX.sub("", name))
    if found is None:
        return None
    author = re.split(r",|;| and | & | et al", found["authors"])[0].strip()
    title = re.sub(r"(?<=[^\W\d])\d$|[…\s.]+$", "", found["title"]).strip()
    return NamedFile(author, int(found["year"]), title) if author and title else None
