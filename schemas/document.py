"""Full texts that stand by themselves, their pages and sections, and where codings that were made elsewhere stand in them."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_MASKED, READ_WHOLE, Table, Texts, UtcTime, rows_from

HOW_PLACED = ("exact", "spaces", "letters", "person", "ambiguous", "missing")


class CoreDocumentFile(Table):
    """Full texts as they were read from their files (base of the view document_file)."""

    arrival_id: pl.Int64 = pa.Field(unique=True, description="The file.")
    document_id: str = pa.Field(
        str_matches=r"^doc_[0-9a-f]{16}$", description="'doc_' and 16 hex digits over its bytes."
    )
    format: str = pa.Field(isin=["pdf", "docx", "txt"], description="What it is.")

    class Config:
        """Where it stands."""

        name = "core.document_file"
        metadata = READ_WHOLE


class CoreDocumentPage(Table):
    """Where each page of a PDF lies in its text (base of the view document_page)."""

    arrival_id: pl.Int64 = pa.Field(description="The file.")
    page: pl.Int32 = pa.Field(ge=1, description="The page, from 1 in the order of the file.")
    start_char: pl.Int64 = pa.Field(ge=0, description="Where it starts in the text (code points from 0).")
    end_char: pl.Int64 = pa.Field(ge=0, description="Where it ends, exclusive.")

    class Config:
        """Where it stands."""

        name = "core.document_page"
        metadata = READ_WHOLE
        unique: ClassVar = ["arrival_id", "page"]


class CoreDocumentMention(Table):
    """DOIs and PMIDs that stand at the beginning of a full text, by which its report may be known."""

    arrival_id: pl.Int64 = pa.Field(description="The file.")
    key: str = pa.Field(description="The DOI or PMID.")

    class Config:
        """Where it stands."""

        name = "core.document_mention"
        metadata = READ_WHOLE


class DocumentStanding(Table):
    """Which full texts count, and which took the place of another; worked out anew from all deliveries."""

    arrival_id: pl.Int64 = pa.Field(unique=True, description="The file.")
    known_as: str = pa.Field(description="The document's id in the review: that of the first file of it.")
    counts: bool = pa.Field(description="Whether it is the text that counts.")
    replaced_by: pl.Int64 = pa.Field(nullable=True, description="The file that took its place.")

    class Config:
        """Where it stands."""

        name = "core.document_standing"
        metadata = READ_WHOLE


class JoinedDocument(Table):
    """Documents of projects and tables of codings that are a full text's: they are one document in the review."""

    arrival_id: pl.Int64 = pa.Field(description="The project's or table's file.")
    document_id: str = pa.Field(description="The document's id in that file.")
    was: str = pa.Field(description="The id by which the review would know it otherwise.")
    known_as: str = pa.Field(description="The full text's id.")
    how: str = pa.Field(isin=["text", "name", "report"], description="What both have in common.")

    class Config:
        """Where it stands."""

        name = "core.joined_document"
        metadata = READ_WHOLE
        unique: ClassVar = ["arrival_id", "document_id"]


class CodingPlace(Table):
    """Where codings stand in the text that counts, if they were made without positions, or on another state of the text."""

    arrival_id: pl.Int64 = pa.Field(description="The file that holds the coding.")
    coding_id: str = pa.Field(description="The coding's id in that file.")
    text_hash: str = pa.Field(description="SHA-256 over the text that it was looked for in, blanks at its end aside.")
    how: str = pa.Field(
        isin=HOW_PLACED,
        description="How its quote was found: exact; spaces: blanks and line ends aside; letters: by letters and digits alone; "
        "person: where somebody said; ambiguous: at several places, and nothing tells which; missing.",
    )
    told_by: str = pa.Field(
        nullable=True, description="Of several places, what told which is meant: context, page or spelling."
    )
    places: pl.Int32 = pa.Field(ge=0, description="At how many places the quote stands.")
    start_char: pl.Int64 = pa.Field(nullable=True, ge=0, description="Where it starts; null where it was not placed.")
    end_char: pl.Int64 = pa.Field(nullable=True, ge=0, description="Where it ends, exclusive.")
    quote: str = pa.Field(nullable=True, description="What stands there.")

    class Config:
        """Where it stands."""

        name = "core.coding_place"
        metadata = READ_MASKED
        unique: ClassVar = ["arrival_id", "coding_id"]


class DocumentFileView(Table):
    """Full texts that count, each with its report. The text itself is in document."""

    arrival_id: pl.Int64 = pa.Field(description="The file.")
    document_id: str = pa.Field(description="The document.")
    name: str = pa.Field(description="The file's name.")
    format: str = pa.Field(isin=["pdf", "docx", "txt"], description="What it is.")
    characters: pl.Int64 = pa.Field(nullable=True, description="How long its text is; null where it holds none.")
    pages: pl.Int64 = pa.Field(nullable=True, description="How many pages it has; null where it is no PDF.")
    pages_without_text: pl.Int64 = pa.Field(nullable=True, description="How many of these hold no text: scanned ones.")
    report_id: str = pa.Field(nullable=True, description="The report that it is the text of; null while not known.")
    said_by: str = pa.Field(nullable=True, description="What named the report: ruling, text, name, or title.")
    received_at: UtcTime = pa.Field(description="When the file came (UTC).")

    class Config:
        """Where it stands."""

        name = "main.document_file"
        metadata = READ_WHOLE | rows_from("core.document_file")
        unique: ClassVar = ["document_id"]


class DocumentPageView(Table):
    """Where each page of a full text lies in document.text: the page of a segment is the one that it starts on."""

    document_id: str = pa.Field(description="The document.")
    page: pl.Int32 = pa.Field(ge=1, description="The page, from 1 in the order of the file.")
    start_char: pl.Int64 = pa.Field(ge=0, description="Where it starts in the text (code points from 0).")
    end_char: pl.Int64 = pa.Field(ge=0, description="Where it ends, exclusive.")

    class Config:
        """Where it stands."""

        name = "main.document_page"
        metadata = READ_WHOLE | rows_from("core.document_page")
        unique: ClassVar = ["document_id", "page"]


class CodingPlaced(Table):
    """Codings that were made without positions, or on another state of the text, and where they stand in the text that counts.

    One that was not placed counts all the same, as a coding without positions.
    """

    coding_id: str = pa.Field(description="The coding.")
    document_id: str = pa.Field(description="Its document.")
    document: str = pa.Field(description="The document's name.")
    code: str = pa.Field(description="Its code, by path.")
    coder: str = pa.Field(description="Who coded.")
    placed: bool = pa.Field(description="Whether it has a place.")
    how: str = pa.Field(isin=HOW_PLACED, description="How its quote was found, or why it was not placed.")
    told_by: str = pa.Field(nullable=True, description="Of several places, what told which is meant.")
    places: pl.Int32 = pa.Field(ge=0, description="At how many places the quote stands.")
    page: pl.Int32 = pa.Field(nullable=True, description="The page that the coding names.")
    coded: str = pa.Field(nullable=True, description="The words that were coded, as the file has them.")
    start_char: pl.Int64 = pa.Field(nullable=True, description="Where it starts.")
    end_char: pl.Int64 = pa.Field(nullable=True, description="Where it ends, exclusive.")
    file_name: str = pa.Field(description="The file that holds the coding.")

    class Config:
        """Where it stands."""

        name = "main.coding_place"
        metadata = READ_WHOLE | rows_from("core.coding_place")
        unique: ClassVar = ["coding_id"]


class _Section(Table):
    document_id: str = pa.Field(description="The document.")
    section: str = pa.Field(isin=["results"], description="Which section.")
    start_char: pl.Int64 = pa.Field(ge=0, description="Where it starts in the text (code points from 0).")
    end_char: pl.Int64 = pa.Field(ge=1, description="Where it ends, exclusive.")
    heading: str = pa.Field(nullable=True, description="The heading that suggests it; null where a person said it.")
    said_by: str = pa.Field(nullable=True, description="Who said it; null where its heading suggests it.")
    seq: pl.Int64 = pa.Field(nullable=True, description="The statement's place in the log.")


class CoreDocumentSection(_Section):
    """Where the results section of each text is (base of the view document_section)."""

    text_hash: str = pa.Field(description="SHA-256 over the text, blanks at its end aside.")

    class Config:
        """Where it stands."""

        name = "core.document_section"
        metadata = READ_WHOLE
        unique: ClassVar = ["document_id", "section"]


class DocumentSection(_Section):
    """Where the results section of each text is: as a person said, else as its headings suggest."""

    class Config:
        """Where it stands."""

        name = "main.document_section"
        metadata = READ_WHOLE | rows_from("core.document_section")
        unique: ClassVar = ["document_id", "section"]


class _Segment(Table):
    coding_id: str = pa.Field(unique=True, description="The coding.")
    words_of: str = pa.Field(
        nullable=True,
        isin=["participants", "authors", "mixed"],
        description="Whose words it has: its order; null: not known.",
    )
    words_of_by: str = pa.Field(nullable=True, description="Who said so: 'code', or a person.")
    speakers: Texts = pa.Field(description="Who speaks, by values of the protocol's field; empty: not known.")
    speakers_by: str = pa.Field(nullable=True, description="Who said so: 'code', or a person.")
    suggested: str = pa.Field(
        nullable=True,
        isin=["participants"],
        description="Whose words a rule takes it for; it counts for nothing until somebody says so.",
    )
    suggested_by: str = pa.Field(
        nullable=True, isin=["quotation marks", "indented block"], description="The rule that suggests it."
    )


class CoreCodingSegment(_Segment):
    """Whose words the coded segments have, where that is known or suggested (base of the view coding_segment)."""

    class Config:
        """Where it stands."""

        name = "core.coding_segment"
        metadata = READ_WHOLE


class CodingSegment(_Segment):
    """Every coded segment that counts, with whose words it has and who speaks, as far as it is known."""

    document_id: str = pa.Field(description="Its document.")
    code: str = pa.Field(description="Its code, by path.")
    coder: str = pa.Field(description="Who coded.")
    quote: str = pa.Field(nullable=True, description="Its words.")
    study_id: str = pa.Field(nullable=True, description="Its study.")
    included: bool = pa.Field(description="Whether its report is included: only then is it evidence for anything.")

    class Config:
        """Where it stands."""

        name = "main.coding_segment"
        metadata = READ_WHOLE | rows_from("core.project")


class SpeakerField(Table):
    """The field of the extraction form whose values speakers have, by [coding.speaker]; none where it names none."""

    field: str = pa.Field(unique=True, description="The field.")

    class Config:
        """Where it stands."""

        name = "core.speaker_field"
        metadata = READ_WHOLE
