"""PubMed XML (`PubmedArticle` and `PubmedBookArticle`), from the web page, E-utilities and the baseline files.

Markup in titles (italics, superscripts, MathML) is part of the value; an author's parts come one by one, and before
them the whole name, 'Family, Given'; the part of a structured abstract is headed by its label.
"""

from __future__ import annotations

from collections.abc import Iterator

from tasks.load.source import Source
from tasks.load.tokens import Tokens
from tasks.load.xml import Dialect, records

DIALECT = Dialect(
    records=("PubmedArticle", "PubmedBookArticle"),
    inline=frozenset({"i", "b", "u", "sup", "sub", "DispFormula"}),
    by={"ArticleId": "IdType", "ELocationID": "EIdType", "AuthorList": "Type", "OtherID": "Source"},
    label={"AbstractText": "Label"},
    person=frozenset({"Author", "Investigator"}),
)


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py; tags are paths such as `MedlineCitation/PMID` and `PubmedData/ArticleIdList/ArticleId[doi]`."""
    return records(DIALECT, source)
