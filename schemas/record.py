"""Records as the readers hand them over, and what they could not hand over."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas.base import Table

RAW = pl.List(pl.Struct({"tag": pl.String, "value": pl.String}))


class ParsedRecord(Table):
    """One record of an export, normalised; null where the export says nothing."""

    record_id: str = pa.Field(description="'r' and 20 hex digits of SHA-256 over source and identity; the same for every delivery of the record.")
    identity: str = pa.Field(
        description="What makes the record this one within its source: 'acc:' and the accession where the platform gives a lasting one, "
        "else 'sha:' and a hash over its normalised fields. Never a counter of the export."
    )
    source: str = pa.Field(description="The database that the record came from (MEDLINE, Embase, CINAHL …).")
    platform: str = pa.Field(description="The platform that exported it (ovid, ebsco, proquest, pubmed, endnote …).")
    format: str = pa.Field(description="The file's format (ris, nbib, endnote-xml …).")
    accession: str = pa.Field(nullable=True, description="The source's own identifier of the record.")
    title: str = pa.Field(nullable=True, description="Title, without the platform's markings.")
    authors: pl.List(pl.String) = pa.Field(nullable=True, description="Authors in order, each as 'Family, Given'; a corporate author as it stands.")
    year: pl.Int32 = pa.Field(nullable=True, description="Year of publication.")
    journal: str = pa.Field(nullable=True, description="Journal, book or series that holds the report.")
    volume: str = pa.Field(nullable=True, description="Volume.")
    issue: str = pa.Field(nullable=True, description="Issue.")
    pages: str = pa.Field(nullable=True, description="Pages, expanded: 244-58 is 244-258.")
    doi: str = pa.Field(nullable=True, description="DOI, lower case, without a resolver's address.")
    pmid: str = pa.Field(nullable=True, description="PubMed identifier, digits.")
    pmcid: str = pa.Field(nullable=True, description="PubMed Central identifier, PMC and digits.")
    issn: str = pa.Field(nullable=True, description="ISSN, as NNNN-NNNC; several joined by '; '.")
    isbn: str = pa.Field(nullable=True, description="ISBN, digits; several joined by '; '.")
    abstract: str = pa.Field(nullable=True, description="Abstract; the parts of a structured one a paragraph each.")
    keywords: pl.List(pl.String) = pa.Field(nullable=True, description="Keywords and subject headings, in order.")
    language: str = pa.Field(nullable=True, description="Language as the source names it, lower case.")
    url: str = pa.Field(nullable=True, description="Address of the record or the report.")
    type: str = pa.Field(nullable=True, description="Type of publication: article, review, conference, book, chapter, thesis, report, preprint, trial, erratum, other.")
    raw_sha256: str = pa.Field(description="SHA-256 over the record's tags and values in order.")
    position: pl.UInt32 = pa.Field(ge=1, description="The record's place in its file, from 1.")
    line: pl.UInt32 = pa.Field(description="The line on which the record starts, from 1; 0 where the format has no lines.")
    raw: RAW = pa.Field(description="Every tag and value of the record, in order, repeated ones kept.")  # type: ignore[valid-type]


class QuarantinedRecord(Table):
    """One record that was found in an export and could not be loaded."""

    position: pl.UInt32 = pa.Field(ge=1, description="The record's place in its file, from 1.")
    line: pl.UInt32 = pa.Field(description="The line on which the record starts, from 1; 0 where the format has no lines.")
    reason: str = pa.Field(description="Why it was not loaded, for a reader.")
    raw: str = pa.Field(description="The record as it stands in the export, or its tags and values.")
