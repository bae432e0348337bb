"""Tables of studies that answer without counting anything twice: characteristics, appraisal, and Tables 1 and 2."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_WHOLE, REPORT_ID, STUDY_ID, Table, Texts, UtcTime, rows_from
from schemas.characteristic import AGREEMENTS, QUALIFIERS

_APPRAISALS = ["single", "same", "consensus", "reviewers differ", "reports differ"]
_FIELD_TYPES = ["text", "number", "choice", "choices", "yes-no"]


class CoreProtocolField(Table):
    """The fields of the extraction form, as the protocol declares them."""

    field: str = pa.Field(unique=True, description="The field's name, as study_characteristic has it.")
    position: pl.Int32 = pa.Field(ge=1, description="Its place in the form.")
    label: str = pa.Field(description="Its heading.")
    type: str = pa.Field(isin=_FIELD_TYPES, description="text, number, choice, choices or yes-no.")
    options: Texts = pa.Field(description="What may be chosen, in order; empty for other types.")
    unit: str = pa.Field(nullable=True, description="The unit of a number.")
    required: bool = pa.Field(description="Whether each study must have an answer.")
    variables: Texts = pa.Field(
        description="Names of QDA variables that hold it, without case, blanks and punctuation; its own name and label too."
    )
    formerly: Texts = pa.Field(description="Names and labels that it had before.")

    class Config:
        """Where it stands."""

        name = "core.protocol_field"
        metadata = READ_WHOLE


class ProtocolField(CoreProtocolField):
    """The fields of the extraction form, in the form's order."""

    class Config:
        """Where it stands."""

        name = "main.protocol_field"
        metadata = READ_WHOLE


class CoreChecklistItem(Table):
    """The items of the checklists that the protocol names."""

    checklist: str = pa.Field(description="The checklist's name, such as casp-qualitative.")
    title: str = pa.Field(description="The checklist's title.")
    item: pl.Int32 = pa.Field(ge=1, description="The item's number.")
    short: str = pa.Field(description="The item in a word or two.")
    question: str = pa.Field(description="What it asks.")
    open: bool = pa.Field(description="Whether it is answered in words.")
    answers: Texts = pa.Field(description="The answers that the checklist knows, best first.")

    class Config:
        """Where it stands."""

        name = "core.checklist_item"
        metadata = READ_WHOLE
        unique: ClassVar = ["checklist", "item"]


class ChecklistItem(CoreChecklistItem):
    """The items of the checklists that the protocol names; to join with appraisal_final and table_2."""

    class Config:
        """Where it stands."""

        name = "main.checklist_item"
        metadata = READ_WHOLE
        unique: ClassVar = ["checklist", "item"]


class StudyInclusion(Table):
    """Included studies in the order in which they came in, one row each."""

    study_id: str = pa.Field(unique=True, str_matches=STUDY_ID, description="The study.")
    label: str = pa.Field(nullable=True, description="The study's name, else its first author and year.")
    position: pl.Int64 = pa.Field(unique=True, ge=1, description="Its place in the order of inclusion, from 1.")
    version: pl.Int32 = pa.Field(nullable=True, description="The first version of the review that includes it.")
    released_at: UtcTime = pa.Field(nullable=True, description="When that version was published (UTC).")
    first_found_at: UtcTime = pa.Field(description="When a search first found one of its included reports (UTC).")

    class Config:
        """Where it stands."""

        name = "main.study_inclusion"
        metadata = READ_WHOLE


class StudyCharacteristic(Table):
    """Study characteristics, one row a study and field: joined to anything that has a study, it counts nothing twice."""

    study_id: str = pa.Field(str_matches=STUDY_ID, description="The study.")
    field: str = pa.Field(description="The field.")
    value: str = pa.Field(
        description="The value. Several values of one answer are joined by '; ', answers that differ by ' | '."
    )
    number: float = pa.Field(nullable=True, description="The number, where all answers are one.")
    qualifier: str = pa.Field(nullable=True, isin=QUALIFIERS, description="at least, at most, about …; null: exact.")
    status: str = pa.Field(
        isin=["reported", "not reported", "not applicable", "differing"],
        description="reported, not reported, not applicable, or differing.",
    )
    agreement: str = pa.Field(
        isin=AGREEMENTS,
        description="single (one extractor, or none named), same (several, who agree), consensus, extractors differ, reports differ.",
    )
    answers: Texts = pa.Field(description="The answers that differ; one where none do.")
    reports: pl.Int64 = pa.Field(ge=1, description="How many reports of the study they are from.")
    extractors: pl.Int64 = pa.Field(description="How many named extractors gave them.")

    class Config:
        """Where it stands."""

        name = "main.study_characteristic"
        metadata = READ_WHOLE | rows_from("core.characteristic", "core.document_value")
        unique: ClassVar = ["study_id", "field"]


class StudyValue(Table):
    """Study characteristics, one row a study, field and value: to join where studies are counted by value.

    It has what study_characteristic settled, its several values apart; where answers differ and there is no consensus, all stand.
    """

    study_id: str = pa.Field(str_matches=STUDY_ID, description="The study.")
    field: str = pa.Field(description="The field.")
    value: str = pa.Field(description="A value of it. 'not reported' and 'not applicable' stand as such.")

    class Config:
        """Where it stands."""

        name = "main.study_value"
        metadata = READ_WHOLE | rows_from("core.characteristic", "core.document_value")
        unique: ClassVar = ["study_id", "field", "value"]


class ReportAppraisal(Table):
    """Critical appraisal, one row a report and item: the consensus, or what all reviewers answered, or that they differ."""

    study_id: str = pa.Field(str_matches=STUDY_ID, description="The study.")
    report_id: str = pa.Field(str_matches=REPORT_ID, description="The report.")
    checklist: str = pa.Field(description="The checklist.")
    item: pl.Int32 = pa.Field(ge=1, description="The item's number.")
    answer: str = pa.Field(nullable=True, description="The answer; null where reviewers differ.")
    reason: str = pa.Field(nullable=True, description="The reasons, joined by ' | '.")
    agreement: str = pa.Field(
        isin=_APPRAISALS, description="single (one reviewer), same (several, who agree), consensus or reviewers differ."
    )
    answers: Texts = pa.Field(description="The answers that were given.")
    reviewers: pl.Int64 = pa.Field(description="How many named reviewers gave them, consensus aside.")

    class Config:
        """Where it stands."""

        name = "main.report_appraisal"
        metadata = READ_WHOLE | rows_from("core.appraisal")
        unique: ClassVar = ["report_id", "checklist", "item"]


class AppraisalFinal(Table):
    """Critical appraisal, one row a study and item: what holds of all its appraised reports, or that they differ."""

    study_id: str = pa.Field(str_matches=STUDY_ID, description="The study.")
    checklist: str = pa.Field(description="The checklist.")
    item: pl.Int32 = pa.Field(ge=1, description="The item's number.")
    answer: str = pa.Field(nullable=True, description="The answer; null where reviewers or reports differ.")
    reason: str = pa.Field(nullable=True, description="The reasons, joined by ' | '.")
    agreement: str = pa.Field(
        isin=_APPRAISALS, description="single, same, consensus, reviewers differ or reports differ."
    )
    answers: Texts = pa.Field(description="The answers that were given.")
    reports: pl.Int64 = pa.Field(ge=1, description="How many of its reports were appraised.")
    reviewers: pl.Int64 = pa.Field(description="How many named reviewers appraised the report that has most.")

    class Config:
        """Where it stands."""

        name = "main.appraisal_final"
        metadata = READ_WHOLE | rows_from("core.appraisal")
        unique: ClassVar = ["study_id", "checklist", "item"]


class Table1(Table):
    """Table 1: characteristics of included studies, a row a study and field of the protocol; gaps stand as such."""

    study_id: str = pa.Field(str_matches=STUDY_ID, description="The study.")
    study: str = pa.Field(nullable=True, description="The study's name, else its first author and year.")
    study_position: pl.Int64 = pa.Field(ge=1, description="Its place in the order of inclusion.")
    field: str = pa.Field(description="The field.")
    label: str = pa.Field(description="The field's heading.")
    field_position: pl.Int32 = pa.Field(ge=1, description="The field's place in the form.")
    value: str = pa.Field(nullable=True, description="The value; null where nothing was extracted.")
    number: float = pa.Field(nullable=True, description="The number, where all answers are one.")
    qualifier: str = pa.Field(nullable=True, description="at least, at most, about …; null: exact.")
    unit: str = pa.Field(nullable=True, description="The unit of a number.")
    status: str = pa.Field(
        isin=["reported", "not reported", "not applicable", "differing", "not extracted"],
        description="reported, not reported, not applicable, differing or not extracted.",
    )
    agreement: str = pa.Field(nullable=True, isin=AGREEMENTS, description="As in study_characteristic.")

    class Config:
        """Where it stands."""

        name = "main.table_1"
        metadata = READ_WHOLE | rows_from("core.protocol_field")
        unique: ClassVar = ["study_id", "field"]


class Table2(Table):
    """Table 2: the appraisal of included studies, a row a study and item. There is no score."""

    study_id: str = pa.Field(str_matches=STUDY_ID, description="The study.")
    study: str = pa.Field(nullable=True, description="The study's name, else its first author and year.")
    study_position: pl.Int64 = pa.Field(ge=1, description="Its place in the order of inclusion.")
    checklist: str = pa.Field(description="The checklist.")
    item: pl.Int32 = pa.Field(ge=1, description="The item's number.")
    short: str = pa.Field(description="The item in a word or two.")
    answer: str = pa.Field(description="The answer, or reviewers differ, reports differ, not appraised.")
    agreement: str = pa.Field(nullable=True, isin=_APPRAISALS, description="As in appraisal_final.")
    reason: str = pa.Field(nullable=True, description="The reasons, joined by ' | '.")

    class Config:
        """Where it stands."""

        name = "main.table_2"
        metadata = READ_WHOLE | rows_from("core.checklist_item")
        unique: ClassVar = ["study_id", "checklist", "item"]


class AppraisalTotal(Table):
    """Totals of the appraisal by item and answer. Those of an item add up to all included reports, and to all studies."""

    checklist: str = pa.Field(description="The checklist.")
    item: pl.Int32 = pa.Field(ge=1, description="The item's number.")
    short: str = pa.Field(description="The item in a word or two.")
    answer: str = pa.Field(
        description="An answer of the checklist, answered (open items), reviewers differ, reports differ or not appraised."
    )
    reports: pl.Int64 = pa.Field(ge=0, description="How many included reports got it.")
    studies: pl.Int64 = pa.Field(ge=0, description="How many included studies got it, of all their appraised reports.")

    class Config:
        """Where it stands."""

        name = "main.appraisal_total"
        metadata = READ_WHOLE | rows_from("core.checklist_item")
        unique: ClassVar = ["checklist", "item", "answer"]
