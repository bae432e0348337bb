"""Identifiers of reports: what a DOI, a PMID, an ISSN, a registration number looks like, alone and inside other text.

`*_SHAPE` is what a value must be to count as one (schemas/record.py, whose checks hold every record to them); `*_IN_TEXT`
finds one in text, whatever stands around it; `doi_in` and the like take it out. All cost linear time. Patterns without
look-around, so that polars takes them as well as Python.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from schemas.record import DOI_SHAPE, ISSN_SHAPE, PMCID_SHAPE, PMID_SHAPE

__all__ = ["DOI_SHAPE", "ISSN_SHAPE", "PMCID_SHAPE", "PMID_SHAPE"]

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

PMCID_IN_TEXT = r"(?i)(PMC\d+)"

ROUNDED = r"^\d(?:[.,]\d+)?[eE]\+\d{2,3}$"
"""A number as a spreadsheet shows a long one (2,73E+07): its last digits are gone, so it identifies nothing."""

REGISTRATION = (
    r"NCT\d{8}|ISRCTN\d{8}|ACTRN\d{14}|ChiCTR[A-Za-z0-9-]{6,20}|CTRI/\d{4}/\d{2,3}/\d{6}|DRKS\d{8}|"
    r"(?:EUCTR)?20\d\d-\d{6}-\d\d(?:-\d\d)?(?:-[A-Z]{2})?|IRCT\d{8,18}(?:N\d+)?|jRCTs?\d{9,12}|JPRN-[A-Za-z0-9-]+|"
    r"KCT\d{7}|NTR-?\d{1,5}|NL-?OMON\d+|PACTR\d{15,16}|RBR-[a-z0-9]{6,8}|RPCEC\d{8}|SLCTR/\d{4}/\d{3}|TCTR\d{11}|UMIN\d{9}"
)
"""Numbers under which registers of the WHO's network hold a study."""

_RESOLVED = re.compile(RESOLVER)
_DOI = re.compile(DOI_IN_TEXT)


def doi_in(text: str) -> str:
    """The first DOI in a text, in lower case, percent-decoded, without the punctuation after it; empty where there is none."""
    found = _DOI.search(_RESOLVED.sub("", unquote(text.lower())))
    return found[0].rstrip(".,;:)]}>'\"’”") if found else ""
