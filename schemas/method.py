"""Methods of synthesis beside themes and findings: what is delivered for them, as it stands, and what is missing."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_WHOLE, Table, Texts, UtcTime, rows_from
from schemas.protocol_synthesis import METHODS

KINDS = ["cell", "concept", "relation", "construct", "finding", "category", "synthesised"]
RELATIONS = ["reciprocal", "refutational", "line of argument"]
CREDIBILITY = ["unequivocal", "credible", "not supported"]
_DELIVERED = READ_WHOLE | rows_from("core.method_item")


class SynthesisMethod(Table):
    """The method of synthesis, one row, where the protocol names another than thematic synthesis."""

    method: str = pa.Field(
        isin=list(METHODS[1:]), description="framework, best-fit, meta-ethnography or meta-aggregation."
    )
    codebook_version: pl.Int32 = pa.Field(
        nullable=True, description="Of best-fit: the version whose codebook is the framework."
    )

    class Config:
        """Where it stands."""

        name = "core.synthesis_method"
        metadata = READ_WHOLE


class _ItemRow(Table):
    kind: str = pa.Field(
        isin=KINDS, description="cell, concept, relation, construct, finding, category or synthesised."
    )
    id: str = pa.Field(nullable=True, description="Its id; of a cell and a relation none.")
    name: str = pa.Field(nullable=True, description="Its name.")
    text: str = pa.Field(
        nullable=True, description="What it says: a summary, description, explanation, statement or finding."
    )
    quote: str = pa.Field(nullable=True, description="The study's own words.")
    page: str = pa.Field(nullable=True, description="Their page.")
    choice: str = pa.Field(nullable=True, description="Of a relation which, of a finding its credibility.")
    others: Texts = pa.Field(
        description="What it is about: a cell's theme, a relation's two concepts, a construct's concepts, a finding's category, a "
        "category's synthesised finding."
    )
    who: str = pa.Field(nullable=True, description="Who wrote it, where that is known.")
    place: str = pa.Field(description="Where it stands: Concepts!5:5, line 5, or [[concept]] 5.")


class MethodItemRow(_ItemRow):
    """A row of a file in method/, as it was read."""

    row: pl.Int32 = pa.Field(ge=1, description="Its place among the file's rows, from 1.")
    key: str = pa.Field(nullable=True, description="The report or study, as the file names it.")


class CoreMethodItem(MethodItemRow):
    """Rows of every file in method/ (base of the view method_item)."""

    arrival_id: pl.Int64 = pa.Field(description="The file that says so.")

    class Config:
        """Where it stands."""

        name = "core.method_item"
        metadata = READ_WHOLE


class MethodItem(_ItemRow):
    """What is delivered for methods of synthesis, as it stands: of each cell, relation and id what came last."""

    key: str = pa.Field(nullable=True, description="The report or study, as the file names it.")
    report_id: str = pa.Field(nullable=True, description="The report; null while the key leads to none.")
    study_id: str = pa.Field(nullable=True, description="Its study.")
    included: bool = pa.Field(description="Whether the report is included now; false where it is about none.")
    file_name: str = pa.Field(description="The file.")
    received_at: UtcTime = pa.Field(description="When it came (UTC).")
    arrival_id: pl.Int64 = pa.Field(description="The file that says so.")

    class Config:
        """Where it stands."""

        name = "main.method_item"
        metadata = _DELIVERED


class FrameworkCell(Table):
    """Framework synthesis: every included study by every theme, with what was written of it; a row an analyst."""

    study_id: str = pa.Field(description="The study.")
    study: str = pa.Field(description="Its label.")
    study_position: pl.Int64 = pa.Field(ge=1, description="Its place in the order of inclusion.")
    theme_id: str = pa.Field(description="The theme.")
    theme: str = pa.Field(description="Its name.")
    theme_position: pl.Int32 = pa.Field(ge=1, description="Its place.")
    summary: str = pa.Field(nullable=True, description="What was written; null where nothing is.")
    analyst: str = pa.Field(nullable=True, description="Who wrote it, where that is known.")
    state: str = pa.Field(
        isin=["written", "missing", "nothing coded"],
        description="written; missing: the study has coded segments of the theme; nothing coded: it has none.",
    )
    codings: pl.Int64 = pa.Field(ge=0, description="Coded segments of the theme in the study.")
    place: str = pa.Field(nullable=True, description="Where it stands in its file.")

    class Config:
        """Where it stands."""

        name = "main.framework_cell"
        metadata = READ_WHOLE | rows_from("core.theme")
        unique: ClassVar = ["study_id", "theme_id", "analyst"]


class CodebookCode(Table):
    """Best-fit: the codes of the framework, and those that came since; a row a code."""

    code_id: str = pa.Field(unique=True, description="The code.")
    path: str = pa.Field(description="Its path; of one that is gone, as it was at the version.")
    state: str = pa.Field(
        isin=["in the framework", "renamed or moved", "gone", "outside"],
        description="in the framework, as it was; renamed or moved since; gone since; or outside: it came later.",
    )
    path_then: str = pa.Field(nullable=True, description="Its path at the version; null where it came later.")
    below: str = pa.Field(
        nullable=True, description="Of one outside: the framework's code that it stands below; null where none."
    )
    codings: pl.Int64 = pa.Field(ge=0, description="Segments under it that count now, of included reports.")
    studies: pl.Int64 = pa.Field(ge=0, description="Their studies.")

    class Config:
        """Where it stands."""

        name = "main.codebook_code"
        metadata = READ_WHOLE | rows_from("core.synthesis_method")


class OutsideCoding(Table):
    """Best-fit: coded segments of included reports that count now and that the frozen codebook did not have, or not yet."""

    coding_id: str = pa.Field(unique=True, description="The coded segment.")
    code_id: str = pa.Field(description="Its code.")
    path: str = pa.Field(description="The code's path.")
    in_framework: bool = pa.Field(
        description="Whether its code is one of the framework; else it needs a theme of its own."
    )
    study_id: str = pa.Field(nullable=True, description="Its study.")
    quote: str = pa.Field(nullable=True, description="Its words.")
    coder: str = pa.Field(description="Who coded it.")

    class Config:
        """Where it stands."""

        name = "main.outside_coding"
        metadata = READ_WHOLE | rows_from("core.synthesis_method")


class Concept(Table):
    """Meta-ethnography: concepts (second order), each of a study."""

    concept_id: str = pa.Field(unique=True, description="Names the concept.")
    study_id: str = pa.Field(nullable=True, description="The study; null while the file's key leads to none.")
    report_id: str = pa.Field(nullable=True, description="The report.")
    name: str = pa.Field(description="Its name.")
    description: str = pa.Field(nullable=True, description="What the study's authors mean by it.")
    quote: str = pa.Field(nullable=True, description="Participants' words for it (first order).")
    page: str = pa.Field(nullable=True, description="Their page.")
    analyst: str = pa.Field(nullable=True, description="Who noted it.")
    relations: pl.Int64 = pa.Field(ge=0, description="Relations that it is part of, to concepts of included reports.")
    constructs: pl.Int64 = pa.Field(ge=0, description="Constructs that rest on it.")
    included: bool = pa.Field(description="Whether its report is included: only then is it evidence for anything.")

    class Config:
        """Where it stands."""

        name = "main.concept"
        metadata = _DELIVERED


class ConceptRelation(Table):
    """Meta-ethnography: how studies relate, by a concept of each."""

    concept_a: str = pa.Field(description="One concept.")
    concept_b: str = pa.Field(description="The other.")
    study_a: str = pa.Field(nullable=True, description="The one's study; null where it is not known.")
    study_b: str = pa.Field(nullable=True, description="The other's study.")
    relation: str = pa.Field(isin=RELATIONS, description="reciprocal, refutational or line of argument.")
    explanation: str = pa.Field(nullable=True, description="How the one translates into the other.")
    analyst: str = pa.Field(nullable=True, description="Who says so.")
    included: bool = pa.Field(description="Whether the reports of both are included: only then does it count.")

    class Config:
        """Where it stands."""

        name = "main.concept_relation"
        metadata = _DELIVERED
        unique: ClassVar = ["concept_a", "concept_b"]


class Construct(Table):
    """Meta-ethnography: third-order constructs, with what they rest on."""

    construct_id: str = pa.Field(unique=True, description="Names the construct.")
    name: str = pa.Field(description="Its name.")
    statement: str = pa.Field(nullable=True, description="The interpretation.")
    analyst: str = pa.Field(nullable=True, description="Who stated it.")
    concepts: pl.Int64 = pa.Field(ge=0, description="Concepts of included reports that it rests on.")
    studies: pl.Int64 = pa.Field(ge=0, description="Their studies.")

    class Config:
        """Where it stands."""

        name = "main.construct"
        metadata = _DELIVERED


class ConstructConcept(Table):
    """Meta-ethnography: the concepts of included reports behind each construct."""

    construct_id: str = pa.Field(description="The construct.")
    concept_id: str = pa.Field(description="A concept that it rests on.")
    study_id: str = pa.Field(nullable=True, description="The concept's study.")

    class Config:
        """Where it stands."""

        name = "main.construct_concept"
        metadata = _DELIVERED
        unique: ClassVar = ["construct_id", "concept_id"]


class StudyFinding(Table):
    """Meta-aggregation: findings of studies, each with an illustration and its credibility."""

    finding_id: str = pa.Field(unique=True, description="Names the finding.")
    study_id: str = pa.Field(nullable=True, description="The study; null while the file's key leads to none.")
    report_id: str = pa.Field(nullable=True, description="The report.")
    finding: str = pa.Field(description="The finding, as the study's authors put it.")
    illustration: str = pa.Field(nullable=True, description="The words that illustrate it.")
    page: str = pa.Field(nullable=True, description="Their page.")
    credibility: str = pa.Field(isin=CREDIBILITY, description="unequivocal, credible or not supported.")
    category_id: str = pa.Field(nullable=True, description="Its category.")
    analyst: str = pa.Field(nullable=True, description="Who extracted it.")
    included: bool = pa.Field(description="Whether its report is included: only then is it evidence for anything.")

    class Config:
        """Where it stands."""

        name = "main.study_finding"
        metadata = _DELIVERED


class _Aggregated(Table):
    findings: pl.Int64 = pa.Field(ge=0, description="Findings of included reports behind it.")
    studies: pl.Int64 = pa.Field(ge=0, description="Their studies.")
    unequivocal: pl.Int64 = pa.Field(ge=0, description="Of the findings, those that are unequivocal.")
    credible: pl.Int64 = pa.Field(ge=0, description="Those that are credible.")
    not_supported: pl.Int64 = pa.Field(ge=0, description="Those that are not supported.")
    analyst: str = pa.Field(nullable=True, description="Who stated it.")


class FindingCategory(_Aggregated):
    """Meta-aggregation: categories of findings."""

    category_id: str = pa.Field(unique=True, description="Names the category.")
    name: str = pa.Field(description="Its name.")
    description: str = pa.Field(nullable=True, description="What its findings have in common.")
    synthesised_id: str = pa.Field(nullable=True, description="The synthesised finding that it belongs to.")

    class Config:
        """Where it stands."""

        name = "main.finding_category"
        metadata = _DELIVERED


class SynthesisedFinding(_Aggregated):
    """Meta-aggregation: synthesised findings, with what stands behind them."""

    synthesised_id: str = pa.Field(unique=True, description="Names the synthesised finding.")
    statement: str = pa.Field(description="What it says.")
    categories: pl.Int64 = pa.Field(ge=0, description="Its categories.")

    class Config:
        """Where it stands."""

        name = "main.synthesised_finding"
        metadata = _DELIVERED


class MethodGap(Table):
    """What the protocol's method asks for and is not there, or does not hold together; a row each."""

    severity: str = pa.Field(
        isin=["missing", "wrong"],
        description="missing: it is still to be done; wrong: it names what is not there, or breaks a rule of the method.",
    )
    element: str = pa.Field(
        description="What it is about: cell, concept, relation, construct, finding, category, synthesised, codebook, code, file."
    )
    id: str = pa.Field(nullable=True, description="Its id, or a study's label with the theme.")
    detail: str = pa.Field(description="What is missing or wrong.")
    place: str = pa.Field(nullable=True, description="File and cell, where it stands in one.")

    class Config:
        """Where it stands."""

        name = "main.method_gap"
        metadata = READ_WHOLE | rows_from("core.synthesis_method", "core.method_item")
