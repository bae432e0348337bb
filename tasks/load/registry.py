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

from tasks.load.mapping import Mapping, load
from tasks.load.source import Source
from tasks.load.tokens import Tokeniser

MAPPINGS = Path(__file__).with_name("mappings")

FAR = 1 << 14
"""Characters after its begin within which a clue is whole, if it is not tied to the text's begin."""


@dataclass(frozen=True)
class Format:
    """One syntax.

    `clue`: a regular expression (MULTILINE) that the first 256 KB of text, with LF at each line's end, hold in this syntax;
    where several formats' clues are found, the one that stands earliest in the text decides, and of those in the same place
    the first in `FORMATS`. `magic`: the first bytes of a binary one. `module`: the module of tasks.load with its `tokenise`,
    and, of a binary one, with its `first_text`. `mapped`: the format whose mappings it shares. `start`: what begins a record's
    first line (MULTILINE), where platforms are told by what most records hold.
    """

    name: str
    title: str
    module: str
    clue: str = ""
    magic: bytes = b""
    mapped: str = ""
    start: str = ""

    def matches(self, head: bytes) -> bool:
        """Whether a binary file with these first bytes is of this format."""
        return bool(self.magic) and head.startswith(self.magic)

    def find(self, text: str, before: int) -> re.Match[str] | None:
        """Where the clue stands in a file's first text, if it begins by `before`; of several formats the earliest counts."""
        end = len(text) if self.clue.startswith(r"\A") else before + FAR
        return re.compile(self.clue, re.MULTILINE).search(text, 0, end) if self.clue else None

    def records(self, text: str) -> list[str]:
        """The records in a file's first text, cut roughly: only for telling platforms."""
        begins = [found.start() for found in re.finditer(self.start, text, re.MULTILINE)] if self.start else []
        ends = [*begins[1:], len(text)] if begins else []
        return [text[begin:end] for begin, end in zip(begins, ends, strict=True)] or [text]

    def first_text(self, source: Source) -> str:
        """A binary file's first text, in which its platform is looked for; raises `UserError` where there is none."""
        text: str = import_module(f"tasks.load.{self.module}").first_text(source)
        return text

    @property
    def tokenise(self) -> Tokeniser:
        """The tokeniser, imported when it is first used."""
        tokeniser: Tokeniser = import_module(f"tasks.load.{self.module}").tokenise
        return tokeniser


FORMATS: tuple[Format, ...] = (
    # The line-tagged syntaxes. Order matters where one could be taken for another.
    Format("ovid-tagged", "Ovid, tagged", "ovid_tagged", r"^ ?<\d+\. ?>[ \t]*\n ?[A-Z][A-Z0-9] +-"),
    Format("nbib", "PubMed / MEDLINE (nbib)", "nbib", r"^(PMID *- ?\d+|OWN *- )"),
    Format("ris", "RIS", "ris", r"^[ \t]*(TY[ \t]{0,4}-|ER  -|ty  -)", start=r"^[ \t]*(?:TY[ \t]{0,4}-|ty  -)"),
    Format("wos", "Web of Science, tagged", "wos", r"^(FN .*\n(VR .*\n)?\s*PT |PT [A-Z] *\n[A-Z][A-Z0-9] )"),
    Format("refworks", "RefWorks, tagged", "refworks", r"^RT [A-Z]"),
    Format("enw", "EndNote (enw)", "enw", r"^%[0AT] ", start="^%0 "),
    Format(
        "bibtex",
        "BibTeX",
        "bibtex",
        r"^[ \t]*@[ \t]*(?i:(?!comment|string|preamble)[a-z][\w-]*)\s*[{(]\s*[^\s{}]*\s*,?",
        start=r"^[ \t]*@[ \t]*(?i:(?!comment|string|preamble)[a-z])",
    ),
    Format("noteexpress", "NoteExpress", "noteexpress", r"^\{Reference Type\}: "),
    Format("cnki-estudy", "CNKI E-Study", "cnki_estudy", r"^(?:DataType: ?\d|Title-[^\x00-\x7f:]{1,9}: )"),
    Format(
        "proquest-text",
        "ProQuest, plain text",
        "proquest_text",
        r"\A(?=[\s\S]*?^_{20,}$)(?=[\s\S]*?^ProQuest document ID: *\d)|\A(?=[\s\S]*?^_{20,}$)(?=[\s\S]*?^Report Information from ProQuest)",
    ),
    Format(
        "ovid-reprint",
        "Ovid, reprint text",
        "ovid_reprint",
        r"^<\d+>[ \t]*\n(?:[ \t]*\n)*[A-Z][^\n]{1,60}\n[ \t]",
    ),
    Format(
        "pubmed-abstract", "PubMed, abstract text", "pubmed_abstract", r"\A\s*\d+\. (?=[^\n]*\d{4})[\s\S]*?^PMID: *\d"
    ),
    Format(
        "csl-json",
        "CSL-JSON",
        "csl_json",
        r"\A\s*(?:\[\s*\{|\{\s*\"items\"\s*:\s*\[)(?!\s*\"protocolSection\")(?=[\s\S]*?\"(?:title|type|issued)\"\s*:)",
    ),
    # XML, told apart by elements that only one of them has.
    Format("pubmed-xml", "PubMed XML", "pubmed_xml", r"\A\s*(?=<)[\s\S]*?<Pubmed(Book)?Article[\s>]"),
    Format(
        "ebsco-xml", "EBSCO XML", "ebsco_xml", r"\A\s*(?=<)[\s\S]*?<(controlInfo|artinfo|header [^<>]*shortDbName)\b"
    ),
    Format(
        "endnote-xml",
        "EndNote XML",
        "endnote_xml",
        r"\A\s*(?=<)[\s\S]*?<(ref-type|contributors|rec-number|source-app)\b|\A\s*(<\?xml[^<>]*>\s*)?<xml>\s*<records>",
    ),
    Format("ictrp-xml", "WHO ICTRP XML", "ictrp_xml", r"\A\s*(?=<)[\s\S]*?<(?:Trials_downloaded_from_ICTRP|TrialID)\b"),
    Format("ovid-xml", "Ovid XML", "ovid_xml", r"\A\s*(?=<)[\s\S]*?<record\b[^<>]*>\s*<(F\s|(VN|DB|UI|AN|ORN|TI|AU)>)"),
    # Pages of search services.
    Format(
        "service-json",
        "Search service (JSON)",
        "service_json",
        r"\A\s*[\[{][\s\S]*?(\"(resultList|citationList|referenceList|hitCount|message-type|paperId|protocolSection|studies)\"\s*:"
        r"|https://openalex\.org/|\"meta\"\s*:\s*\{\s*\"count\"|\"total\"\s*:\s*\d+\s*,\s*\"(token|offset|data)\")",
    ),
    # Tables. A header names at least a title and something else that records have.
    Format("xlsx", "Excel", "xlsx", magic=b"PK\x03\x04", mapped="csv"),
    Format(
        "csv-by-row",
        "CSV, fields by row",
        "csv_by_row",
        r"\A(?=[\s\S]*?^\"?AUTHOR NAMES\"?[,;\t])[\s\S]*?^\"?TITLE\"?[,;\t]",
        mapped="csv",
    ),
    Format(
        "csv",
        "CSV, TSV",
        "delimited",
        r"(?i)^(?=.*?(?:auth|creat|year|date|doi|abstract|journal|source|pmid|\bau\b|\bab\b|\bso\b|sponsor|summary))(?=.*[,;\t|])"
        r"(?:.*[,;\t|])?[ \t]{0,4}\"?[ \t]{0,4}(?:[\w ]{0,16}[ _])?(?:title|ti|display_name|title primary)\"?[ \t]{0,4}(?:[,;\t|]|$)"
        r"|^(?=.*artinfo/(?:tig/)?atl).*[,;\t|]",
    ),
    # Add here.
)


def formats() -> dict[str, Format]:
    """All formats by name."""
    return {form.name: form for form in FORMATS}


@cache
def mappings(name: str) -> tuple[Mapping, ...]:
    """The mappings of a format, the most particular platform first, the format's own last."""
    name = (formats()[name].mapped if name in formats() else "") or name
    found = [
        load(path) for path in (MAPPINGS / f"{name}.toml", *sorted(MAPPINGS.glob(f"{name}.*.toml"))) if path.exists()
    ]
    return tuple(sorted(found, key=lambda mapping: (-mapping.priority, mapping.name)))
