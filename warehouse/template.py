"""The commented review.toml of a new review."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from schemas.errors import UserError

_TEXT = Path(__file__).with_name("review.template.toml").read_text(encoding="utf-8")

#: What is usual for a source of this name: database, platform, method.
KNOWN: dict[str, tuple[str, str, str]] = {
    "medline": ("MEDLINE", "Ovid", "database"),
    "embase": ("Embase", "Ovid", "database"),
    "hmic": ("HMIC", "Ovid", "database"),
    "social-policy-and-practice": ("Social Policy and Practice", "Ovid", "database"),
    "psycinfo": ("PsycINFO", "Ovid", "database"),
    "cinahl": ("CINAHL", "EBSCO", "database"),
    "assia": ("ASSIA", "ProQuest", "database"),
    "pubmed": ("PubMed", "PubMed", "database"),
    "scopus": ("Scopus", "Scopus", "database"),
    "wos": ("Web of Science", "Web of Science", "database"),
    "cochrane": ("CENTRAL", "Cochrane Library", "database"),
    "clinicaltrials": ("ClinicalTrials.gov", "ClinicalTrials.gov", "register"),
    "endnote": ("EndNote library", "EndNote", "database"),
    "citation-searching": ("Citation searching", "any", "citation searching"),
    "reference-lists": ("Reference lists", "any", "reference lists"),
    "websites": ("Websites", "any", "websites"),
    "organisations": ("Organisations", "any", "organisations"),
    "call-for-evidence": ("Call for evidence", "any", "call for evidence"),
}


def template(title: str, sources: Sequence[str]) -> str:
    """The text of a review.toml with these sources. Raises UserError for a name that cannot be one."""
    for name in sources:
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
            raise UserError(
                f"'{name}' cannot be a source's name", hint="small letters, digits, - and _; it is a folder's name too"
            )
    tables = []
    for name in dict.fromkeys(sources):
        database, platform, method = KNOWN.get(name, (name, name, "database"))
        tables.append(
            f'[[source]]\nname = "{name}"\ndatabase = "{database}"\nplatform = "{platform}"\nmethod = "{method}"\n'
            '# window_from = 2003-01-01\n# window_to = 2026-10-31\n# strategy = """\n# 1  …\n# """\n'
        )
    quoted = title.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return _TEXT.replace("@TITLE@", quoted).replace("@SOURCES@", "\n".join(tables).rstrip())
