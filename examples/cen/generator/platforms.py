"""EBSCO's and ProQuest's RIS and PubMed's nbib, each with its own pitfalls."""

from __future__ import annotations

from textwrap import wrap

from examples.cen.generator.model import Record, Report, draw
from examples.cen.generator.variants import delivered

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write_ebsco(records: tuple[Record, ...]) -> str:
    """CINAHL on EBSCO: DOI in L3 (now and then in N1 too), ISSN without a dash, the copyright in a second AB."""
    return "".join(_ebsco(record) for record in records)


def _ebsco(record: Record) -> str:
    if record.report is None:
        return "TY  - JOUR\nM3  - Journal Article\nDP  - EBSCOhost\nDB  - ccm\nER  - \n\n"
    report = delivered(record)
    month = draw(f"month:{report.key}", range(12))
    journal = report.journal
    # EBSCO's years: month alone, or the months of a quarter.
    dated = f"{MONTHS[month]}{report.year}" if month % 3 else f"{MONTHS[month]}-{MONTHS[month + 2]}{report.year}"
    note = f"Accession Number: {record.accession}. Language: {report.language}. Publication Type: Journal Article."
    lines = ["TY  - JOUR", f"ID  - {record.accession}", f"T1  - {report.title}."]
    lines += [f"AU  - {one.family}, {one.given}" for one in report.authors]
    lines.append(f"Y1  - {report.year}/{month + 1:02d}//{dated}")
    lines.append(f"N1  - {note}" + (f" DOI: {report.doi}." if report.doi and month % 4 == 0 else ""))
    lines += [f"KW  - {word[0].upper()}{word[1:]}" for word in report.keywords]
    if journal:
        lines += [f"JF  - {journal.name}", f"JO  - {journal.name}"]
    lines += [f"VL  - {report.volume}"] if report.volume else []
    lines += [f"IS  - {report.issue}"] if report.issue else []
    first, last = report.pages
    lines += [f"SP  - {first}", f"EP  - {last}"] if first else []
    lines += [f"SN  - {journal.issn.replace('-', '')}"] if journal and journal.issn else []
    if report.abstract:
        lines.append(f"AB  - {report.abstract_text}")
        if month % 2 == 0:
            lines.append("AB  - Copyright of this invented record is the property of nobody.")
    lines += [f"L3  - {report.doi}"] if report.doi else []
    lines.append(
        f"UR  - http://search.ebscohost.com/login.aspx?direct=true&db=ccm&AN={record.accession}&site=ehost-live"
    )
    lines += ["DP  - EBSCOhost", "DB  - ccm", "ER  - ", "", ""]
    return "\n".join(lines)


def write_proquest(records: tuple[Record, ...]) -> str:
    """ASSIA on ProQuest: two numbers in AN, multi-line abstracts, blank KW, two databases in DB, German notes."""
    return "\n\n".join(_proquest(record) for record in records)


def _proquest(record: Record) -> str:
    report = delivered(record)
    odd = report.number % 3
    lines = ["TY  - JOUR", f"T1  - {report.title}", f"AN  - {record.accession}"]
    if report.abstract:
        text = [f"{label}: {part}" for label, part in report.abstract]
        lines.append("AB  - " + ("\n".join(text) if odd == 0 else " ".join(text)))
    journal = report.journal
    lines += [f"JF  - {journal.name}"] if journal else []
    lines += [f"AU  - {one.family}, {one.given}" for one in report.authors]
    lines += [f"Y1  - {report.year}", f"PY  - {report.year}"]
    first, last = report.pages
    lines += [f"SP  - {first}", f"EP  - {last}"] if first else []
    lines += [f"VL  - {report.volume}"] if report.volume else []
    lines += [f"IS  - {report.issue}"] if report.issue else []
    lines += [f"SN  - {journal.issn}, {journal.issn}"] if journal and journal.issn else []
    lines += ["KW  - "] if odd == 1 else [f"KW  - {word}" for word in report.keywords]
    document = record.accession.split(";")[0]
    lines.append(f"UR  - https://search.proquest.com/docview/{document}?accountid=1")
    lines += [f"L2  - http://dx.doi.org/{report.doi}"] if report.doi else []
    lines.append(f"LA  - {report.language}")
    lines.append(
        "DB  - Applied Social Sciences Index & Abstracts (ASSIA)" + ("; Sociological Abstracts" if odd == 2 else "")
    )
    lines.append(f"N1  - Zuletzt aktualisiert - {report.year}-12-03")
    lines += [f"DO  - http://dx.doi.org/{report.doi}"] if report.doi else []
    return "\n".join([*lines, "ER  - ", "", ""])


def write_pubmed(records: tuple[Record, ...]) -> str:
    """PubMed's nbib: continuation lines, DOI in LID or AID beside a pii, translated titles; no newline at the end."""
    return "\n\n".join(_pubmed(record) for record in records)


def _pubmed(record: Record) -> str:
    report = delivered(record)
    journal = report.journal
    title = (
        f"[{report.title}.]" if report.original_title else report.title + ("" if report.title.endswith("?") else ".")
    )
    lines = [_tag("PMID", record.accession), _tag("OWN", "NLM"), _tag("STAT", "MEDLINE")]
    lines += [_tag("IS", f"{journal.issn} (Electronic)")] if journal and journal.issn else []
    lines += [_tag("VI", report.volume)] if report.volume else []
    lines += [_tag("IP", report.issue)] if report.issue else []
    lines += [_tag("DP", f"{report.year} {MONTHS[report.number % 12]}"), _tag("TI", title)]
    first, last = report.pages
    lines += [_tag("PG", f"{first}-{last}" if last != first else first)] if first else []
    in_lid = report.number % 2 == 0
    if report.doi and in_lid:
        lines.append(_tag("LID", f"{report.doi} [doi]"))
    lines += [_tag("AB", report.abstract_text)] if report.abstract else []
    for one in report.authors:
        lines += [_tag("FAU", f"{one.family}, {one.given}"), _tag("AU", f"{one.family} {one.initials}")]
    lines += [_tag("LA", "ger" if report.language == "German" else "eng"), _tag("PT", "Journal Article")]
    lines += [_tag("TT", f"{report.original_title}.")] if report.original_title else []
    lines += [_tag("TA", journal.abbreviation), _tag("JT", journal.name)] if journal else []
    lines += [_tag("MH", word[0].upper() + word[1:]) for word in report.keywords]
    lines.append(_tag("AID", f"S9999-9999({report.number:05d}) [pii]"))
    if report.doi and not in_lid:
        lines.append(_tag("AID", f"{report.doi} [doi]"))
    lines.append(_tag("SO", _citation(report)))
    return "\n".join(lines)


def _tag(tag: str, value: str) -> str:
    """One field, wrapped as PubMed wraps it."""
    return "\n".join(
        f"{tag if i == 0 else '':<4}{'- ' if i == 0 else '  '}{part}" for i, part in enumerate(wrap(value, 82))
    )


def _citation(report: Report) -> str:
    name = report.journal.abbreviation if report.journal else ""
    first, last = report.pages
    where = f"{report.volume}({report.issue}):{first}-{last}" if first else "Epub"
    return f"{name}. {report.year};{where}." + (f" doi: {report.doi}." if report.doi else "")
