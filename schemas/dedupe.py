"""Tables of deduplication: what is compared, what came out, and which records are one report. All of it is derived."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_NEVER, READ_WHOLE, Table, Texts, rule


class DedupeBasis(Table):
    """What the tables of this schema were made with; where it changes, they are made anew."""

    fingerprint: str = pa.Field(description="A hash over the rules and weights and DuckDB's version, and the policy.")

    class Config:
        """Where it stands."""

        name = "dedupe.basis"
        metadata = READ_NEVER


class DedupeFeature(Table):
    """One row a record: what is compared, a function of the record alone."""

    id: str = pa.Field(description="The record.")
    content: pl.UInt64 = pa.Field(
        description="A hash over all fields that are compared; equal for records that are equal in all of them."
    )
    words: str = pa.Field(
        nullable=True, description="The title's words, lower case, without accents, marks and the database's remarks."
    )
    title: str = pa.Field(nullable=True, description="The same without spaces and Greek letters.")
    generic: bool = pa.Field(
        nullable=True, description="Whether the title is one that recurs (Editorial, In this issue …)."
    )
    numerals: str = pa.Field(
        nullable=True, description="The title's words that hold a number, Roman numerals as digits."
    )
    greek: Texts = pa.Field(nullable=True, description="Greek letters that the title names.")
    foreign_title: bool = pa.Field(
        nullable=True, description="Whether the title seems translated or in another language than English."
    )
    notice: str = pa.Field(nullable=True, description="erratum, retraction or comment, where the title says so.")
    kind: str = pa.Field(
        nullable=True, description="preprint, cochrane, registration, thesis or conference, where the record shows it."
    )
    register: str = pa.Field(nullable=True, description="The trial's registration number.")
    authors: Texts = pa.Field(
        nullable=True, description="The authors' names, word by word, without initials and particles."
    )
    year: pl.Int16 = pa.Field(nullable=True, description="Year.")
    journal: str = pa.Field(nullable=True, description="The journal's words without small ones.")
    parallel: Texts = pa.Field(nullable=True, description="The journal's parallel names.")
    issn: Texts = pa.Field(nullable=True, description="ISSNs.")
    volume: str = pa.Field(nullable=True, description="Volume, also where the journal's field holds it.")
    number: str = pa.Field(nullable=True, description="Issue, without its supplement.")
    supplement: str = pa.Field(
        nullable=True,
        description="The supplement's number, empty where it has none; nothing where it is no supplement.",
    )
    series_of_supplements: bool = pa.Field(
        nullable=True,
        description="Whether the journal's name is that of its series of supplements, whose volumes it counts.",
    )
    page: pl.Int64 = pa.Field(nullable=True, description="First page, the number of it.")
    page_end: pl.Int64 = pa.Field(nullable=True, description="Last page.")
    page_mark: str = pa.Field(nullable=True, description="Letters before or after the first page's number (S, e, A …).")
    page_sure: bool = pa.Field(
        nullable=True, description="Whether the page is surely one, and not a day, a count or a year."
    )
    doi: str = pa.Field(nullable=True, description="DOI, decoded, lower case.")
    pmid: str = pa.Field(nullable=True, description="PubMed identifier.")
    abstract_key: pl.UInt64 = pa.Field(nullable=True, description="A hash over the abstract's beginning.")

    class Config:
        """Where it stands."""

        name = "dedupe.feature"
        metadata = READ_NEVER


class DedupeBlock(Table):
    """The keys under which records meet: two are compared when they share one."""

    key: pl.UInt64 = pa.Field(description="A hash of the key's kind and facts.")
    record: pl.UInt64 = pa.Field(description="The record, as the hash of its id: numbers are sorted and joined faster.")

    class Config:
        """Where it stands."""

        name = "dedupe.block"
        metadata = READ_NEVER


class DedupeOverfull(Table):
    """Keys that too many records share to compare all of them; shown, so that nothing is left out silently."""

    key: pl.UInt64 = pa.Field(description="The key.")
    records: int = pa.Field(description="How many records share it.")

    class Config:
        """Where it stands."""

        name = "dedupe.overfull"
        metadata = READ_WHOLE


class DedupePair(Table):
    """Pairs that are the same, for review, linked, or alike and vetoed, as the two records alone decide."""

    id_a: str = pa.Field(description="The record whose id sorts first.")
    id_b: str = pa.Field(description="The other record.")
    outcome: str = pa.Field(isin=["same", "review", "distinct"], description="same, review or distinct.")
    score: float = pa.Field(description="Log-odds that the two are one report.")
    relation: str = pa.Field(
        nullable=True, description="How two documents belong together that are not one report (erratum, preprint …)."
    )
    veto: str = pa.Field(nullable=True, description="Why they cannot be one report, whatever the score.")
    why: str = pa.Field(description="The fields that spoke for and against, and the relation, veto or doubt.")

    in_order = rule("the first id sorts before the other", "id_a < id_b")

    class Config:
        """Where it stands."""

        name = "dedupe.pair"
        metadata = READ_WHOLE
        unique: ClassVar = ["id_a", "id_b"]


class DedupeRefused(Table):
    """Pairs that are the same by themselves, but would have joined records that are distinct; they are for review."""

    id_a: str = pa.Field(description="The record whose id sorts first.")
    id_b: str = pa.Field(description="The other record.")
    because: str = pa.Field(description="Which two records they would have joined.")

    in_order = rule("the first id sorts before the other", "id_a < id_b")

    class Config:
        """Where it stands."""

        name = "dedupe.refused"
        metadata = READ_WHOLE


class DedupeOverruled(Table):
    """Pairs inside one report that are distinct by themselves: what was computed of them gave way to a ruling."""

    id_a: str = pa.Field(description="The record whose id sorts first.")
    id_b: str = pa.Field(description="The other record.")
    because: str = pa.Field(description="Which rulings joined their reports.")

    class Config:
        """Where it stands."""

        name = "dedupe.overruled"
        metadata = READ_WHOLE


class DedupeRuling(Table):
    """What people ruled, as it stood at the last run."""

    id_a: str = pa.Field(description="The record whose id sorts first.")
    id_b: str = pa.Field(description="The other record.")
    verdict: str = pa.Field(isin=["same", "distinct"], description="same or distinct.")

    in_order = rule("the first id sorts before the other", "id_a < id_b")

    class Config:
        """Where it stands."""

        name = "dedupe.ruling"
        metadata = READ_WHOLE


class DedupeCluster(Table):
    """Which records are one report."""

    id: str = pa.Field(description="The record.")
    cluster: str = pa.Field(description="The cluster, named after its least record.")

    class Config:
        """Where it stands."""

        name = "dedupe.cluster"
        metadata = READ_WHOLE
        unique: ClassVar = ["id"]
