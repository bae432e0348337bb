"""Tables of double coding: what each coder coded, and how that of two compares."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_WHOLE, Table, rule


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

    class Config:
        """Where it stands."""

        name = "core.coding_coverage"
        metadata = READ_WHOLE
        unique: ClassVar = ["document_id", "coder"]


class CodingCoverage(BaseCodingCoverage):
    """What each coder coded in each document: one row a document and coder."""

    share: float = pa.Field(nullable=True, ge=0, le=1, description="characters / text_characters.")
    report_id: str = pa.Field(nullable=True, description="The report whose text it is; null while it is not known.")

    class Config:
        """Where it stands."""

        name = "main.coding_coverage"
        metadata = READ_WHOLE
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
        description="Whether the two coded different parts of it, so that agreement tells little: at least half of the "
        "segments of one lie wholly outside the text from the other's first segment to the last."
    )

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
        metadata = READ_WHOLE
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
        metadata = READ_WHOLE
        unique: ClassVar = ["document_id", "coder_a", "coder_b", "code_id"]
