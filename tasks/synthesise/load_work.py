"""Write what coders did on the page beside what projects hold: as a project of its own, of arrival 0, which no file brought."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import duckdb

from schemas.base import Table
from schemas.coding import CoreCode, CoreCoder, CoreCoding, CoreMemo, CoreProject
from schemas.coding_delivery import CoreCodeChange, ElementIdentity, ProjectRelation, SetAside, UnsharedCode
from schemas.frames import dtypes, frame_of
from schemas.problem import Problem
from schemas.protocol_coding import Coding
from schemas.words import counted
from tasks.synthesise.coding_work import CodingWork, Start, WorkCode, WorkCoding, do_work, find_name
from tasks.synthesise.qda_ids import digest
from warehouse.log import Entry
from warehouse.meta import read_meta, write_meta
from warehouse.write import fill_table, insert_frame

PAGE = 0
"""The arrival of what was coded on the page."""
_HERE = Path(__file__)
_CODES = _HERE.with_name("imported_codes.sql").read_text(encoding="utf-8")
_CODINGS = _HERE.with_name("imported_codings.sql").read_text(encoding="utf-8")
_WAITING = """
SELECT DISTINCT i.known_as
FROM core.waiting_document AS w
JOIN core.element_identity AS i ON i.arrival_id = w.arrival_id AND i.id = w.document_id AND i.element = 'document'
"""
_STAMP = """
SELECT md5(coalesce(string_agg(document_id || coalesce(text_hash, ''), ' ' ORDER BY document_id, text_hash), ''))
FROM core.document
UNION ALL
SELECT md5(coalesce(string_agg(concat_ws(' ', arrival_id, known_as, counts), ' ' ORDER BY arrival_id), ''))
FROM core.document_standing
"""
_TEXTS = "SELECT document_id, text FROM main.document WHERE list_contains(?, document_id)"
_TABLES = ("project", "project_relation", "code", "coding", "memo", "coder", "element_identity", "code_change")
_SAME = """
SELECT DISTINCT element, delivered_as, known_as FROM core.element_identity
WHERE element <> 'coding' AND delivered_as <> known_as AND arrival_id <> 0
ORDER BY ALL
"""
_CODERS = UUID("0c6f4e0e-52c5-4a86-9d8a-6a3c1f9d7b11")


def read_start(con: duckdb.DuckDBPyConnection) -> Start:
    """What imported projects hold. The caller must be one who may see codings that wait."""
    codes = [
        WorkCode(id, guid, name, parent, number, color, description, codable)
        for number, (id, guid, name, parent, _, color, description, codable) in enumerate(con.execute(_CODES).fetchall())
    ]  # fmt: skip
    same = {(element, id): known_as for element, id, known_as in con.execute(_SAME).fetchall()}
    return Start(tuple(codes), tuple(WorkCoding(*row) for row in con.execute(_CODINGS).fetchall()), same)


def open_work(start: Start, entries: Iterable[Entry], coding: Coding) -> CodingWork:
    """The work that stands after these steps, with each coder under the name that projects know her by."""
    coders = {c.coder for c in start.codings}
    spellings = {coder: coding.find_coder(coder) for coder in coders}
    return do_work(start, entries, lambda actor: start.find("coder", find_name(actor, coders, spellings)))


def write_work(con: duckdb.DuckDBPyConnection, entries: Sequence[Entry], coding: Coding) -> list[Problem]:
    """Writes what was coded on the page, after `relate`, where steps, projects or texts differ since last time; returns a line for
    each document whose text is another, and for those that are gone. The caller holds the transaction."""
    meta = read_meta(con)
    texts = str(con.execute(_STAMP).fetchall())
    known = [str(meta.get("projects")), texts, coding.model_dump_json(), str(con.execute(_SAME).fetchall())]
    known += [f"{e.seq} {e.hash}" for e in entries[-1:]]
    key = hashlib.sha256(json.dumps(known).encode()).hexdigest()
    if not entries or meta.get("page_work") == key:
        return _find_misplaced(con, counts=not coding.independent)
    work = open_work(read_start(con), entries, coding)
    for table in _TABLES:
        con.execute(f"DELETE FROM core.{table} WHERE arrival_id = {PAGE}")  # noqa: S608 - names from our own code
    _insert(con, CoreProject, [("coded on the page", "living-review", None, "code points, CR LF as 1")])
    _insert(con, ProjectRelation, [(digest("prj", "page"), "page", True, None, False, "it was coded on the page")])
    lost = _write_codings(con, work)
    _set_aside(con, work)
    write_meta(con, page_work=key, page_waiting="", page_lost=str(lost))
    return _find_misplaced(con, counts=not coding.independent)


def write_unshared_codes(con: duckdb.DuckDBPyConnection, entries: Sequence[Entry], coding: Coding) -> None:
    """Writes, after the documents that wait, the codebook, which of its codes are known to their makers alone, and what was done to
    codes and codings."""
    if not entries:
        return
    meta = read_meta(con)
    waiting = {row[0] for row in con.execute(_WAITING).fetchall()}
    key = json.dumps([meta["page_work"], *sorted(waiting)])
    if meta.get("page_waiting") == key:
        return
    work = open_work(read_start(con), entries, coding)
    hidden = work.find_hidden(waiting)
    # One that others know, and that is retired for them, is retired in every copy: else it would tell of the coding that bears it.
    retired = {id for id in hidden if work.codes[id].born_in not in waiting}
    unshared = hidden - retired
    fill_table(con, UnsharedCode, [[id] for id in sorted(unshared)])
    _set_aside(con, work, retired)
    con.execute(f"DELETE FROM core.code WHERE arrival_id = {PAGE}")  # noqa: S608
    _write_codes(con, work, unshared, retired)
    documents = {coding.id: coding.document for coding in (*work.start.codings, *work.codings.values())}
    con.execute(f"DELETE FROM core.code_change WHERE arrival_id = {PAGE}")  # noqa: S608
    _insert(con, CoreCodeChange, [
        (
            PAGE, number, c.kind, c.code, c.into, c.old_path, c.new_path, c.coding, c.document, c.coder,
            sum(c.coding is not None or documents.get(id) not in waiting for id in c.codings), None, c.at,
        )
        for number, c in enumerate(work.changes, start=1)
    ])  # fmt: skip
    write_meta(con, page_waiting=key)


def place_quote(text: str, start: int, quote: str) -> int | None:
    """Where a quote stands in a text: where it stood, or, should the text be another, where alone it stands. None else."""
    if text.startswith(quote, start):
        return start
    found = text.find(quote)
    return found if found >= 0 and text.find(quote, found + 1) < 0 else None


def _place(coding: WorkCoding, text: str | None) -> WorkCoding:
    if coding.start is None or coding.quote is None:
        return coding
    start = place_quote(text or "", coding.start, coding.quote)
    return replace(coding, start=start, end=None if start is None else start + len(coding.quote))


def _write_codings(con: duckdb.DuckDBPyConnection, work: CodingWork) -> int:
    """Writes codings, memos, coders, and under which ids all is known; returns how many codings are in no text that is there."""
    made = [c for c in work.list_codings() if c.by_page]
    texts = dict(con.execute(_TEXTS, [sorted({c.document for c in made})]).fetchall())
    placed = {c.id: _place(c, texts[c.document]) for c in made if c.document in texts}
    memos = _list_memos(work, placed)
    coders = sorted({c.coder for c in placed.values()})
    _insert(con, CoreCoding, [
        (c.id, c.document, c.code, c.coder, c.start, c.end, c.page, c.quote, c.created_at) for c in placed.values()
    ])  # fmt: skip
    _insert(con, CoreMemo, memos)
    _insert(con, CoreCoder, [(str(uuid5(_CODERS, coder)), coder) for coder in coders])
    elements = {
        "document": {c.document for c in placed.values()} | {memo[2] for memo in memos if memo[2]},
        "code": set(work.codes), "coder": set(coders), "coding": set(placed),
    }  # fmt: skip
    _insert(con, ElementIdentity, [(element, id, id, id) for element, ids in elements.items() for id in sorted(ids)])
    return len(made) - len(placed)


def _write_codes(
    con: duckdb.DuckDBPyConnection, work: CodingWork, unshared: AbstractSet[str], retired: AbstractSet[str]
) -> None:
    """Writes the whole codebook but for what is unshared or retired, since a change of one code is one of the paths and places of
    others; nothing where it is as projects have it."""
    codes = [code for code, _ in work.list_codes() if code.id not in unshared | retired]
    if all(code.maker is None for code in codes) and not any(
        change.kind in ("renamed", "moved", "merged", "split", "retired")
        and unshared.isdisjoint((change.code, change.into))
        for change in work.changes
    ):
        return
    _insert(con, CoreCode, [
        (
            code.id, code.guid, code.name, work.parent_of(code.id), work.path_of(code.id), place, code.color,
            code.description, code.is_codable and not code.retired,
        )
        for place, code in enumerate(codes, start=1)
    ])  # fmt: skip


def _list_memos(work: CodingWork, codings: dict[str, WorkCoding]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for memo in work.memos.values():
        end = (None, memo.text, memo.author, memo.at)
        if memo.target == "coding" and (coding := codings.get(memo.on)):
            place = (coding.document, coding.code, coding.start, coding.end)
            rows.append((memo.id, "coding", *place, *end))
        elif memo.target == "code" and memo.on in work.codes:
            rows.append((memo.id, "code", None, memo.on, None, None, *end))
        elif memo.target == "document":
            rows.append((memo.id, "document", memo.on, None, None, None, *end))
    return rows


def _set_aside(con: duckdb.DuckDBPyConnection, work: CodingWork, retired: AbstractSet[str] = frozenset()) -> None:
    """Writes what stands no more; `retired`: codes that only codings bear which wait."""
    there = {code.id for code, _ in work.list_codes()} - retired
    imported = {coding.id: coding.document for coding in work.start.codings}
    rows: list[tuple[Any, ...]] = [
        ("code", id, work.resolve(id) if code.into else None, None) for id, code in sorted(work.codes.items()) if id not in there
    ]  # fmt: skip
    rows += [("coding", id, None, imported[id]) for id in sorted(work.removed & imported.keys())]
    rows += [
        ("coding", id, into, imported[id]) for id, into in sorted(work.find_twins().items()) if id in imported
    ]  # fmt: skip
    fill_table(con, SetAside, rows)


def _find_misplaced(con: duckdb.DuckDBPyConnection, *, counts: bool) -> list[Problem]:
    """What was coded on the page in texts that are gone, or that are others by now; `counts`: how many codings are nobody's secret."""
    rows = con.execute(
        "SELECT d.name, count(*) FROM core.coding AS c JOIN main.document AS d USING (document_id) "
        "WHERE c.arrival_id = ? AND c.start_char IS NULL AND c.quote IS NOT NULL AND c.page IS NULL GROUP BY ALL ORDER BY ALL",
        [PAGE],
    ).fetchall()
    moved = "its text is another by now: {} made on the page no longer stand in it"
    problems = [
        Problem(name, None, moved.format(counted(n, "coding") if counts else "codings"), "warning") for name, n in rows
    ]
    if lost := int(read_meta(con).get("page_lost", "0")):
        made = counted(lost, "coding") if counts else "codings"
        text = f"{made} made on the page are of texts that no project which counts holds; they wait for these"
        problems.append(Problem("coded on the page", None, text, "warning"))
    return problems


def _insert(con: duckdb.DuckDBPyConnection, model: type[Table], rows: Sequence[Sequence[Any]]) -> None:
    """Adds rows of the page to a model's table: its columns in their order, without the arrival."""
    columns, table = [name for name in dtypes(model) if name != "arrival_id"], model.Config.__dict__["name"]
    if rows:
        frame = frame_of(model, [{"arrival_id": PAGE, **dict(zip(columns, row, strict=True))} for row in rows])
        insert_frame(con, table, frame)
