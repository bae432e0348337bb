"""What lies in the drop folders at the end of a month, the alert in the mailbox, and the records of the service, as bytes."""

from __future__ import annotations

from datetime import UTC, datetime, time
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from examples.cen.generator.catalogue import reports
from examples.cen.generator.files import WRITERS, sidecar
from examples.cen.generator.model import Record
from examples.cen.generator.months import arrivals
from examples.cen.generator.months.calendar import MONTHS, NAMES, NOTICE, day_in, number_of
from examples.cen.generator.months.people import TAKEN_OUT, decision_files
from examples.cen.generator.months.reports import month_reports
from examples.cen.generator.months.synthesis import study_files
from examples.cen.generator.variants import delivered

ALERT_SENDER = "My NCBI <alerts@pubmed.example>"
ALERT_SUBJECT = "What's new for 'CEN' in PubMed"
_NOTICES = (
    "Record ID,Title,Journal,RetractionDate,RetractionDOI,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,"
    "RetractionNature,Reason"
)


def files(month: str) -> dict[str, bytes]:
    """Path in the review's folder → content, of what people put there in a month."""
    made = {}
    for export in arrivals.exports(month):
        if export.source in arrivals.FILES:
            made[export.path] = WRITERS[export.writer](export.records)
            made[f"{export.path}.toml"] = sidecar(export).encode()
    if month == NOTICE:
        made["notices/retraction-watch.csv"] = _notices()
    return made | decision_files(month) | study_files(month)


def alert(month: str) -> bytes:
    """The message of a month: PubMed's records as an attachment, or, every second month, in the body."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = ALERT_SENDER, "cen-review@team.example", ALERT_SUBJECT
    sent = datetime.combine(day_in(month, arrivals.ALERT_DAY), time(5, 30), tzinfo=UTC)
    message["Date"], message["Message-ID"] = format_datetime(sent), f"<{month}.cen@pubmed.example>"
    (export,) = (one for one in arrivals.exports(month) if one.source == arrivals.MAIL)
    records = WRITERS[export.writer](export.records).decode()
    if number_of(month) % 2:
        message.set_content(
            f"This message is fictional.\n\nNew in {NAMES[number_of(month) - 1]}: see the attachment.\n"
        )
        message.add_attachment(records, subtype="plain", filename=f"pubmed-{month}.nbib")
        message.set_boundary(f"=={month}.cen==")  # else it is drawn, and the same message has other bytes
    else:
        message.set_content(records + "\n")
    return message.as_bytes(policy=policy.SMTP)


def stranger() -> bytes:
    """A message that is no alert, as every mailbox gets."""
    message = EmailMessage()
    message["From"], message["To"] = "Library <news@library.example>", "cen-review@team.example"
    message["Subject"], message["Message-ID"] = "Opening hours in May", "<hours@library.example>"
    message["Date"] = format_datetime(datetime(2020, 5, 4, 9, tzinfo=UTC))
    message.set_content("The reading room of this invented library opens at nine.\n")
    return message.as_bytes(policy=policy.SMTP)


def service_record(record: Record) -> dict[str, Any]:
    """A record in the shape of Europe PMC's search results."""
    report = delivered(record)
    journal = report.journal
    return {
        "id": report.pmid, "source": "MED", "pmid": report.pmid, "doi": report.doi, "title": f"{report.title}.",
        "authorList": {
            "author": [
                {"fullName": f"{one.family} {one.initials}", "firstName": one.given, "lastName": one.family, "initials": one.initials}
                for one in report.authors
            ]
        },
        "journalInfo": {
            "volume": report.volume, "issue": report.issue, "yearOfPublication": report.year,
            "journal": {"title": journal.name, "issn": journal.issn} if journal else {},
        },
        "pubYear": str(report.year), "pageInfo": "-".join(dict.fromkeys(page for page in report.pages if page)),
        "abstractText": report.abstract_text, "language": "eng", "pubTypeList": {"pubType": ["Journal Article"]},
        "keywordList": {"keyword": list(report.keywords)},
    }  # fmt: skip


def _notices() -> bytes:
    """Retraction Watch's list as it is by then: the notice that February brought, and the new one."""
    known = reports() | month_reports()
    rows = [_NOTICES]
    for number, (day, key) in enumerate((("2/3/2020", TAKEN_OUT[MONTHS[0]]), ("7/14/2020", "inc-08")), start=1):
        report = known[key]
        title = report.title.split(": ")[0].replace('"', "'")
        rows.append(
            f'{number},"{title}",{report.journal.name if report.journal else ""},{day} 0:00,10.5555/cen.retraction.{number},'
            f"1/1/{report.year} 0:00,{report.doi},0,Retraction,Made up for the example"
        )
    return ("\n".join(rows) + "\n").encode()
