"""Codings of tools that export no REFI-QDA: what their readers hand on becomes a project like any other.

Such files say which words of which document bear which code, and seldom where: the words are kept without positions. A document
is known by its name and a code by its path, in every export alike, so that a newer one takes the older one's place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from schemas.coding import Code, Coder, Coding, Document, DocumentValue, Memo
from schemas.frames import frame_of
from schemas.problem import Problem
from tasks.synthesise.left_out import LeftOut
from tasks.synthesise.qda_codes import SEPARATOR
from tasks.synthesise.qda_ids import Ids
from tasks.synthesise.qda_text import STANDARD, Choice
from tasks.synthesise.refi_qda import QdaProject

_NAMES = UUID("b3a0b9a4-5b0e-4f0e-8d38-54b4a3f4d6f1")


@dataclass(frozen=True)
class CodedWords:
    """One code on some words of a document, or on all of it where there are none. `code`: the names from the top down."""

    document: str
    code: tuple[str, ...]
    quote: str | None
    coder: str = "unknown"
    page: int | None = None
    created_at: datetime | None = None
    memo: str | None = None


@dataclass
class CodedFile:
    """A file, read. `codes`: its codebook, where it has one (path → description), from the top down; `values`: of documents."""

    name: str
    origin: str
    rows: list[CodedWords] = field(default_factory=list)
    codes: dict[tuple[str, ...], str | None] = field(default_factory=dict)
    values: list[tuple[str, str, str]] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)
    problems: list[Problem] = field(default_factory=list)


def make_project(file: CodedFile, *, name: str) -> QdaProject:
    """The file as a project; `name` is what the project is called."""
    ids = Ids("")
    documents = {title: _document(ids, title) for title in dict.fromkeys(row.document for row in file.rows)}
    for title, _, _ in file.values:
        documents.setdefault(title, _document(ids, title))
    codes = _code_rows(ids, [*file.codes, *(row.code for row in file.rows)], file.codes)
    codings: list[dict[str, Any]] = []
    memos: dict[tuple[str, str, str], dict[str, Any]] = {}  # a note on several quotes of a code is one
    for row in file.rows:
        document_id, code_id = documents[row.document]["document_id"], codes[row.code]["code_id"]
        place: dict[str, Any] = {"page": row.page, "quote": row.quote}
        codings.append({
            "coding_id": ids.coding(document_id, code_id, row.coder, row.page, row.quote), "document_id": document_id,
            "code_id": code_id, "coder": row.coder, "created_at": row.created_at, **place,
        })  # fmt: skip
        if row.memo:
            memos.setdefault((document_id, code_id, row.memo), {
                "memo_id": ids.memo("", row.memo, f"{document_id} {code_id} {row.quote}"), "target": "coding", "text": row.memo,
                "document_id": document_id, "code_id": code_id,
            })  # fmt: skip
    coders = sorted({row.coder for row in file.rows} - {"unknown"})
    frames = {
        "document": frame_of(Document, documents.values()),
        "code": frame_of(Code, codes.values()),
        "coding": frame_of(Coding, codings),
        "memo": frame_of(Memo, memos.values()),
        "value": frame_of(DocumentValue, (
            {"document_id": documents[title]["document_id"], "field": variable, "value": value} for title, variable, value in file.values
        )),
        "coder": frame_of(Coder, ({"guid": _guid("coder", coder), "coder": coder} for coder in coders)),
    }  # fmt: skip
    carried = [(part, frames[frame].height) for part, frame in (("codes", "code"), ("codings", "coding"), ("documents", "document"),
               ("memos", "memo"), ("values of variables", "value"), ("coders", "coder"))]  # fmt: skip
    return QdaProject(
        file.name, name, file.origin, Choice(STANDARD, "the file gives words, and no positions"), carried=carried,
        left_out=file.left_out, problems=tuple(file.problems), **frames,
    )  # fmt: skip


def _document(ids: Ids, title: str) -> dict[str, Any]:
    guid = _guid("document", title)
    return {"document_id": ids.document(guid, title), "guid": guid, "name": title, "kind": "text"}


def _code_rows(
    ids: Ids, paths: Iterable[tuple[str, ...]], descriptions: Mapping[tuple[str, ...], str | None]
) -> dict[tuple[str, ...], dict[str, Any]]:
    """Each code, with those above it, from the top down."""
    known = dict.fromkeys(path[:depth] for path in paths for depth in range(1, len(path) + 1))
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    children: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for path in known:
        children.setdefault(path[:-1], []).append(path)
    waiting = list(reversed(children.get((), [])))
    while waiting:
        path = waiting.pop()
        guid = _guid("code", *path)
        rows[path] = {
            "code_id": ids.code(guid, SEPARATOR.join(path)), "guid": guid, "name": path[-1],
            "parent_id": rows[path[:-1]]["code_id"] if path[:-1] else None, "path": SEPARATOR.join(path), "position": len(rows) + 1,
            "description": descriptions.get(path), "is_codable": True,
        }  # fmt: skip
        waiting += reversed(children.get(path, []))
    return rows


def _guid(*parts: str) -> str:
    return str(uuid5(_NAMES, "\x1f".join(parts)))
