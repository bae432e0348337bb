"""The formats that can be read, and the mappings of the platforms that write them.

To add a format: one small module with `tokenise(source) -> Iterator[Tokens]` (see tokens.py), one line in `FORMATS`,
and one mapping `mappings/<format>.toml` (see mapping.py). To add a platform: one mapping `mappings/<format>.<platform>.toml`.
Nothing else changes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from tasks.formats.mapping import Mapping, load
from tasks.formats.tokens import Tokeniser

MAPPINGS = Path(__file__).with_name("mappings")


@dataclass(frozen=True)
class Format:
    """One syntax.

    `clue`: a regular expression (MULTILINE) that the first 256 KB of text hold in this syntax and in none above it in
    `FORMATS`. `magic`: the first bytes of a binary one. `module`: the module of tasks.formats with its `tokenise`.
    """

    name: str
    title: str
    module: str
    clue: str = ""
    magic: bytes = b""

    def matches(self, head: bytes, text: str) -> bool:
        """Whether a file with these first bytes, and this first text, is of this format."""
        if self.magic:
            return head.startswith(self.magic)
        return re.search(self.clue, text, re.MULTILINE) is not None

    @property
    def tokenise(self) -> Tokeniser:
        """The tokeniser, imported when it is first used."""
        tokeniser: Tokeniser = import_module(f"tasks.formats.{self.module}").tokenise
        return tokeniser


FORMATS: tuple[Format, ...] = (
    # The line-tagged syntaxes. Order matters where one could be taken for another.
    Format("ovid-tagged", "Ovid, tagged", "ovid_tagged", r"^ ?<\d+\. ?>[ \t]*\r?\n ?[A-Z][A-Z0-9] +-"),
    Format("nbib", "PubMed / MEDLINE (nbib)", "nbib", r"^(PMID *- ?\d+|OWN *- )"),
    Format("ris", "RIS", "ris", r"^[ \t]*(TY[ \t]{0,4}-|ER  -)"),
    Format("wos", "Web of Science, tagged", "wos", r"^(FN .*\r?\n(VR .*\r?\n)?\s*PT |PT [A-Z]\r?$[\s\S]*?^ER\s*$)"),
    Format("refworks", "RefWorks, tagged", "refworks", r"^RT [A-Z]"),
    Format("enw", "EndNote (enw)", "enw", r"^%[0AT] "),
    # XML, told apart by elements that only one of them has.
    Format("pubmed-xml", "PubMed XML", "pubmed_xml", r"\A\s*<[\s\S]*?<Pubmed(Book)?Article[\s>]"),
    Format("ebsco-xml", "EBSCO XML", "ebsco_xml", r"\A\s*<[\s\S]*?<(controlInfo|artinfo|header [^>]*shortDbName)\b"),
    Format("endnote-xml", "EndNote XML", "endnote_xml", r"\A\s*<[\s\S]*?<(ref-type|contributors|rec-number|source-app)\b|\A\s*(<\?xml[^>]*>\s*)?<xml>\s*<records>"),
    Format("ovid-xml", "Ovid XML", "ovid_xml", r"\A\s*<[\s\S]*?<record\b[^>]*>\s*<(F\s|(VN|DB|UI|AN|ORN|TI|AU)>)"),
    # Pages of search services.
    Format(
        "service-json",
        "Search service (JSON)",
        "service_json",
        r"\A\s*\{[\s\S]*?(\"(resultList|citationList|referenceList|hitCount|message-type|paperId|protocolSection|studies)\"\s*:"
        r"|https://openalex\.org/|\"meta\"\s*:\s*\{\s*\"count\"|\"total\"\s*:\s*\d+\s*,\s*\"(token|offset|data)\")",
    ),
    # Add here.
)


def formats() -> dict[str, Format]:
    """All formats by name."""
    return {one.name: one for one in FORMATS}


@cache
def mappings(name: str) -> tuple[Mapping, ...]:
    """The mappings of a format, the most particular platform first, the format's own last."""
    found = [load(path) for path in (MAPPINGS / f"{name}.toml", *sorted(MAPPINGS.glob(f"{name}.*.toml"))) if path.exists()]
    return tuple(sorted(found, key=lambda mapping: (-mapping.priority, mapping.name)))
