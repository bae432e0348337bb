"""How the deliveries of QDA projects belong together: what each is to those before it, what it changed, what it left out."""

from __future__ import annotations

from typing import ClassVar

import pandera.polars as pa
import polars as pl

from schemas.base import READ_MASKED, READ_NEVER, READ_WHOLE, Table, UtcTime, rows_from

CODE_CHANGES = (
    "created", "renamed", "moved", "merged", "split", "retired", "coded", "uncoded", "recoded", "span_moved",
)  # fmt: skip


class ProjectRelation(Table):
    """What each delivery of a QDA project is to those before it; worked out anew whenever one comes or goes."""

    arrival_id: pl.Int64 = pa.Field(unique=True, description="The delivery.")
    project_id: str = pa.Field(
        str_matches=r"^prj_[0-9a-f]{16}$",
        description="The project that it is a delivery of: 'prj_' and 16 hex digits over the first one's software and name.",
    )
    role: str = pa.Field(
        isin=["first", "newer", "copy", "unclear", "page"],
        description="first: a project of its own; newer: takes the place of another; copy: counts beside another; unclear; page.",
    )
    counts: bool = pa.Field(description="Whether it counts: it is not unclear, and none took its place.")
    replaced_by: pl.Int64 = pa.Field(nullable=True, description="The delivery that took its place.")
    ruled: bool = pa.Field(description="Whether a person said so.")
    why: str = pa.Field(description="Why it is held to be so.")

    class Config:
        """Where it stands."""

        name = "core.project_relation"
        metadata = READ_MASKED


class _Difference(Table):
    arrival_id: pl.Int64 = pa.Field(description="The delivery.")
    other_id: pl.Int64 = pa.Field(description="The earlier delivery that it is compared with.")
    replaces: bool = pa.Field(description="Whether it takes the other's place.")
    element: str = pa.Field(isin=["code", "coding"], description="What is counted.")
    coder: str = pa.Field(nullable=True, description="Whose codings; null for codes.")
    kept: pl.Int64 = pa.Field(ge=0, description="How many are the same in both.")
    changed: pl.Int64 = pa.Field(ge=0, description="How many codes were renamed or moved, codings recoded or moved.")
    gone: pl.Int64 = pa.Field(ge=0, description="How many only the other one has.")
    added: pl.Int64 = pa.Field(ge=0, description="How many only this one has.")


class ProjectDifference(_Difference):
    """What each delivery of a project holds against those before it, in numbers (base of coding_import)."""

    class Config:
        """Where it stands."""

        name = "core.project_difference"
        metadata = READ_MASKED
        unique: ClassVar = ["arrival_id", "other_id", "element", "coder"]


class CodingImport(_Difference):
    """What each delivery of a project brought against each one before it: codes, and codings by coder."""

    project_id: str = pa.Field(description="The project.")
    received_at: UtcTime = pa.Field(description="When the delivery came (UTC).")
    file_name: str = pa.Field(description="Its name when it came.")
    role: str = pa.Field(isin=["newer", "copy", "unclear"], description="What it is to those before it.")
    counts: bool = pa.Field(description="Whether it counts.")
    ruled: bool = pa.Field(description="Whether a person said so.")
    why: str = pa.Field(description="Why it is held to be so.")
    other_file: str = pa.Field(nullable=True, description="The other one's name.")

    class Config:
        """Where it stands."""

        name = "main.coding_import"
        metadata = READ_MASKED | rows_from("core.project_relation")
        unique: ClassVar = ["arrival_id", "other_id", "element", "coder"]


class ElementIdentity(Table):
    """By which id the review knows each document, code and coding of each file, and by which name each coder."""

    arrival_id: pl.Int64 = pa.Field(description="The delivery.")
    element: str = pa.Field(isin=["document", "code", "coder", "coding"], description="What it is.")
    id: str = pa.Field(description="Its id in that file; of a coder the name.")
    delivered_as: str = pa.Field(description="Its id by the deliveries alone: that of the first which held it.")
    known_as: str = pa.Field(
        description="Its id in the review: `delivered_as`, or that of what it was ruled to be the same as."
    )

    class Config:
        """Where it stands."""

        name = "core.element_identity"
        metadata = READ_MASKED
        unique: ClassVar = ["arrival_id", "element", "id"]


class _RulingRow(Table):
    seq: pl.Int64 = pa.Field(unique=True, description="The ruling's place in the log.")
    element: str = pa.Field(isin=["code", "document", "coder"], description="What it is about.")
    kept: str = pa.Field(description="Under whose id (of coders: name) both are known.")
    other: str = pa.Field(description="The id (of coders: name) of the other.")
    verdict: str = pa.Field(isin=["same", "distinct"], description="What was ruled.")
    reason: str = pa.Field(nullable=True, description="Why.")
    ruled_by: str = pa.Field(description="Who ruled.")
    ruled_at: UtcTime = pa.Field(description="When (UTC).")
    counts: bool = pa.Field(
        description="Whether it holds: not where a later one is about the same two, one is not there, or texts differ by now."
    )


class BaseElementRuling(_RulingRow):
    """What people ruled of two codes, documents or coders (base of the view element_ruling)."""

    class Config:
        """Where it stands."""

        name = "core.element_ruling"
        metadata = READ_WHOLE


class ElementRuling(_RulingRow):
    """What people ruled of two codes, documents or coders that may mean the same, and did not take back."""

    class Config:
        """Where it stands."""

        name = "main.element_ruling"
        metadata = READ_WHOLE | rows_from("core.element_ruling")


class _Change(Table):
    arrival_id: pl.Int64 = pa.Field(
        description="The delivery that shows it; 0: the page; of a ruling, its place in the log."
    )
    other_id: pl.Int64 = pa.Field(description="The delivery before; 0 where there is none.")
    number: pl.Int32 = pa.Field(ge=1, description="Its place among the changes between the two.")
    kind: str = pa.Field(
        isin=CODE_CHANGES,
        description="Of a code: created, renamed, moved, merged, split, retired; of a coding: coded, uncoded, recoded, span_moved.",
    )
    code_id: str = pa.Field(description="The code.")
    into_id: str = pa.Field(nullable=True, description="The code that its spans are under now.")
    old_path: str = pa.Field(nullable=True, description="The code's path before.")
    new_path: str = pa.Field(nullable=True, description="The path of the code that its spans are under now.")
    coding_id: str = pa.Field(nullable=True, description="The coding; null where the change is about a code.")
    document_id: str = pa.Field(nullable=True, description="The coding's document.")
    coder: str = pa.Field(nullable=True, description="The coding's coder.")
    codings: pl.Int64 = pa.Field(
        ge=0,
        nullable=True,
        description="How many codings it concerns; null where some of the file's wait for another coder.",
    )
    unsure: str = pa.Field(
        nullable=True, description="Why it may have been otherwise; null where the two files say it."
    )


class CoreCodeChange(_Change):
    """What was done between two deliveries of a project, as far as they tell, or on the page (base of the view code_change)."""

    changed_at: UtcTime = pa.Field(
        nullable=True, description="When it was done on the page (UTC); null for deliveries."
    )

    class Config:
        """Where it stands."""

        name = "core.code_change"
        metadata = READ_MASKED
        unique: ClassVar = ["arrival_id", "number"]


class CodeChange(_Change):
    """What was done to codes and codings, in the order of the deliveries that show it, or as it was done on the page."""

    changed_at: UtcTime = pa.Field(
        description="When it was done on the page, or the delivery came, or the work was done by its note (UTC)."
    )
    origin: str = pa.Field(
        isin=["inferred", "page", "ruled"],
        description="How it is known: inferred from two deliveries; page: done on the page; ruled: a person ruled that two codes are one.",
    )
    project_id: str = pa.Field(description="The project.")

    class Config:
        """Where it stands."""

        name = "main.code_change"
        metadata = READ_MASKED | rows_from("core.code_change", "core.element_ruling")
        unique: ClassVar = ["arrival_id", "number"]


class SetAside(Table):
    """Codes and codings that stand no more, because coders said so on the page, or because another one says the same."""

    element: str = pa.Field(isin=["code", "coding"], description="What it is.")
    id: str = pa.Field(description="Its id in the review.")
    into_id: str = pa.Field(
        nullable=True,
        description="What stands in its place: the code that it was merged into, or the coding of the same place.",
    )
    document_id: str = pa.Field(nullable=True, description="The coding's document.")

    class Config:
        """Where it stands."""

        name = "core.set_aside"
        metadata = READ_MASKED
        unique: ClassVar = ["element", "id"]


class UnsharedCode(Table):
    """Codes that were thought of before texts whose coders are not all done, and that only their makers know until they are."""

    code_id: str = pa.Field(unique=True, description="The code.")

    class Config:
        """Where it stands."""

        name = "core.unshared_code"
        metadata = READ_NEVER


class CoreNotCarried(Table):
    """What each QDA file holds and the warehouse does not (base of the view not_carried)."""

    arrival_id: pl.Int64 = pa.Field(description="The delivery.")
    kind: str = pa.Field(description="What kind of thing it is.")
    name: str = pa.Field(nullable=True, description="Its name, or that of what it belongs to.")

    class Config:
        """Where it stands."""

        name = "core.not_carried"
        metadata = READ_MASKED


class NotCarried(CoreNotCarried):
    """What the QDA projects that count hold and the warehouse does not: one row an element."""

    project_id: str = pa.Field(description="The project.")
    file_name: str = pa.Field(description="The file.")

    class Config:
        """Where it stands."""

        name = "main.not_carried"
        metadata = READ_MASKED | rows_from("core.project")
