"""Exports written by hand, as three platforms write them, of records that a test makes up. Names and titles are fictional."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rec:
    """One record: what its source says of a report. Authors are 'Family, Given'; '' where the source says nothing."""

    accession: str
    title: str
    authors: tuple[str, ...] = ("Testperson, Tess",)
    year: int = 2019
    journal: str = "Journal of Invented Care"
    volume: str = "12"
    issue: str = "3"
    pages: tuple[str, str] = ("244", "258")
    doi: str = ""
    abstract: str = ""


def ovid(records: Sequence[Rec], first: int = 1, database: str = "med26") -> str:
    """Ovid's RIS: a counter before each record, from `first`."""
    blocks = []
    for counter, r in enumerate(records, start=first):
        lines = ["TY  - JOUR", f"ID  - {r.accession}"]
        lines += [f"DO  - https://dx.doi.org/{r.doi.replace('/', '%2F')}"] if r.doi else []
        lines += [f"T1  - {r.title}", *(f"A1  - {name}" for name in r.authors), f"Y1  - {r.year}//"]
        lines += [f"N2  - {r.abstract}"] if r.abstract else []
        lines += [
            f"JF  - {r.journal}",
            f"VL  - {r.volume}",
            f"IS  - {r.issue}",
            f"SP  - {r.pages[0]}",
            f"EP  - {r.pages[1]}",
        ]
        lines += [
            f"L2  - http://ovidsp.ovid.com/ovidweb.cgi?T=JS&PAGE=reference&D={database}&NEWS=N&AN={r.accession}",
            "ER  - ",
            "",
        ]
        blocks.append(f"{counter}. \n" + "\n".join(lines))
    return "\n".join(blocks)


def ebsco(records: Sequence[Rec], first: int = 1) -> str:
    """EBSCO's RIS, which counts nothing (`first` is not used)."""
    blocks = []
    for r in records:
        lines = ["TY  - JOUR", f"ID  - {r.accession}", f"T1  - {r.title}", *(f"AU  - {name}" for name in r.authors)]
        lines += [
            f"Y1  - {r.year}/04//Apr{r.year}",
            f"N1  - Accession Number: {r.accession}. Language: English.",
            f"JF  - {r.journal}",
        ]
        lines += [f"VL  - {r.volume}", f"IS  - {r.issue}", f"SP  - {r.pages[0]}", f"EP  - {r.pages[1]}"]
        lines += [f"AB  - {r.abstract}"] if r.abstract else []
        lines += [f"L3  - {r.doi}"] if r.doi else []
        lines += ["DP  - EBSCOhost", "DB  - ccm", "ER  - ", ""]
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def nbib(records: Sequence[Rec], first: int = 1) -> str:
    """PubMed's own format, which counts nothing (`first` is not used)."""
    blocks = []
    for r in records:
        lines = [
            f"PMID- {r.accession}",
            "OWN - NLM",
            "STAT- MEDLINE",
            f"VI  - {r.volume}",
            f"IP  - {r.issue}",
            f"DP  - {r.year} Oct",
        ]
        lines += [f"TI  - {r.title}", f"PG  - {r.pages[0]}-{r.pages[1]}"]
        lines += [f"AB  - {r.abstract}"] if r.abstract else []
        lines += [f"FAU - {name}" for name in r.authors]
        lines += ["LA  - eng", "PT  - Journal Article", f"JT  - {r.journal}"]
        lines += [f"AID - {r.doi} [doi]"] if r.doi else []
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


#: Source of tests/support/reviews.py → how its platform writes, and the ending of its files.
WRITERS = {"medline": (ovid, "ris"), "cinahl": (ebsco, "ris"), "pubmed": (nbib, "nbib")}
