"""What a delivered QDA project holds, as far as it takes to tell which project it is: read from the warehouse's base tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import duckdb
import polars as pl

from tasks.synthesise.refi_qda import QdaProject

Place = tuple[int | None, int | None, int | None, str | None]
"""Where a coding stands in its document: start and end in code points; without these, its page and its words."""


@dataclass(frozen=True)
class HeldDocument:
    """A document: `text_hash` over its text, end blanks aside; None where the project does not carry the text."""

    id: str
    guid: str
    name: str
    text_hash: str | None


@dataclass(frozen=True)
class HeldCode:
    """A code with its place in the tree."""

    id: str
    guid: str
    name: str
    parent: str | None
    path: str


@dataclass(frozen=True)
class HeldCoding:
    """One code on one segment, by one coder."""

    id: str
    document: str
    code: str
    coder: str
    place: Place


@dataclass(frozen=True)
class ProjectContent:
    """A project as one delivery holds it. Ids are those of the file; `coders`: GUID → name; `read_text`: a document's text by its
    id, asked for only where it differs from another delivery's."""

    arrival_id: int
    sha256: str
    file_name: str
    name: str
    tool: str
    documents: tuple[HeldDocument, ...]
    codes: tuple[HeldCode, ...]
    codings: tuple[HeldCoding, ...]
    coders: tuple[tuple[str, str], ...]
    read_text: Callable[[str], str | None] = field(default=lambda document: None, compare=False, repr=False)


def read_contents(con: duckdb.DuckDBPyConnection, arrivals: list[int]) -> list[ProjectContent]:
    """The projects of these arrivals that were read, in the order in which they came; their texts while `con` is open."""
    rows = con.execute(
        "SELECT p.arrival_id, a.sha256, a.file_name, p.name, p.tool FROM core.project AS p "
        "JOIN core.arrival AS a USING (arrival_id) WHERE list_contains(?, p.arrival_id) ORDER BY p.arrival_id",
        [arrivals],
    ).fetchall()
    return [
        ProjectContent(
            arrival_id,
            sha256,
            file_name,
            name,
            tool,
            *_read_parts(con, arrival_id),
            partial(_read_text, con, arrival_id),
        )
        for arrival_id, sha256, file_name, name, tool in rows
    ]


def _read_parts(con: duckdb.DuckDBPyConnection, arrival_id: int) -> tuple[Any, Any, Any, Any]:
    """Documents, codes, codings and coders of one delivery."""

    def select(query: str) -> list[tuple[Any, ...]]:
        return con.execute(query, [arrival_id]).fetchall()

    codings = select(
        "SELECT coding_id, document_id, code_id, coder, start_char, end_char, page, quote "
        "FROM core.coding WHERE arrival_id = ? ORDER BY document_id, start_char, coding_id"
    )
    documents = select(
        "SELECT document_id, coalesce(guid, ''), name, text_hash FROM core.document WHERE arrival_id = ? ORDER BY name, document_id"
    )
    codes = select("SELECT code_id, guid, name, parent_id, path FROM core.code WHERE arrival_id = ? ORDER BY position")
    return (
        tuple(HeldDocument(*row) for row in documents),
        tuple(HeldCode(*row) for row in codes),
        _hold_codings(codings),
        tuple(select("SELECT guid, coder FROM core.coder WHERE arrival_id = ? ORDER BY guid")),
    )


def _read_text(con: duckdb.DuckDBPyConnection, arrival_id: int, document: str) -> str | None:
    found = con.execute(
        "SELECT text FROM core.document WHERE arrival_id = ? AND document_id = ?", [arrival_id, document]
    )
    return next((text for (text,) in found.fetchall()), None)


def _hold_codings(rows: list[tuple[Any, ...]]) -> tuple[HeldCoding, ...]:
    return tuple(
        HeldCoding(id, document, code, coder, _place(start, end, page, quote))
        for id, document, code, coder, start, end, page, quote in rows
    )


def _place(start: int | None, end: int | None, page: int | None, quote: str | None) -> Place:
    return (None, None, page, quote) if start is None else (start, end, None, None)


def describe_content(project: QdaProject, arrival_id: int, sha256: str, file_name: str) -> ProjectContent:
    """What a project holds that was read and not loaded yet."""

    def rows(frame: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
        return frame.select(columns).rows()

    return ProjectContent(
        arrival_id, sha256, file_name, project.name, project.tool,
        tuple(HeldDocument(id, guid or "", name, text_hash) for id, guid, name, text_hash in sorted(
            rows(project.document, "document_id", "guid", "name", "text_hash"), key=lambda row: (row[2], row[0]))),
        tuple(HeldCode(*row) for row in rows(project.code, "code_id", "guid", "name", "parent_id", "path")),
        _hold_codings(
            rows(
                project.coding.sort("document_id", "start_char", "coding_id", nulls_last=True),
                "coding_id", "document_id", "code_id", "coder", "start_char", "end_char", "page", "quote",
            )
        ),
        tuple(rows(project.coder, "guid", "coder")),
        dict(rows(project.document, "document_id", "text")).get,
    )  # fmt: skip
