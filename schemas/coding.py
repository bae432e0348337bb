"""Coding as a QDA project hands it over, as it is kept, and as it is asked: documents, codes, coded segments, memos."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_MASKED, READ_WHOLE, Table, UtcTime, rows_from, rule


class DocumentShown(Table):
    """A text that was coded. `text` is as the QDA software shows it, with every line end as one newline."""

    document_id: str = pa.Field(
        str_matches=r"^doc_[0-9a-f]{16}$",
        description="'doc_' and 16 hex digits: from the GUID; an id that is no UUID counts within its file.",
    )
    guid: str = pa.Field(nullable=True, description="The GUID in the project, lower case, without braces.")
    name: str = pa.Field(description="The document's name in the project.")
    kind: str = pa.Field(isin=["text", "pdf"], description="What the software holds: text, or pdf with its plain text.")
    source_path: str = pa.Field(nullable=True, description="Where the project says the text or the PDF lies.")
    description: str = pa.Field(nullable=True, description="The project's description of it.")
    text: str = pa.Field(nullable=True, description="The plain text; null where the project does not carry it.")


class Document(DocumentShown):
    """A text that was coded, with what tells it from others."""

    text_hash: str = pa.Field(nullable=True, description="SHA-256 over the text, blanks at its end aside.")


class Code(Table):
    """A code of the codebook, with its place in the tree."""

    code_id: str = pa.Field(
        str_matches=r"^cod_[0-9a-f]{16}$",
        description="'cod_' and 16 hex digits: from the GUID; an id that is no UUID counts within its file.",
    )
    guid: str = pa.Field(description="The GUID in the project, lower case, without braces.")
    name: str = pa.Field(description="The code's name.")
    parent_id: str = pa.Field(nullable=True, description="The code above it; null at the top.")
    path: str = pa.Field(description="The names from the top down, joined by ' / '.")
    position: pl.Int32 = pa.Field(ge=1, description="Its place in the codebook, read from the top down, from 1.")
    color: str = pa.Field(nullable=True, str_matches=r"^#[0-9a-f]{6}$", description="Its colour, #rrggbb.")
    description: str = pa.Field(nullable=True, description="Its description.")
    is_codable: bool = pa.Field(description="False where it is only a heading.")


class Coding(Table):
    """One code on one segment of one document, by one coder.

    start_char and end_char count Unicode code points of document.text from 0, the end exclusive. They are null where
    the code is on the whole document, on a region of a PDF, or on a text that the project does not carry.
    """

    coding_id: str = pa.Field(
        str_matches=r"^cdg_[0-9a-f]{16}$",
        description="'cdg_' and 16 hex digits over document, code, coder and span: the same in every export; random on the page.",
    )
    document_id: str = pa.Field(description="The document.")
    code_id: str = pa.Field(description="The code.")
    coder: str = pa.Field(description="Who coded, by name; 'unknown' where the project does not say.")
    start_char: pl.Int64 = pa.Field(nullable=True, ge=0, description="Where the segment starts.")
    end_char: pl.Int64 = pa.Field(nullable=True, ge=0, description="Where it ends, exclusive.")
    page: pl.Int32 = pa.Field(nullable=True, description="The page of a PDF's region, as the software counts it.")
    quote: str = pa.Field(nullable=True, description="The text of the segment at import.")
    created_at: UtcTime = pa.Field(nullable=True, description="When it was coded (UTC).")

    has_both_ends = rule("both ends or none", "(start_char IS NULL) = (end_char IS NULL)")
    ends_after_start = rule("it ends after it starts", "start_char < end_char")


class Memo(Table):
    """A memo, a note or a description, with what it is on."""

    memo_id: str = pa.Field(str_matches=r"^mem_[0-9a-f]{16}$", description="'mem_' and 16 hex digits.")
    target: str = pa.Field(
        isin=["project", "code", "document", "segment", "coding", "none"], description="What kind of thing it is on."
    )
    document_id: str = pa.Field(nullable=True, description="The document that it is on, or on a segment of.")
    code_id: str = pa.Field(nullable=True, description="The code that it is on.")
    start_char: pl.Int64 = pa.Field(nullable=True, description="Where its segment starts.")
    end_char: pl.Int64 = pa.Field(nullable=True, description="Where its segment ends, exclusive.")
    name: str = pa.Field(nullable=True, description="Its title.")
    text: str = pa.Field(nullable=True, description="Its text.")
    author: str = pa.Field(nullable=True, description="Who wrote it.")
    created_at: UtcTime = pa.Field(nullable=True, description="When (UTC).")

    has_both_ends = rule("both ends or none", "(start_char IS NULL) = (end_char IS NULL)")
    ends_after_start = rule("it ends after it starts", "start_char < end_char")


class DocumentValue(Table):
    """A value of a variable, or membership of a case, which the project gives to a document."""

    document_id: str = pa.Field(nullable=True, description="The document; null for a case without documents.")
    case_name: str = pa.Field(
        nullable=True, description="The case through which it holds; null for the document's own values."
    )
    field: str = pa.Field(description="The variable's name; 'case' for the membership itself.")
    value: str = pa.Field(description="The value as text: true and false, ISO dates, numbers as written.")


class Coder(Table):
    """A user of the project."""

    guid: str = pa.Field(description="The GUID in the project.")
    coder: str = pa.Field(description="The name by which coding.coder knows the user.")


class DocumentLink(Table):
    """Which report a document is the text of: what led there."""

    document_id: str = pa.Field(description="The document.")
    record_id: str = pa.Field(nullable=True, description="The record that stands for the report; null unless matched.")
    match: str = pa.Field(
        isin=["matched", "ambiguous", "unmatched"], description="Whether one report, several or none is meant."
    )
    said_by: str = pa.Field(
        nullable=True, description="What named the report: ruling, mapping, variable, text, name, title or case."
    )
    key: str = pa.Field(nullable=True, description="The name that led there.")
    how: str = pa.Field(
        nullable=True,
        description="How: report id, alias, record id, pmid, doi, accession, title and year, title, label.",
    )

    has_record = rule("a record where it is matched, and only there", "(match = 'matched') = (record_id IS NOT NULL)")


class _Kept(Table):
    arrival_id: pl.Int64 = pa.Field(description="The file that says so; 0: the page.")


class CoreProject(_Kept):
    """QDA projects as they were imported, one row a file (project_relation says which of them count)."""

    name: str = pa.Field(description="The project's name.")
    tool: str = pa.Field(description="The software that exported it, without its version, in small letters.")
    origin: str = pa.Field(nullable=True, description="The software that exported it, with its version.")
    dialect: str = pa.Field(
        description="How its positions were read: code points or UTF-16 units, line ends as 1 or 2."
    )

    class Config:
        """Where it stands."""

        name = "core.project"
        metadata = READ_WHOLE


class CodingProject(_Kept):
    """QDA projects that count: the newest delivery of each, beside it copies with codings of their own; and the page."""

    project_id: str = pa.Field(str_matches=r"^prj_[0-9a-f]{16}$", description="The project.")
    role: str = pa.Field(
        isin=["first", "newer", "copy", "page"],
        description="What the delivery is to those before it; page: what was coded on the page.",
    )
    name: str = pa.Field(description="The project's name.")
    origin: str = pa.Field(nullable=True, description="The software that exported it, with its version.")
    dialect: str = pa.Field(description="How its positions were read.")
    file_name: str = pa.Field(description="The file's name when it came.")
    received_at: UtcTime = pa.Field(
        description="When it came (UTC); of the page, the year 9999: it is always the newest."
    )

    class Config:
        """Where it stands."""

        name = "main.coding_project"
        metadata = READ_WHOLE | rows_from("core.project")
        unique: ClassVar = ["arrival_id"]


class CoreDocument(_Kept, Document):
    """Documents of every imported project, and full texts (base of the view document)."""

    class Config:
        """Where it stands."""

        name = "core.document"
        metadata = READ_WHOLE


class CoreCode(_Kept, Code):
    """Codes of every imported file, and of the page (base of the view code)."""

    class Config:
        """Where it stands."""

        name = "core.code"
        metadata = READ_MASKED


class CoreCoding(_Kept, Coding):
    """Coded segments of every imported file (base of the view coding)."""

    class Config:
        """Where it stands."""

        name = "core.coding"
        metadata = READ_MASKED


class CoreMemo(_Kept, Memo):
    """Memos of every imported file (base of the view memo)."""

    class Config:
        """Where it stands."""

        name = "core.memo"
        metadata = READ_MASKED


class CoreDocumentValue(_Kept, DocumentValue):
    """Variables and cases of every imported file (they join the view characteristic)."""

    class Config:
        """Where it stands."""

        name = "core.document_value"
        metadata = READ_WHOLE


class CoreCoder(_Kept, Coder):
    """Users of every imported file."""

    class Config:
        """Where it stands."""

        name = "core.coder"
        metadata = READ_WHOLE


class CoreDocumentLink(_Kept, DocumentLink):
    """Which report each document is the text of; worked out anew whenever records or documents arrive."""

    class Config:
        """Where it stands."""

        name = "core.document_link"
        metadata = READ_WHOLE


class DocumentMapping(_Kept):
    """Which report each document is the text of, where a mapping file says so."""

    document: str = pa.Field(description="The document's name, or its id.")
    key: str = pa.Field(description="The report, as the file names it.")
    row: pl.Int32 = pa.Field(description="The file's line.")

    class Config:
        """Where it stands."""

        name = "core.document_mapping"
        metadata = READ_WHOLE


class DocumentView(_Kept, DocumentShown):
    """Documents that were coded, and full texts that stand by themselves, each with the report that it is the text of."""

    report_id: str = pa.Field(nullable=True, description="The report; null while it is not known.")

    class Config:
        """Where it stands."""

        name = "main.document"
        metadata = READ_WHOLE | rows_from("core.project", "core.document_file")
        unique: ClassVar = ["document_id"]


class CodeView(_Kept, Code):
    """The codebook: codes with their place in the tree."""

    class Config:
        """Where it stands."""

        name = "main.code"
        metadata = READ_MASKED | rows_from("core.project")
        unique: ClassVar = ["code_id"]


class CodingView(_Kept, Coding):
    """Coded segments: one code, one segment, one coder; quotes are rebuilt from the positions."""

    report_id: str = pa.Field(nullable=True, description="The report whose text was coded; null while it is not known.")
    study_id: str = pa.Field(nullable=True, description="Its study.")

    class Config:
        """Where it stands."""

        name = "main.coding"
        metadata = READ_WHOLE | rows_from("core.project")
        unique: ClassVar = ["coding_id"]


class MemoView(_Kept, Memo):
    """Memos, notes and descriptions."""

    report_id: str = pa.Field(nullable=True, description="The report of its document.")

    class Config:
        """Where it stands."""

        name = "main.memo"
        metadata = READ_WHOLE | rows_from("core.project")
        unique: ClassVar = ["memo_id"]
