"""What comes from other methods: EndNote's XML for traced citations, a hand-kept CSV for grey literature."""

from __future__ import annotations

import csv
import io
from xml.sax.saxutils import escape

from examples.cen.generator.model import Record, Report
from examples.cen.generator.variants import delivered

REFERENCE_TYPES = {
    "article": ("Journal Article", 17),
    "book": ("Book", 6),
    "chapter": ("Book Section", 5),
    "report": ("Report", 27),
}
COLUMNS = (
    "title",
    "authors",
    "year",
    "type",
    "journal",
    "volume",
    "issue",
    "pages",
    "publisher",
    "doi",
    "url",
    "abstract",
    "language",
    "found",
)


def write_endnote(records: tuple[Record, ...]) -> str:
    """EndNote's XML export: all on one line, every text within a <style>, carriage returns between ISSNs."""
    written = "".join(_endnote(number, record) for number, record in enumerate(records, start=1))
    return f'<?xml version="1.0" encoding="UTF-8" ?><xml><records>{written}</records></xml>'


def _endnote(number: int, record: Record) -> str:
    report = delivered(record)
    name, code = REFERENCE_TYPES.get(report.kind, REFERENCE_TYPES["article"])
    journal = report.journal
    holder = journal.name if journal else report.host
    parts = [
        '<database name="cen.enl" path="cen.enl">cen.enl</database>',
        '<source-app name="EndNote" version="19.2">EndNote</source-app>',
        f'<rec-number>{number}</rec-number><foreign-keys><key app="EN" db-id="cen">{number}</key></foreign-keys>',
        f'<ref-type name="{name}">{code}</ref-type><contributors><authors>',
        *(f"<author>{_style(f'{one.family}, {one.given}')}</author>" for one in report.authors),
        f"</authors></contributors><titles><title>{_style(report.title)}</title>",
        f"<secondary-title>{_style(holder)}</secondary-title>" if holder else "",
        "</titles>",
        f"<periodical><full-title>{_style(journal.name)}</full-title><abbr-1>{_style(journal.abbreviation)}</abbr-1></periodical>"
        if journal
        else "",
        _element("pages", "-".join(dict.fromkeys(page for page in report.pages if page))),
        _element("volume", report.volume),
        _element("number", report.issue),
        f"<keywords>{''.join(_element('keyword', word) for word in report.keywords)}</keywords>",
        f"<dates><year>{_style(str(report.year))}</year></dates>",
        _element("publisher", report.publisher),
        f"<isbn>{_style(f'{journal.issn}&#xD;{journal.issn}', raw=True)}</isbn>" if journal and journal.issn else "",
        _element("abstract", report.abstract_text),
        "<urls></urls>",
        _element("electronic-resource-num", report.doi),
        _element("language", report.language),
    ]
    return f"<record>{''.join(parts)}</record>"


def _style(text: str, *, raw: bool = False) -> str:
    return f'<style face="normal" font="default" size="100%">{text if raw else escape(text)}</style>'


def _element(name: str, text: str) -> str:
    return f"<{name}>{_style(text)}</{name}>" if text else ""


def write_csv(records: tuple[Record, ...]) -> str:
    """A list as somebody keeps it in a spreadsheet; the last column says how each was found."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerows(_row(record) for record in records)
    return text.getvalue()


def _row(record: Record) -> list[str]:
    report: Report = delivered(record)
    return [
        report.title,
        "; ".join(f"{one.family}, {one.given}" for one in report.authors),
        str(report.year),
        report.kind,
        report.journal.name if report.journal else "",
        report.volume,
        report.issue,
        "-".join(page for page in report.pages if page),
        report.publisher,
        report.doi,
        f"https://www.example.org/{report.key}",
        report.abstract_text,
        report.language,
        "E-mail from a professional association"
        if record.source == "Call for evidence"
        else "Web search, first ten pages of results",
    ]
