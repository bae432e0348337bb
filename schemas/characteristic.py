"""Study characteristics and critical appraisal, as sheets hand them over, as they are kept, and as they are asked."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_WHOLE, REPORT_ID, STUDY_ID, Table, UtcTime, rows_from, rule

STATUSES = ["reported", "not reported", "not applicable", "empty", "emptied", "invalid"]
QUALIFIERS = ["at least", "at most", "more than", "fewer than", "about"]
SAID_BY = "The file that says so, or the place in the log of the answer that was given on the page."
#: What agreement of several answers can be, by reports and by people.
AGREEMENTS = ["single", "same", "consensus", "extractors differ", "reports differ"]


class CharacteristicRow(Table):
    """One value of one field for one report, as a sheet says it."""

    row: pl.Int32 = pa.Field(ge=1, description="The file's line or the sheet's row.")
    key: str = pa.Field(description="The report, as the file names it; the study's name where it names no report.")
    study: str = pa.Field(nullable=True, description="The study's name, where the file gives one to its reports.")
    field: str = pa.Field(description="The field's name in the protocol, else the column's name.")
    value: str = pa.Field(
        nullable=True, description="The value as text; a field of several choices has a row for each. Null: empty."
    )
    status: str = pa.Field(
        isin=STATUSES,
        description="reported, not reported, not applicable, empty (nothing stands in the cell), emptied (the form stood "
        "filled in there), or invalid (it does not fit the field, and does not count).",
    )
    number: float = pa.Field(nullable=True, description="The number, of a field of type number.")
    qualifier: str = pa.Field(
        nullable=True,
        isin=QUALIFIERS,
        description="at least, at most, more than, fewer than or about; null where the number is exact.",
    )
    extractor: str = pa.Field(
        nullable=True, description="Who extracted, where the row says; 'consensus' for what was settled."
    )
    whole_study: bool = pa.Field(description="Whether the row is about all reports of the study.")
    place: str = pa.Field(description="Where it stands in the file: Extraction!F12, or line 12; or the page.")

    has_value = rule("a value unless the cell is empty", "(value IS NULL) = (status IN ('empty', 'emptied'))")


class AppraisalRow(Table):
    """One answer to one item of a checklist for one report, as a sheet says it."""

    row: pl.Int32 = pa.Field(ge=1, description="The file's line or the sheet's row.")
    key: str = pa.Field(description="The report, as the file names it.")
    checklist: str = pa.Field(description="The checklist's name, such as casp-qualitative.")
    item: pl.Int32 = pa.Field(ge=1, description="The item's number.")
    answer: str = pa.Field(
        nullable=True, description="One of the item's answers; any text for an open item. Null: emptied on the page."
    )
    reason: str = pa.Field(nullable=True, description="Why.")
    reviewer: str = pa.Field(nullable=True, description="Who appraised.")


class CoreCharacteristic(CharacteristicRow):
    """Study characteristics of every imported file (base of the view characteristic)."""

    arrival_id: pl.Int64 = pa.Field(description=SAID_BY)

    class Config:
        """Where it stands."""

        name = "core.characteristic"
        metadata = READ_WHOLE


class CoreAppraisal(AppraisalRow):
    """Appraisal answers of every imported file (base of the view appraisal)."""

    arrival_id: pl.Int64 = pa.Field(description=SAID_BY)

    class Config:
        """Where it stands."""

        name = "core.appraisal"
        metadata = READ_WHOLE


class BaseGivenAnswer(Table):
    """Answers given on the page that count, or did before a later one of the same person; what they say stands in core.characteristic
    and core.appraisal. What waits until all who are asked are done is in the log alone."""

    arrival_id: pl.Int64 = pa.Field(unique=True, description="The answer's place in the log.")
    kind: str = pa.Field(isin=["characteristics", "appraisal"], description="characteristics or appraisal.")
    report_id: str = pa.Field(
        str_matches=REPORT_ID, description="The report, by the id that it had when it was answered."
    )
    who: str = pa.Field(description="Who gave it.")
    consensus: bool = pa.Field(description="Whether it settles answers that differ.")
    said_at: UtcTime = pa.Field(description="When (UTC).")

    class Config:
        """Where it stands."""

        name = "core.given_answer"
        metadata = READ_WHOLE


class AnswerSource(Table):
    """Where answers of extraction and appraisal come from: sheets, whether they count or not, and answers given on the page."""

    arrival_id: pl.Int64 = pa.Field(unique=True, description=SAID_BY)
    origin: str = pa.Field(isin=["sheet", "page"], description="sheet or page.")
    kind: str = pa.Field(isin=["characteristics", "appraisal"], description="characteristics or appraisal.")
    file_name: str = pa.Field(description="The file's name; 'the page'.")
    who: str = pa.Field(nullable=True, description="Who handed it over, or gave the answer.")
    received_at: UtcTime = pa.Field(description="When it came (UTC).")
    counts: bool = pa.Field(description="Whether it counts.")

    class Config:
        """Where it stands."""

        name = "main.answer_source"
        metadata = READ_WHOLE


class SheetLink(Table):
    """Which report each key of a characteristics, appraisal or method file means; worked out anew when records arrive."""

    arrival_id: pl.Int64 = pa.Field(description="The file.")
    key: str = pa.Field(description="The report, as the file names it.")
    record_id: str = pa.Field(nullable=True, description="The record that stands for the report; null unless matched.")
    match: str = pa.Field(
        isin=["matched", "ambiguous", "unmatched"], description="Whether one report, several or none is meant."
    )
    how: str = pa.Field(nullable=True, description="How the key led there.")

    has_record = rule(
        "a record where the key is matched, and only there", "(match = 'matched') = (record_id IS NOT NULL)"
    )

    class Config:
        """Where it stands."""

        name = "core.sheet_link"
        metadata = READ_WHOLE


class ExtractionSheet(Table):
    """Sheets of characteristics, of appraisals and of a method that count: of each file name, the delivery that came last."""

    arrival_id: pl.Int64 = pa.Field(unique=True, description="The file.")
    kind: str = pa.Field(
        isin=["characteristics", "appraisal", "method"], description="characteristics, appraisal or method."
    )
    file_name: str = pa.Field(description="The file's name.")
    received_at: UtcTime = pa.Field(description="When it came (UTC).")

    class Config:
        """Where it stands."""

        name = "main.extraction_sheet"
        metadata = READ_WHOLE


class Characteristic(Table):
    """Characteristics of studies that stand, one row a value, report and extractor. One row a study: study_characteristic."""

    study_id: str = pa.Field(str_matches=STUDY_ID, description="The study.")
    field: str = pa.Field(description="The field.")
    value: str = pa.Field(
        description="The value; several rows where a field has several. 'not reported' and 'not applicable' stand as such."
    )
    status: str = pa.Field(
        isin=["reported", "not reported", "not applicable"], description="reported, not reported or not applicable."
    )
    number: float = pa.Field(nullable=True, description="The number, of a field of type number.")
    qualifier: str = pa.Field(nullable=True, isin=QUALIFIERS, description="at least, at most, about …; null: exact.")
    extractor: str = pa.Field(nullable=True, description="Who extracted it, where that is known.")
    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report that it was taken from.")
    whole_study: bool = pa.Field(description="Whether it was said of all reports of the study.")
    origin: str = pa.Field(
        isin=["sheet", "page", "qda project"],
        description="A sheet, an answer given on the page, or a variable or case of a QDA project.",
    )
    arrival_id: pl.Int64 = pa.Field(description=SAID_BY)

    class Config:
        """Where it stands."""

        name = "main.characteristic"
        metadata = READ_WHOLE | rows_from("core.characteristic", "core.document_value")
        unique: ClassVar = ["report_id", "field", "value", "extractor", "whole_study"]


class CharacteristicHistory(Table):
    """Every answer about study characteristics that any file ever gave, replaced and withdrawn files included."""

    study_id: str = pa.Field(str_matches=STUDY_ID, description="The study.")
    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report.")
    field: str = pa.Field(description="The field.")
    value: str = pa.Field(nullable=True, description="The value as it stood; null where the cell is empty.")
    status: str = pa.Field(
        isin=STATUSES,
        description="reported, not reported, not applicable, empty, emptied (a value stood there before) or invalid.",
    )
    number: float = pa.Field(nullable=True, description="The number, of a field of type number.")
    qualifier: str = pa.Field(nullable=True, description="at least, at most, about …; null: exact.")
    extractor: str = pa.Field(nullable=True, description="Who extracted it, where that is known.")
    whole_study: bool = pa.Field(description="Whether it was said of all reports of the study.")
    origin: str = pa.Field(
        isin=["sheet", "page", "qda project"],
        description="A sheet, an answer given on the page, or a variable or case of a QDA project.",
    )
    arrival_id: pl.Int64 = pa.Field(description=SAID_BY)
    place: str = pa.Field(
        description="Where it stands: Extraction!F12, line 12, or the page; of a QDA project its file."
    )
    received_at: UtcTime = pa.Field(description="When the file came, or the answer was given (UTC).")
    counts: bool = pa.Field(description="Whether the file still counts.")

    class Config:
        """Where it stands."""

        name = "main.characteristic_history"
        metadata = READ_WHOLE | rows_from("core.characteristic", "core.document_value")


class Appraisal(Table):
    """Critical appraisal: answers to a checklist's items, with reasons. There is no score."""

    study_id: str = pa.Field(str_matches=STUDY_ID, description="The study.")
    checklist: str = pa.Field(description="The checklist.")
    item: pl.Int32 = pa.Field(ge=1, description="The item's number.")
    answer: str = pa.Field(description="The answer.")
    reason: str = pa.Field(nullable=True, description="Why.")
    reviewer: str = pa.Field(nullable=True, description="Who appraised.")
    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report that was appraised.")
    arrival_id: pl.Int64 = pa.Field(description=SAID_BY)

    class Config:
        """Where it stands."""

        name = "main.appraisal"
        metadata = READ_WHOLE | rows_from("core.appraisal")
        unique: ClassVar = ["report_id", "checklist", "item", "reviewer"]
