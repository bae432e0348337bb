"""Tables beside the searches: citations that were followed, notices, open texts, split exports, and what sources brought."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_WHOLE, REPORT_ID, Table, Texts, UtcTime, rows_from, rule
from schemas.protocol import METHODS
from schemas.screening import PLACES

#: What a notice on a report can be.
NATURES = ("retraction", "partial retraction", "expression of concern", "correction", "reinstatement")


class BaseTrail(Table):
    """Trails of citations that were followed: one report, one direction, one service (base of the view citation_trail)."""

    event_id: pl.Int64 = pa.Field(description="Its outcome's place in the log.")
    search_key: str = pa.Field(description="What the pages of the chase share.")
    trail: str = pa.Field(description="The trail in words; the note of the pages that it brought.")
    source: str = pa.Field(description="The protocol's source.")
    service: str = pa.Field(description="The service that was asked.")
    direction: str = pa.Field(
        isin=["forwards", "backwards"], description="forwards: who cites it; backwards: what it cites."
    )
    report_id: str = pa.Field(description="The included report, by its id at that time.")
    asked: str = pa.Field(description="The name by which the service was asked for it: 'doi:…' or 'pmid:…'.")
    executed_at: UtcTime = pa.Field(description="When (UTC).")
    expected: pl.Int64 = pa.Field(
        nullable=True, ge=0, description="Records that the service announced; null where it counts none."
    )
    retrieved: pl.Int64 = pa.Field(ge=0, description="Distinct records that came.")
    complete: bool = pa.Field(description="Whether all came.")
    reason: str = pa.Field(description="Why not; empty where all came.")

    says_why = rule("a reason where not all came, and only there", "complete = (reason = '')")

    class Config:
        """Where it stands."""

        name = "core.trail"
        metadata = READ_WHOLE


class CitationTrail(Table):
    """Every trail of citations that was followed from an included report, with how it ended."""

    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report, by today's id.")
    direction: str = pa.Field(
        isin=["forwards", "backwards"], description="forwards: who cites it; backwards: what it cites."
    )
    service: str = pa.Field(description="The service that was asked.")
    source: str = pa.Field(description="The protocol's source.")
    asked: str = pa.Field(description="The name by which the service was asked for it: 'doi:…' or 'pmid:…'.")
    executed_at: UtcTime = pa.Field(description="When (UTC).")
    expected: pl.Int64 = pa.Field(
        nullable=True, ge=0, description="Records that the service announced; null where it counts none."
    )
    retrieved: pl.Int64 = pa.Field(ge=0, description="Distinct records that came.")
    complete: bool = pa.Field(description="Whether all came.")
    reason: str = pa.Field(description="Why not; empty where all came.")

    says_why = rule("a reason where not all came, and only there", "complete = (reason = '')")

    class Config:
        """Where it stands."""

        name = "main.citation_trail"
        metadata = READ_WHOLE | rows_from("core.trail")


class FoundBy(Table):
    """How each record was found: one row for each way."""

    record_id: str = pa.Field(description="The record.")
    report_id: str = pa.Field(nullable=True, str_matches=REPORT_ID, description="The report that it stands for.")
    source: str = pa.Field(description="The protocol's source.")
    method: str = pa.Field(
        nullable=True, isin=METHODS, description="How the source's records are found (PRISMA's columns)."
    )
    search_id: str = pa.Field(description="The search.")
    executed_at: UtcTime = pa.Field(description="When the search was run (UTC).")
    file_name: str = pa.Field(description="The file or page that held it.")
    direction: str = pa.Field(
        nullable=True,
        isin=["forwards", "backwards"],
        description="By citation: forwards (it cites the report), backwards (it is cited by it).",
    )
    service: str = pa.Field(nullable=True, description="By citation: the service that said so.")
    from_report_id: str = pa.Field(nullable=True, description="By citation: the included report, by today's id.")
    note: str = pa.Field(nullable=True, description="What the deliverer noted; the trail in words.")

    class Config:
        """Where it stands."""

        name = "main.found_by"
        metadata = READ_WHOLE


class BaseServiceCheck(Table):
    """Each time that a service was asked for notices or open texts (base of the view service_check)."""

    check_id: pl.Int64 = pa.Field(
        description="Its outcome's place in the log, or the arrival of the list that was read."
    )
    subject: str = pa.Field(isin=["notices", "open texts"], description="What was asked for.")
    origin: str = pa.Field(description="Who was asked: crossref, pubmed, unpaywall; or retraction-watch, a list.")
    executed_at: UtcTime = pa.Field(description="When (UTC).")
    window_from: date = pa.Field(
        nullable=True, description="First day of the window; null: from the beginning, or no window."
    )
    window_to: date = pa.Field(nullable=True, description="Last day of the window.")
    found: pl.Int64 = pa.Field(ge=0, description="Notices, or DOIs that were answered.")
    complete: bool = pa.Field(description="Whether all was answered.")
    reason: str = pa.Field(description="Why not; empty where all was.")

    says_why = rule("a reason where not all was answered, and only there", "complete = (reason = '')")

    class Config:
        """Where it stands."""

        name = "core.service_check"
        metadata = READ_WHOLE


class ServiceCheck(Table):
    """Each time that a service was asked for notices or open texts, or that a list of notices was read."""

    subject: str = pa.Field(isin=["notices", "open texts"], description="What was asked for: notices, open texts.")
    origin: str = pa.Field(description="Who was asked: crossref, pubmed, unpaywall; or retraction-watch, a list.")
    executed_at: UtcTime = pa.Field(description="When (UTC).")
    window_from: date = pa.Field(
        nullable=True, description="First day of the window; null: from the beginning, or no window."
    )
    window_to: date = pa.Field(nullable=True, description="Last day of the window.")
    found: pl.Int64 = pa.Field(ge=0, description="Notices, or DOIs that were answered.")
    complete: bool = pa.Field(description="Whether all was answered.")
    reason: str = pa.Field(description="Why not; empty where all was.")

    says_why = rule("a reason where not all was answered, and only there", "complete = (reason = '')")

    class Config:
        """Where it stands."""

        name = "main.service_check"
        metadata = READ_WHOLE


class Notice(Table):
    """Notices as they were received, on whatever report (base of the view retraction_notice)."""

    check_id: pl.Int64 = pa.Field(description="The check that brought it.")
    doi: str = pa.Field(nullable=True, description="DOI of the report that it is about.")
    pmid: str = pa.Field(nullable=True, description="PMID of the report that it is about.")
    nature: str = pa.Field(
        isin=NATURES,
        description="What it is.",
    )
    date: date = pa.Field(nullable=True, description="The notice's date.")
    reason: str = pa.Field(nullable=True, description="The reason given.")
    notice_doi: str = pa.Field(nullable=True, description="The notice's own DOI.")
    notice_pmid: str = pa.Field(nullable=True, description="The notice's own PMID.")

    class Config:
        """Where it stands."""

        name = "core.notice"
        metadata = READ_WHOLE


class RetractionNotice(Table):
    """Notices on reports of the review: retractions, expressions of concern, corrections."""

    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report.")
    place: str = pa.Field(nullable=True, isin=PLACES, description="Where the report is in the flow (see report_path).")
    doi: str = pa.Field(nullable=True, description="DOI of the report, as the notice has it.")
    pmid: str = pa.Field(nullable=True, description="PMID of the report, as the notice has it.")
    nature: str = pa.Field(
        isin=NATURES, description="retraction, partial retraction, expression of concern, correction, reinstatement."
    )
    date: date = pa.Field(nullable=True, description="The notice's date.")
    reason: str = pa.Field(nullable=True, description="The reason given.")
    notice_doi: str = pa.Field(nullable=True, description="The notice's own DOI.")
    notice_pmid: str = pa.Field(nullable=True, description="The notice's own PMID.")
    source: str = pa.Field(description="Who says so: crossref, pubmed, retraction-watch.")
    learned_at: UtcTime = pa.Field(description="When the review learned of it (UTC).")

    is_about = rule("a DOI or a PMID", "doi IS NOT NULL OR pmid IS NOT NULL")

    class Config:
        """Where it stands."""

        name = "main.retraction_notice"
        metadata = READ_WHOLE | rows_from("core.notice")


class BaseOpenText(Table):
    """Unpaywall's answers, a DOI each (base of the view open_text)."""

    check_id: pl.Int64 = pa.Field(description="The check that brought it.")
    doi: str = pa.Field(description="The DOI.")
    is_open: bool = pa.Field(
        nullable=True, description="Whether a text stands open; null where Unpaywall does not know the DOI."
    )
    status: str = pa.Field(nullable=True, description="gold, hybrid, bronze, green or closed.")
    url: str = pa.Field(nullable=True, description="The best place, the PDF where there is one.")
    version: str = pa.Field(nullable=True, description="submittedVersion, acceptedVersion or publishedVersion.")
    licence: str = pa.Field(nullable=True, description="The licence, as Unpaywall names it.")
    updated: date = pa.Field(nullable=True, description="When Unpaywall last looked.")

    class Config:
        """Where it stands."""

        name = "core.open_text"
        metadata = READ_WHOLE


class OpenText(Table):
    """Where the texts of reports stand open, by the last answer on each DOI."""

    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report.")
    doi: str = pa.Field(str_matches=r"^10\.\d{4,9}", description="The DOI that was asked for.")
    is_open: bool = pa.Field(
        nullable=True, description="Whether a text stands open; null where Unpaywall does not know the DOI."
    )
    url: str = pa.Field(nullable=True, description="The best place, the PDF where there is one.")
    version: str = pa.Field(nullable=True, description="submittedVersion, acceptedVersion or publishedVersion.")
    licence: str = pa.Field(nullable=True, description="The licence, as Unpaywall names it.")
    status: str = pa.Field(nullable=True, description="gold, hybrid, bronze, green or closed.")
    updated: date = pa.Field(nullable=True, description="When Unpaywall last looked.")
    asked_at: UtcTime = pa.Field(description="When Unpaywall was asked (UTC).")

    class Config:
        """Where it stands."""

        name = "main.open_text"
        metadata = READ_WHOLE | rows_from("core.open_text")
        unique: ClassVar = ["report_id", "doi"]


class ExportCounter(Table):
    """The counters that exports give their records."""

    arrival_id: pl.Int64 = pa.Field(description="The export.")
    first: pl.Int64 = pa.Field(nullable=True, description="The first record's counter; null where it counts none.")
    last: pl.Int64 = pa.Field(nullable=True, description="The last record's counter.")

    class Config:
        """Where it stands."""

        name = "core.export_counter"
        metadata = READ_WHOLE


class BaseSplitSearch(Table):
    """Searches that came in several files (base of the view split_search)."""

    source: str = pa.Field(description="The protocol's source.")
    name: str = pa.Field(description="What the files' names share, with their folder.")
    arrival_ids: pl.List(pl.Int64) = pa.Field(  # type: ignore[valid-type]
        description="The pieces, in order."
    )
    warnings: Texts = pa.Field(description="What is missing or doubled, a line each.")

    class Config:
        """Where it stands."""

        name = "core.split_search"
        metadata = READ_WHOLE


class SplitSearch(Table):
    """Searches that came in several files: one row a piece, in order, with what is missing or doubled; a piece with records
    of several sources has a row for each search that they count in."""

    split_id: str = pa.Field(description="Names the search that the pieces are of.")
    source: str = pa.Field(description="The protocol's source.")
    name: str = pa.Field(description="What the files' names share, with their folder.")
    position: pl.Int64 = pa.Field(ge=1, description="The piece's place, from 1.")
    file_name: str = pa.Field(description="The piece's file.")
    arrival_id: pl.Int64 = pa.Field(description="The piece.")
    search_id: str = pa.Field(
        nullable=True, description="The piece's row in the view search; null where it held no records."
    )
    found: pl.Int64 = pa.Field(nullable=True, description="Records found in the piece.")
    hits: pl.Int64 = pa.Field(nullable=True, description="Hits noted beside the piece.")
    warnings: Texts = pa.Field(description="What is missing or doubled in the whole search, a line each.")

    class Config:
        """Where it stands."""

        name = "main.split_search"
        metadata = READ_WHOLE | rows_from("core.split_search")
        unique: ClassVar = ["split_id", "position", "search_id"]


class SourceContribution(Table):
    """What each source brought to the review, for the report of the searches."""

    source: str = pa.Field(unique=True, description="The protocol's source.")
    database: str = pa.Field(description="The database.")
    platform: str = pa.Field(description="The platform.")
    method: str = pa.Field(isin=METHODS, description="How its records are found (PRISMA's columns).")
    searches: pl.Int64 = pa.Field(ge=0, description="Searches; the pieces of one export are one.")
    hits: pl.Int64 = pa.Field(
        nullable=True, description="Hits that the source reported; null where a search lacks them."
    )
    found: pl.Int64 = pa.Field(description="Records found in its files = loaded + quarantined.")
    loaded: pl.Int64 = pa.Field(description="Records loaded, each as often as it was delivered.")
    quarantined: pl.Int64 = pa.Field(description="Records that could not be loaded.")
    records: pl.Int64 = pa.Field(ge=0, description="Distinct records.")
    reports: pl.Int64 = pa.Field(description="Reports that it found.")
    unique_reports: pl.Int64 = pa.Field(description="Reports that no other source found.")
    included: pl.Int64 = pa.Field(description="Included reports that it found.")
    included_alone: pl.Int64 = pa.Field(description="Included reports that no other source found.")
    relative_recall: pl.Float64 = pa.Field(
        nullable=True, ge=0, le=1, description="Share of all included reports that it found."
    )
    precision: pl.Float64 = pa.Field(
        nullable=True, ge=0, le=1, description="Share of the reports that it found that are included."
    )

    adds_up = rule("found = loaded + quarantined", "found = loaded + quarantined")
    alone_at_most = rule("no more alone than at all", "unique_reports <= reports AND included_alone <= included")
    included_at_most = rule("no more included than found", "included <= reports")

    class Config:
        """Where it stands."""

        name = "main.source_contribution"
        metadata = READ_WHOLE


class SourceOverlap(Table):
    """Which sources found the same reports: one row a combination of sources."""

    sources: Texts = pa.Field(description="The sources.")
    reports: pl.Int64 = pa.Field(ge=1, description="Reports that exactly these sources found.")
    included: pl.Int64 = pa.Field(description="Of these, included.")

    included_at_most = rule("no more included than found", "included <= reports")

    class Config:
        """Where it stands."""

        name = "main.source_overlap"
        metadata = READ_WHOLE
        unique: ClassVar = ["sources"]


class SourcePair(Table):
    """Reports that two sources share; a source with itself: all that it found."""

    source_a: str = pa.Field(description="One source.")
    source_b: str = pa.Field(description="The other.")
    reports: pl.Int64 = pa.Field(ge=1, description="Reports that both found.")
    included: pl.Int64 = pa.Field(description="Of these, included.")

    included_at_most = rule("no more included than found", "included <= reports")

    class Config:
        """Where it stands."""

        name = "main.source_pair"
        metadata = READ_WHOLE
        unique: ClassVar = ["source_a", "source_b"]
