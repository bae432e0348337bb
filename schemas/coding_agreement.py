"""Tables of double coding: what each coder coded, how that of two compares, and what is settled where they differ; and who codes what."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_MASKED, READ_NEVER, READ_WHOLE, Table, Texts, UtcTime, rows_from, rule
from schemas.coding import Coding


class BaseCodingCoverage(Table):
    """What each coder coded in each document, filled anew at each run (base of the view coding_coverage)."""

    document_id: str = pa.Field(description="The document.")
    coder: str = pa.Field(description="Who coded.")
    codings: pl.Int64 = pa.Field(
        ge=0, description="The coder's codings of it; 0 where it was declared done without any."
    )
    unplaced: pl.Int64 = pa.Field(
        ge=0, description="Of these, those without positions in a text: of regions of a PDF, or of the whole document."
    )
    segments: pl.Int64 = pa.Field(ge=0, description="Different stretches of text that the coder coded.")
    characters: pl.Int64 = pa.Field(ge=0, description="Characters (code points) that the coder coded, under any code.")
    text_characters: pl.Int64 = pa.Field(
        nullable=True, ge=0, description="Characters of the whole text; null without text."
    )
    results_coded: pl.Int64 = pa.Field(
        nullable=True,
        ge=0,
        description="Characters of the results section that the coder coded; null where it is not known.",
    )
    results_characters: pl.Int64 = pa.Field(
        nullable=True,
        ge=1,
        description="Characters of the results section (document_section); null where it is not known.",
    )

    class Config:
        """Where it stands."""

        name = "core.coding_coverage"
        metadata = READ_WHOLE
        unique: ClassVar = ["document_id", "coder"]


class CodingCoverage(BaseCodingCoverage):
    """What each coder coded in each document: one row a document and coder."""

    share: float = pa.Field(nullable=True, ge=0, le=1, description="characters / text_characters.")
    results_share: float = pa.Field(nullable=True, ge=0, le=1, description="results_coded / results_characters.")
    report_id: str = pa.Field(nullable=True, description="The report whose text it is; null while it is not known.")

    class Config:
        """Where it stands."""

        name = "main.coding_coverage"
        metadata = READ_WHOLE | rows_from("core.coding_coverage")
        unique: ClassVar = ["document_id", "coder"]


class _Pair(Table):
    document_id: str = pa.Field(description="The document.")
    coder_a: str = pa.Field(description="One of the two coders.")
    coder_b: str = pa.Field(description="The other; sorts after the first.")
    characters_a: pl.Int64 = pa.Field(ge=0, description="Characters (code points) that the first coded.")
    characters_b: pl.Int64 = pa.Field(ge=0, description="Characters that the other coded.")
    characters_both: pl.Int64 = pa.Field(ge=0, description="Characters that both coded.")
    segments_a: pl.Int64 = pa.Field(ge=0, description="Segments of the first; those that overlap are one.")
    segments_b: pl.Int64 = pa.Field(ge=0, description="Segments of the other.")
    matched_a: pl.Int64 = pa.Field(ge=0, description="Segments of the first of which the other coded at least half.")
    matched_b: pl.Int64 = pa.Field(ge=0, description="Segments of the other of which the first coded at least half.")

    coders_in_order = rule("the first coder's name sorts before the other's", "coder_a < coder_b")
    both_within_each = rule(
        "both coded no more than either", "characters_both <= characters_a AND characters_both <= characters_b"
    )


class BaseCodingPair(_Pair):
    """Each document that two coders coded, whatever the code, filled anew at each run (base of the view coding_pair)."""

    text_characters: pl.Int64 = pa.Field(ge=0, description="Characters of the whole text.")
    different_parts: bool = pa.Field(
        description="Whether the two coded different parts of it, so that agreement tells little: more than half of the "
        "segments of one lie wholly outside the text from the other's first segment to the last."
    )
    same_coder: bool = pa.Field(description="Whether the two are one person at two times.")

    class Config:
        """Where it stands."""

        name = "core.coding_pair"
        metadata = READ_WHOLE
        unique: ClassVar = ["document_id", "coder_a", "coder_b"]


class CodingPair(BaseCodingPair):
    """Each document that two coders coded: what each coded, and both, whatever the code. By code: coding_pair_code."""

    report_id: str = pa.Field(nullable=True, description="The report whose text it is; null while it is not known.")

    class Config:
        """Where it stands."""

        name = "main.coding_pair"
        metadata = READ_WHOLE | rows_from("core.coding_pair")
        unique: ClassVar = ["document_id", "coder_a", "coder_b"]


class BaseCodingPairCode(_Pair):
    """What two coders coded in a document under each code, filled anew at each run (base of the view coding_pair_code)."""

    code_id: str = pa.Field(description="The code; one of the two used it in the document.")
    shared_a: pl.Int64 = pa.Field(
        ge=0, description="Characters that the first coded under it, and the other under any code."
    )
    shared_b: pl.Int64 = pa.Field(
        ge=0, description="Characters that the other coded under it, and the first under any code."
    )

    class Config:
        """Where it stands."""

        name = "core.coding_pair_code"
        metadata = READ_WHOLE
        unique: ClassVar = ["document_id", "coder_a", "coder_b", "code_id"]


class CodingPairCode(BaseCodingPairCode):
    """What two coders coded in a document under each code that one of them used there."""

    report_id: str = pa.Field(nullable=True, description="The report whose text it is; null while it is not known.")

    class Config:
        """Where it stands."""

        name = "main.coding_pair_code"
        metadata = READ_WHOLE | rows_from("core.coding_pair_code")
        unique: ClassVar = ["document_id", "coder_a", "coder_b", "code_id"]


class BaseCodingPlan(Table):
    """Who codes which report, by the protocol and in fact, filled anew at each run (base of the view coding_plan)."""

    report_id: str = pa.Field(description="The report.")
    coder: str = pa.Field(description="Who codes it: the protocol's name, else that in the QDA project.")
    planned: bool = pa.Field(
        description="Whether the protocol asks for it: false where somebody coded who is not asked to, or the report is not included."
    )
    part: str = pa.Field(nullable=True, description="What of the report is coded, in the protocol's words.")
    double: bool = pa.Field(
        description="Whether two code the report, or would if it were included; false for who is not one of them."
    )
    drawn: bool = pa.Field(
        nullable=True, description="Whether the seed drew it; false where it is assigned; null unless planned."
    )
    codings: pl.Int64 = pa.Field(
        ge=0, nullable=True, description="The coder's codings of the report; null while they wait for the other coder."
    )
    state: str = pa.Field(
        isin=["open", "begun", "done"],
        description="done: declared by the coder, with or without codings; begun: there are codings; open: there is nothing yet.",
    )
    done_at: UtcTime = pa.Field(nullable=True, description="When it was declared done (UTC).")
    seq: pl.Int64 = pa.Field(nullable=True, description="The ledger's event that declares it.")

    class Config:
        """Where it stands."""

        name = "core.coding_plan"
        metadata = READ_MASKED
        unique: ClassVar = ["report_id", "coder"]


class CodingPlan(BaseCodingPlan):
    """Who codes which report, by the protocol and in fact: one row a report and coder."""

    class Config:
        """Where it stands."""

        name = "main.coding_plan"
        metadata = READ_MASKED | rows_from("core.coding_plan")
        unique: ClassVar = ["report_id", "coder"]


CHOICES = ("first", "second", "both", "neither", "new")


class BaseCodingDifference(Table):
    """Where two coders of a document differ, filled anew at each run (base of the view coding_difference)."""

    difference_id: str = pa.Field(
        unique=True,
        str_matches=r"^dif_[0-9a-f]{16}$",
        description="'dif_' and 16 hex digits over the codings that differ.",
    )
    document_id: str = pa.Field(description="The document.")
    coder_a: str = pa.Field(description="The first of the two coders.")
    coder_b: str = pa.Field(description="The second; sorts after the first.")
    start_char: pl.Int64 = pa.Field(ge=0, description="Where the text begins that they differ on (code points from 0).")
    end_char: pl.Int64 = pa.Field(ge=1, description="Where it ends, exclusive.")
    codings_a: Texts = pa.Field(
        description="The first's codings there that the other does not match, or that match too little."
    )
    codings_b: Texts = pa.Field(description="The second's.")
    quote: str = pa.Field(description="The text.")

    coders_in_order = rule("the first coder's name sorts before the other's", "coder_a < coder_b")

    class Config:
        """Where it stands."""

        name = "core.coding_difference"
        metadata = READ_WHOLE


class CodingDifference(BaseCodingDifference):
    """Where two coders of a document differ, side by side, with what was settled."""

    report_id: str = pa.Field(nullable=True, description="The report whose text it is; null while it is not known.")
    codes_a: Texts = pa.Field(description="The paths of the first's codes there.")
    codes_b: Texts = pa.Field(description="The paths of the second's codes there.")
    different_parts: bool = pa.Field(description="Whether the two seem to have coded different parts of the document.")
    choice: str = pa.Field(
        nullable=True,
        isin=CHOICES,
        description="What was settled: first, second, both, neither or new; null while nothing is.",
    )
    reason: str = pa.Field(nullable=True, description="Why.")
    settled_by: str = pa.Field(nullable=True, description="By whom.")
    settled_at: UtcTime = pa.Field(nullable=True, description="When (UTC).")
    seq: pl.Int64 = pa.Field(nullable=True, description="The ledger's event.")

    class Config:
        """Where it stands."""

        name = "main.coding_difference"
        metadata = READ_WHOLE | rows_from("core.coding_difference")
        unique: ClassVar = ["difference_id"]


class CodingSettlementRow(Table):
    """Rulings on differences between coders that were not taken back, the last about each."""

    seq: pl.Int64 = pa.Field(unique=True, description="The ledger's event.")
    difference_id: str = pa.Field(unique=True, description="The difference, as it was then.")
    document_id: str = pa.Field(description="The document.")
    coder_a: str = pa.Field(description="The first coder.")
    coder_b: str = pa.Field(description="The second.")
    choice: str = pa.Field(isin=CHOICES, description="first, second, both, neither or new.")
    reason: str = pa.Field(description="Why.")
    settled_by: str = pa.Field(description="By whom.")
    settled_at: UtcTime = pa.Field(description="When (UTC).")

    class Config:
        """Where it stands."""

        name = "core.coding_settlement"
        metadata = READ_WHOLE


class LeftOutCoding(Table):
    """Codings that do not count beside others of their document, filled anew at each run (coding_final lacks them)."""

    coding_id: str = pa.Field(unique=True, description="The coding.")
    why: str = pa.Field(
        isin=["coded alike", "settled", "later round"],
        description="coded alike: at least half of it counts as another coder's, under the same code; settled: by a ruling; "
        "later round: its coder had coded the document before.",
    )

    class Config:
        """Where it stands."""

        name = "core.left_out_coding"
        metadata = READ_WHOLE


class SettledCoding(Coding):
    """Codings that rulings on differences put in the place of the coders' own, filled anew at each run."""

    seq: pl.Int64 = pa.Field(description="The ledger's event.")

    class Config:
        """Where it stands."""

        name = "core.settled_coding"
        metadata = READ_WHOLE
        unique: ClassVar = ["coding_id"]


class CodingFinal(Coding):
    """The coded segments that count, of every report; what themes, findings, matrices and figures rest on is those `included`.

    What several coders of a document coded alike stands once, as the first by name has it. Of a difference stands what was
    settled; until then, what each of them coded. The independent codings stay in the view coding.
    """

    arrival_id: pl.Int64 = pa.Field(nullable=True, description="The file that says so; null for what was settled anew.")
    report_id: str = pa.Field(nullable=True, description="The report whose text was coded; null while it is not known.")
    study_id: str = pa.Field(nullable=True, description="Its study.")
    settled: str = pa.Field(
        nullable=True, isin=CHOICES, description="What was settled of the difference that it is part of, if any was."
    )
    included: bool = pa.Field(
        description="Whether its report is included now: only then is it evidence. False also while the report is not known."
    )

    class Config:
        """Where it stands."""

        name = "main.coding_final"
        metadata = READ_WHOLE | rows_from("core.project", "core.settled_coding")
        unique: ClassVar = ["coding_id"]


class WaitingDocument(Table):
    """Documents whose codings wait: several code their report, and not all have declared it done ([coding] independent)."""

    arrival_id: pl.Int64 = pa.Field(description="The file that holds it.")
    document_id: str = pa.Field(description="Its id in that file.")

    class Config:
        """Where it stands."""

        name = "core.waiting_document"
        metadata = READ_WHOLE


class WaitingFile(Table):
    """The files with codings that wait until all coders of their documents are done. Nobody reads it: it says who has coded."""

    arrival_id: pl.Int64 = pa.Field(unique=True, description="The delivery.")
    coders: pl.Int32 = pa.Field(ge=1, description="How many people's codings it holds.")

    class Config:
        """Where it stands."""

        name = "core.waiting_file"
        metadata = READ_NEVER


class WaitingCode(Table):
    """The codes that wait with the codings of the one coder whose files hold them. Nobody reads it."""

    code_id: str = pa.Field(unique=True, description="The code.")

    class Config:
        """Where it stands."""

        name = "core.waiting_code"
        metadata = READ_NEVER


class UnlinkedView(Table):
    """Coded documents, and rows of sheets, whose report is not known; `coding link` and `extraction link` say it."""

    what: str = pa.Field(
        isin=["document", "key"], description="document: a coded text; key: a row's name for its report."
    )
    name: str = pa.Field(description="The document's name, or the key as the sheet has it.")
    id: str = pa.Field(description="The document's id, or the key: what a link is said of.")
    file_name: str = pa.Field(description="The file that holds it.")
    match: str = pa.Field(
        nullable=True, isin=["ambiguous", "unmatched"], description="Whether several reports are meant, or none."
    )
    key: str = pa.Field(nullable=True, description="The name by which several may be meant.")

    class Config:
        """Where it stands."""

        name = "main.unlinked"
        metadata = READ_WHOLE


class Quote(Table):
    """Every quote once, with where it comes from: of what several people coded, what counts (coding_final), of any report."""

    coding_id: str = pa.Field(unique=True, description="The coding.")
    code: str = pa.Field(description="The code, by its path.")
    quote: str = pa.Field(nullable=True, description="The words; null for a coding of a whole document.")
    document: str = pa.Field(description="The document's name.")
    study: str = pa.Field(nullable=True, description="The included study, by its label.")
    coder: str = pa.Field(description="Who coded it, or settled it.")
    start_char: pl.Int64 = pa.Field(nullable=True, description="Where the segment starts.")
    end_char: pl.Int64 = pa.Field(nullable=True, description="Where it ends, exclusive.")
    page: pl.Int32 = pa.Field(nullable=True, description="The page of a PDF's region, as the software counts it.")
    created_at: UtcTime = pa.Field(nullable=True, description="When it was coded (UTC).")
    settled: str = pa.Field(
        nullable=True, description="What was settled of the difference that it is part of, if any was."
    )
    included: bool = pa.Field(description="Whether its report is included: only then is it evidence for anything.")
    code_id: str = pa.Field(description="The code.")
    document_id: str = pa.Field(description="The document.")
    report_id: str = pa.Field(nullable=True, description="The report whose text was coded; null while it is not known.")
    study_id: str = pa.Field(nullable=True, description="Its study, included or not.")

    class Config:
        """Where it stands."""

        name = "main.quote"
        metadata = READ_WHOLE
