"""Identifiers of reports: what a DOI, a PMID, an ISSN look like, alone and inside other text.

What a value must be to count as one stands in schemas/record.py, whose checks hold every record to it. Here, `*_IN_TEXT`
finds one in text, whatever stands around it; `doi_of` and `pmid_of` take it out. `*_ALONE` is a value with nothing beside
it. All cost linear time. Patterns without look-around, so that polars takes them as well as Python.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

RESOLVER = r"(?:https?://(?:[\w.-]+\.)?doi\.org/|doi: ?)"
"""What stands before a DOI: a resolver's address (doi.org, dx.doi.org, a library's proxy of them), or its name."""

DOI_IN_TEXT = r"10\.\d{4,9}(?:\.\d+)*/\S+"
"""A DOI up to the next blank: with the punctuation of its sentence, and what a writer ran together with it."""

DOI_ALONE = r"^10\.\d{4,9}(?:\.\d+)*/[^\s\"<>\[\]%]*[^\s\"<>\[\]%).,;:'’”]$"
"""A value that is a DOI and nothing else, unless it holds a second one."""

DOI_OF_TEXT = r"(10\.\d{4,9}(?:\.\d+)*/(?:[<\[][^\s\"<>\[\]]*:[^\s\"<>\[\]]*[>\]]\d\.|[^\s\"<>\[\]])+)"
"""A DOI that brackets end, but for those of old ones made by SICI: 10.5555/0012-9658(2002)083[2421:splfhm]2.0.co;2."""

PMID_IN_TEXT = r"^(?:[^\dA-Za-z]*|\D*(?i:pmid|pubmed|medline)\D*)(\d{1,9})(?:\.0+)?(?:[^\d.,eE].*)?$"
"""A value that is a PMID, with or without its name before it and a remark after it; a spreadsheet's 20990001.0 too."""

PMID_ALONE = r"^(?i:pmid[:\s]*)?0*([1-9]\d{0,8})$"
"""A value that is a PMID and nothing else, with or without its name before it."""

PMCID_IN_TEXT = r"(?i)(PMC\d+)"

ISSN_ALONE = r"^\d{7}[\dX]$"
ISBN_ALONE = r"^(97[89]\d{10}|\d{9}[\dX])$"
"""Without hyphens, the check digit in capitals."""

ROUNDED = r"^\d(?:[.,]\d+)?[eE]\+\d{2,3}$"
"""A number as a spreadsheet shows a long one (2,73E+07): its last digits are gone, so it identifies nothing."""

_DOI = re.compile(DOI_IN_TEXT)
_PMID = re.compile(PMID_IN_TEXT)
_PMID_ALONE = re.compile(PMID_ALONE)
_LONGEST = 200
"""Characters of a cell that can hold a PMID."""
_PUNCTUATION = ".,;:]}>'\"’”"


def doi_of(text: str) -> str | None:
    """The DOI in a cell or a sentence: lower case, bare, without the punctuation after it; None where there is none."""
    found = _DOI.search(unquote(text).lower())
    if found is None:
        return None
    doi = found[0].rstrip(_PUNCTUATION)
    while doi.endswith(")") and doi.count(")") > doi.count("("):  # one that was not opened in it
        doi = doi[:-1].rstrip(_PUNCTUATION)
    return doi


def pmid_of(text: str) -> str | None:
    """The PMID in a cell; None where the cell holds something else. Exports write 0 for none."""
    text = text.strip()[:_LONGEST]
    found = None if re.match(ROUNDED, text) else _PMID.match(text)
    return found[1].lstrip("0") or None if found else None


def pmid_alone(text: str) -> str | None:
    """The PMID that a key is; None where there is anything beside it, so that 'Hartwell 2017' and '7, a note' are none."""
    found = _PMID_ALONE.match(text.strip())
    return found[1] if found else None
