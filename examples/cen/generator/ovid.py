"""Ovid's RIS export: MEDLINE, Embase, HMIC and Social Policy and Practice, alone or mixed in one file.

Its pitfalls: a counter before each record and a link line after it; the database told only by `D=` in that link and
in L2; `NL` after ER; DOIs as addresses, some percent-encoded, some twice; sections of an abstract joined by "., ".
"""

from __future__ import annotations

from urllib.parse import quote

from examples.cen.generator.model import Record, Report, draw
from examples.cen.generator.variants import delivered

SEGMENTS = {
    "MEDLINE": "med26",
    "Embase": "emed99",
    "HMIC": "hmic",
    "Social Policy and Practice": "sopp",
    "PsycINFO": "psyc",
}
TYPES = {"book": "BOOK", "report": "RPRT", "chapter": "CHAP", "thesis": "THES"}
ADDRESS = "http://ovidsp.ovid.com/ovidweb.cgi?T=JS"


def write(records: tuple[Record, ...]) -> str:
    """The text of an export; whether it has a BOM and how its lines end is the file's matter."""
    return "".join(_record(number, record) for number, record in enumerate(records, start=1))


def _record(number: int, record: Record) -> str:
    if record.report is None:
        return f"{number}. \nTY  - JOUR\nY1  - 2015//\nER  - \n\n"
    report = delivered(record)
    lines = [f"{number}. ", f"TY  - {TYPES.get(report.kind, 'JOUR')}"]
    segment = SEGMENTS[record.source]
    link = f"&D={segment}&NEWS=N&AN={record.accession}"
    if record.source == "Social Policy and Practice":
        lines.append("DB  - Social Policy and Practice <202001>")
    lines.append(f"ID  - {record.accession}")
    doi = _doi(report)
    lines += [f"DO  - {doi}"] if doi else []
    lines.append(f"T1  - {_title(record.source, report)}")
    lines += [f"A1  - {name}" for name in _authors(record.source, report)]
    lines.append(f"Y1  - {report.year}//")
    if report.abstract:
        lines.append(f"N2  - {_abstract(record.source, report)}")
    lines += [f"KW  - {'*' if i == 0 else ''}{word}" for i, word in enumerate(report.keywords)]
    if record.source == "Embase":
        lines += (
            [f"XT  - {report.keywords[0]} / *diagnosis", "XT  - placebo / drug comparison"] if report.keywords else []
        )
    lines += _holder(report)
    if report.kind in ("conference", "preprint", "erratum", "letter", "editorial"):
        lines.append(f"M3  - {_KINDS[report.kind]}")
    if record.source == "Embase" and report.authors:
        lines.append(f"M1  - ({report.authors[0].family}) Department of Examples, Invented University, Specimen City")
    if report.language != "English":
        lines.append(f"LA  - {report.language}")
    if doi and draw(f"doubled:{report.key}", (True, False, False)):
        lines.append(f"DO  - {doi}")
    lines.append(f"L2  - {ADDRESS}&PAGE=reference{link}")
    lines.append("ER  - ")
    if record.source == "MEDLINE" and report.journal and draw(f"nl:{report.key}", (True, False)):
        lines.append(f"NL  - {report.journal.abbreviation}")
    lines += ["", f"Link to the Ovid Full Text or citation: {ADDRESS}&CSC=Y&PAGE=fulltext{link}", "", ""]
    return "\n".join(lines)


_KINDS = {
    "conference": "Conference Abstract",
    "preprint": "Preprint",
    "erratum": "Published Erratum",
    "letter": "Letter",
    "editorial": "Editorial",
}


def _doi(report: Report) -> str:
    """As an address: bare, percent-encoded, or an address within an address."""
    if not report.doi:
        return ""
    style = draw(f"doi:{report.key}", ("plain", "plain", "encoded", "nested"))
    if style == "encoded":
        return f"https://dx.doi.org/{quote(report.doi, safe='')}"
    if style == "nested":
        return f"http://dx.doi.org/https://doi.org/{report.doi}"
    return f"http://dx.doi.org/{report.doi}"


def _title(source: str, report: Report) -> str:
    end = "" if report.title.endswith("?") else "."
    if source == "MEDLINE" and report.original_title:
        return f"[{report.title}]. [{report.language}]"
    return report.title + end


def _authors(source: str, report: Report) -> list[str]:
    """MEDLINE writes names in full, Embase initials with dots, HMIC corporate authors as they are."""
    if not report.authors:
        return [report.publisher] if report.publisher else []
    if source == "Embase":
        return [f"{one.family} {'.'.join(one.initials)}." for one in report.authors]
    return [f"{one.family}, {one.given}" for one in report.authors]


def _abstract(source: str, report: Report) -> str:
    parts = [f"{label}: {text}" for label, text in report.abstract]
    return ", ".join(parts) if source == "MEDLINE" else " ".join(parts)


def _holder(report: Report) -> list[str]:
    """Where the report stands: in a journal, in a book, or by itself."""
    lines = []
    if report.journal:
        lines += [f"JF  - {report.journal.name}", f"JA  - {report.journal.abbreviation}"]
    if report.host:
        lines.append(f"T2  - {report.host}")
    lines += [f"VL  - {report.volume}"] if report.volume else []
    lines += [f"IS  - {report.issue}"] if report.issue else []
    first, last = report.pages
    lines += [f"SP  - {first}", f"EP  - {last}"] if first else []
    lines += [f"CY  - {report.place}"] if report.place else []
    lines += [f"PB  - {report.publisher}"] if report.publisher else []
    number = report.journal.issn if report.journal else report.isbn
    return lines + ([f"SN  - {number}"] if number else [])
