"""Records: as the readers hand them over, as the warehouse holds them, and what could not be handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_WHOLE, Table, Texts, UtcTime, rows_from

if TYPE_CHECKING:
    Raw = list[dict[str, str]]
else:
    #: Tags and values in order.
    Raw = pl.List(pl.Struct({"tag": pl.String, "value": pl.String}))

DOI_SHAPE = r"^10\.\d{4,9}(?:\.\d+)*/\S*[^\s.,;:]$"
PMID_SHAPE = r"^[1-9]\d{0,8}$"
PMCID_SHAPE = r"^PMC\d+$"
ISSN_SHAPE = r"^\d{4}-\d{3}[\dX](?:; \d{4}-\d{3}[\dX])*$"
ISBN_SHAPE = r"^(?:\d{13}|\d{9}[\dX])(?:; (?:\d{13}|\d{9}[\dX]))*$"
SOMETHING = r"\S"
TYPES = (
    "article", "review", "conference", "book", "chapter", "thesis", "report", "preprint", "trial", "erratum", "other",
)  # fmt: skip
"""Types of publication."""
FIRST_YEAR, LAST_YEAR = 1500, 2099


class Bibliographic(Table):
    """The fields of a record, normalised; null where its source says nothing.

    A value that is not what its field holds (a DOI without a DOI's shape) is no value: reading sets it aside and says so.
    """

    accession: str = pa.Field(
        nullable=True, str_matches=SOMETHING, description="The source's own identifier of the record."
    )
    title: str = pa.Field(nullable=True, str_matches=SOMETHING, description="Title, without the platform's markings.")
    authors: Texts = pa.Field(
        nullable=True, description="Authors in order, each as 'Family, Given'; a corporate author as it stands."
    )
    year: pl.Int32 = pa.Field(nullable=True, ge=FIRST_YEAR, le=LAST_YEAR, description="Year of publication.")
    journal: str = pa.Field(nullable=True, description="Journal, book or series that holds the report.")
    volume: str = pa.Field(nullable=True, description="Volume.")
    issue: str = pa.Field(nullable=True, description="Issue.")
    pages: str = pa.Field(nullable=True, description="Pages, expanded: 244-58 is 244-258.")
    doi: str = pa.Field(
        nullable=True, str_matches=DOI_SHAPE, description="DOI, lower case, without a resolver's address."
    )
    pmid: str = pa.Field(nullable=True, str_matches=PMID_SHAPE, description="PubMed identifier, digits.")
    pmcid: str = pa.Field(
        nullable=True, str_matches=PMCID_SHAPE, description="PubMed Central identifier, PMC and digits."
    )
    issn: str = pa.Field(
        nullable=True, str_matches=ISSN_SHAPE, description="ISSN, as NNNN-NNNC; several joined by '; '."
    )
    isbn: str = pa.Field(nullable=True, str_matches=ISBN_SHAPE, description="ISBN, digits; several joined by '; '.")
    abstract: str = pa.Field(nullable=True, description="Abstract; the parts of a structured one a paragraph each.")
    keywords: Texts = pa.Field(nullable=True, description="Keywords and subject headings, in order.")
    language: str = pa.Field(
        nullable=True, description="Languages, as codes of ISO 639-2 (eng); several joined by '; '."
    )
    url: str = pa.Field(nullable=True, description="Address of the record or the report.")
    type: str = pa.Field(
        nullable=True,
        isin=TYPES,
        description="Type of publication: article, review, conference, book, chapter, thesis, report, preprint, trial, erratum, other.",
    )


class ParsedRecord(Bibliographic):
    """One record of an export, as the readers hand it over."""

    record_id: str = pa.Field(
        str_matches=r"^r[0-9a-f]{20}$",
        description="'r' and 20 hex digits of SHA-256 over source and identity; the same for every delivery of the record.",
    )
    identity: str = pa.Field(
        str_matches=r"^(?:acc:\S|sha:[0-9a-f]{64}$)",
        description="What makes the record this one within its source: 'acc:' and the accession where the platform gives a "
        "lasting one, else 'sha:' and a hash over its normalised fields. Never a counter of the export.",
    )
    source: str = pa.Field(description="The database that the record came from (MEDLINE, Embase, CINAHL …).")
    platform: str = pa.Field(description="The platform that exported it (ovid, ebsco, proquest, pubmed, endnote …).")
    format: str = pa.Field(description="The file's format (ris, nbib, endnote-xml …).")
    raw_sha256: str = pa.Field(
        str_matches=r"^[0-9a-f]{64}$", description="SHA-256 over the record's tags and values in order."
    )
    position: pl.UInt32 = pa.Field(ge=1, description="The record's place in its file, from 1.")
    line: pl.UInt32 = pa.Field(
        description="The line on which the record starts, from 1; 0 where the format has no lines."
    )
    raw: Raw = pa.Field(description="Every tag and value of the record, in order, repeated ones kept.")


class QuarantinedRecord(Table):
    """One record that was found in an export and could not be loaded."""

    position: pl.UInt32 = pa.Field(ge=1, description="The record's place in its file, from 1.")
    line: pl.UInt32 = pa.Field(
        description="The line on which the record starts, from 1; 0 where the format has no lines."
    )
    reason: str = pa.Field(description="Why it was not loaded, for a reader.")
    raw: str = pa.Field(description="The record as it stands in the export, or its tags and values.")


class BaseRecord(Bibliographic):
    """One row a record, with the fields of the version that its source gave last (base of the view record)."""

    record_id: str = pa.Field(description="'r' and 20 hex digits; the same for every delivery of the record.")
    source: str = pa.Field(description="The protocol's source that it was found in.")
    identity: str = pa.Field(
        description="What makes it this record within its source: its accession, else a hash of its fields."
    )
    platform: str = pa.Field(description="The platform that exported it.")
    format: str = pa.Field(description="The format of the file that it came in.")
    raw_sha256: str = pa.Field(description="Hash of the raw record of the version shown.")
    search_id: str = pa.Field(description="The search that found it first.")
    first_executed_at: UtcTime = pa.Field(description="When the search that found it first was run (UTC).")
    last_executed_at: UtcTime = pa.Field(description="When the search whose version is shown was run (UTC).")

    class Config:
        """Where it stands."""

        name = "core.record"
        metadata = READ_WHOLE
        unique: ClassVar = ["record_id"]


class Record(Bibliographic):
    """Records: one item in one database's export, each with the report that it stands for."""

    record_id: str = pa.Field(description="'r' and 20 hex digits; the same for every delivery of the record.")
    source: str = pa.Field(description="The protocol's source that it was found in.")
    platform: str = pa.Field(description="The platform that exported it.")
    search_id: str = pa.Field(description="The search that found it first.")
    report_id: str = pa.Field(nullable=True, description="The report that it stands for.")
    format: str = pa.Field(description="The format of the file that it came in.")
    first_found_at: UtcTime = pa.Field(description="When the search that found it first was run (UTC).")
    raw_sha256: str = pa.Field(description="Hash of the raw record of the version shown.")
    corrected: Texts = pa.Field(
        nullable=True,
        description="Fields that people put right: record_correction says who, why, and what the source gives.",
    )

    class Config:
        """Where it stands."""

        name = "main.record"
        metadata = READ_WHOLE
        unique: ClassVar = ["record_id"]


class RecordRaw(Table):
    """Every version of every record as its source gave it, with all its tags."""

    record_id: str = pa.Field(description="The record.")
    raw_sha256: str = pa.Field(description="The version.")
    raw: Raw = pa.Field(description="Every tag and value, in order, repeated ones kept.")

    class Config:
        """Where it stands."""

        name = "core.record_raw"
        metadata = READ_WHOLE
        unique: ClassVar = ["record_id", "raw_sha256"]


class BaseRecordChange(Table):
    """What a newer version changed in records that were known, a row a field (base of the view record_change)."""

    record_id: str = pa.Field(description="The record.")
    search_id: str = pa.Field(description="The search that delivered the newer version.")
    arrival_id: pl.Int64 = pa.Field(description="The file in which it stands.")
    field: str = pa.Field(description="The field: title, pages, abstract …")
    before: str = pa.Field(nullable=True, description="What was shown before; a list's values joined by '; '.")
    after: str = pa.Field(nullable=True, description="What is shown since.")
    spoiled: str = pa.Field(
        nullable=True,
        isin=["emptied", "letters lost", "garbled", "became a date", "cut short"],
        description="How a good value became worse: emptied, letters lost (to question marks), garbled (UTF-8 read as "
        "another encoding), became a date (pages, volume, issue), or cut short; null where it did not.",
    )

    class Config:
        """Where it stands."""

        name = "core.record_change"
        metadata = READ_WHOLE


class RecordChange(BaseRecordChange):
    """What searches changed in records that were known, a row a field, and whether that spoiled a good value."""

    class Config:
        """Where it stands."""

        name = "main.record_change"
        metadata = READ_WHOLE


#: How a correction stands to what the source of its record gives.
CORRECTION_STATES = ("holds", "source changed", "needless", "no record")


class BaseRecordCorrection(Table):
    """Values that people put right, filled anew at each run: of each record and field the last (base of the view record_correction)."""

    seq: pl.Int64 = pa.Field(ge=1, unique=True, description="The ledger's event.")
    record_id: str = pa.Field(description="The record.")
    field: str = pa.Field(description="The field: abstract, doi …")
    value: str = pa.Field(
        nullable=True, description="The value put right, a list's joined by '; '; null: there is none."
    )
    source_value: str = pa.Field(nullable=True, description="What the record's source gives by now.")
    reviewer: str = pa.Field(description="Who put it right.")
    corrected_at: UtcTime = pa.Field(description="When (UTC).")
    why: str = pa.Field(description="Why, in the words of who did.")
    state: str = pa.Field(
        isin=CORRECTION_STATES,
        description="holds; source changed: the source gives another value than when it was put right, and the correction holds all "
        "the same; needless: the source gives this value by now; no record: no delivery that counts holds the record.",
    )

    class Config:
        """Where it stands."""

        name = "core.record_correction"
        metadata = READ_WHOLE


class RecordCorrection(BaseRecordCorrection):
    """Values of records that people put right, in place of what the source gives, with who, when and why."""

    report_id: str = pa.Field(nullable=True, description="The report that the record stands for.")

    class Config:
        """Where it stands."""

        name = "main.record_correction"
        metadata = READ_WHOLE | rows_from("core.record_correction")
        unique: ClassVar = ["record_id", "field"]


class CorrectionFinding(Table):
    """Corrections that somebody should look at."""

    seq: pl.Int64 = pa.Field(ge=1, unique=True, description="The ledger's event.")
    finding: str = pa.Field(description="What to look at, in one line.")

    class Config:
        """Where it stands."""

        name = "main.correction_finding"
        metadata = READ_WHOLE | rows_from("core.record_correction")


class RecordAsGiven(Bibliographic):
    """What their sources say of the records in which a correction stands."""

    record_id: str = pa.Field(unique=True, description="The record.")

    class Config:
        """Where it stands."""

        name = "core.record_as_given"
        metadata = READ_WHOLE


class BaseRecordAlias(Table):
    """Ids that records bore when their files counted for another source (base of the view record_alias)."""

    alias: str = pa.Field(description="The id that it bore.")
    record_id: str = pa.Field(description="The record.")

    class Config:
        """Where it stands."""

        name = "core.record_alias"
        metadata = READ_WHOLE


class RecordAlias(BaseRecordAlias):
    """Ids that records bore when their files counted for another source, where no other record bears them today."""

    class Config:
        """Where it stands."""

        name = "main.record_alias"
        metadata = READ_WHOLE
