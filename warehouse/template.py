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
    "web-of-science": ("Web of Science", "Web of Science", "database"),
    "cochrane": ("CENTRAL", "Cochrane Library", "database"),
    "central": ("CENTRAL", "Cochrane Library", "database"),
    "clinicaltrials": ("ClinicalTrials.gov", "ClinicalTrials.gov", "register"),
    "ictrp": ("ICTRP", "WHO ICTRP", "register"),
    "endnote": ("EndNote library", "EndNote", "database"),
}
#: Words by which a name says that its source is no database, with PRISMA's method for it, or 'other' where PRISMA has none.
_METHOD_WORDS: dict[str, str] = {
    r"hand_?search(es|ed|ing)?|hand": "other",
    r"citations?|cited|citing|snowball(s|ing)?": "citation searching",
    r"references?|reference_?lists?|bibliograph(y|ies)": "reference lists",
    r"regist(er|ers|ry|ries)|trials?": "register",
    r"web_?sites?|internet": "websites",
    r"organi[sz]ations?|agenc(y|ies)|charit(y|ies)": "organisations",
    r"calls?": "call for evidence",
    r"experts?|authors?|contacts?|colleagues?": "other",
    r"gr[ae]y": "other",
}
_CHECK = "check: database, register, or one of the other methods above"


def format_template(title: str, sources: Sequence[str]) -> str:
    """The text of a review.toml with these sources. Raises UserError for a name that cannot be one."""
    for name in sources:
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
            raise UserError(
                f"'{name}' cannot be a source's name", hint="small letters, digits, - and _; it is a folder's name too"
            )
    tables = []
    for name in dict.fromkeys(sources):
        database, platform, method, note = _usual(name)
        tables.append(
            f'[[source]]\nname = "{name}"\ndatabase = "{database}"\nplatform = "{platform}"\n'
            f'method = "{method}"{note and f"  # {note}"}\n'
            '# window_from = 2003-01-01\n# window_to = 2026-10-31\n# strategy = """\n# 1  …\n# """\n'
        )
    quoted = title.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return _TEXT.replace("@TITLE@", quoted).replace("@SOURCES@", "\n".join(tables).rstrip())


def _usual(name: str) -> tuple[str, str, str, str]:
    """Database, platform and method of a source of this name, and what is to be checked of them ('' where it is known)."""
    if name in KNOWN:
        return *KNOWN[name], ""
    words = name.replace("-", "_")
    for pattern, method in _METHOD_WORDS.items():
        if re.search(rf"(^|_)({pattern})(_|$)", words):
            return name.replace("-", " ").replace("_", " ").capitalize(), "any", method, ""
    return name, name, "database", _CHECK
