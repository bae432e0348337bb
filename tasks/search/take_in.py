"""What services answered besides searches, into the warehouse: trails of citations, notices on reports, open texts.

A check is read once its outcome is noted; the pages of one that died are not read, since the next asks again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import duckdb
import polars as pl

from schemas.base import Table
from schemas.errors import UserError
from schemas.frames import frame_of
from schemas.problem import Problem
from schemas.search_extras import BaseOpenText, BaseServiceCheck, BaseTrail, Notice
from tasks.search.retractions import from_crossref, from_pubmed, from_retraction_watch
from tasks.search.service import UnreadableError
from tasks.search.unpaywall import read as read_open_text
from warehouse.records import known_snapshots, note_snapshot
from warehouse.snapshots import Snapshot

#: What a chase of citations notes of itself, so that it is told from a search.
CHASE = "citation searching"
_PAGES = ("notice-page", "open-text")
_NOTICES: dict[str, Callable[[list[bytes]], pl.DataFrame]] = {"crossref": from_crossref, "pubmed": from_pubmed}

#: The kinds of snapshots that are read here (retrievals: those of chases).
KINDS = ("retrieval", "notice-check", "notices", "open-text-check", *_PAGES)


def take_in(con: duckdb.DuckDBPyConnection, snapshots: Sequence[Snapshot]) -> list[Problem]:
    """Reads those of the snapshots (of `KINDS`, in the order they came in) that were not read yet, each whole or not at
    all; returns what there was to say."""
    known = known_snapshots(con)
    chased = {row[0] for row in con.execute("SELECT DISTINCT snapshot_id FROM core.trail").fetchall()}
    pages: dict[str, list[Snapshot]] = defaultdict(list)
    for snapshot in snapshots:
        if snapshot.delivery.kind in _PAGES:
            pages[snapshot.delivery.search_key or ""].append(snapshot)
    problems: list[Problem] = []
    for snapshot in snapshots:
        said = snapshot.delivery
        if said.kind in _PAGES or (said.kind == "retrieval" and said.note != CHASE):
            continue
        if snapshot.snapshot_id in (chased if said.kind == "retrieval" else known):
            continue
        con.execute("BEGIN")
        try:
            found = sorted(pages[said.search_key or ""], key=lambda page: page.delivery.page or 0)
            problems += _READERS[said.kind](con, snapshot, found)
            con.execute("COMMIT")
        except BaseException:
            con.execute("ROLLBACK")
            raise
    return problems


def _trails(con: duckdb.DuckDBPyConnection, chase: Snapshot, pages: list[Snapshot]) -> list[Problem]:
    """The loader reads the pages and notes the chase as it notes a search; here is only what was followed."""
    shared = {
        "snapshot_id": chase.snapshot_id, "search_key": chase.delivery.search_key, "source": chase.delivery.source,
        "executed_at": chase.delivery.executed_at,
    }  # fmt: skip
    _insert(con, "core.trail", BaseTrail, [{**shared, **one} for one in _said(chase)["trails"]])
    return []


def _notices(con: duckdb.DuckDBPyConnection, check: Snapshot, pages: list[Snapshot]) -> list[Problem]:
    said, origin = _said(check), str(check.delivery.note)
    read = [page for page in pages if page.sha256 in said["pages"]]
    frame = _NOTICES[origin]([page.path.read_bytes() for page in read])
    _keep_notices(con, check, frame)
    return _note_check(
        con, check, "notices", origin, read, found=frame.height, complete=said["complete"], reason=said["reason"]
    )


def _list(con: duckdb.DuckDBPyConnection, file: Snapshot, pages: list[Snapshot]) -> list[Problem]:
    name = file.delivery.file_name
    try:
        frame, problems = from_retraction_watch(file.path, name=name)
    except UserError as error:
        refused = [Problem(name, error.line, error.message + (f" ({error.hint})" if error.hint else ""))]
        note_snapshot(con, file, "refused", refused)
        return refused
    _keep_notices(con, file, frame)
    return _note_check(con, file, "notices", "retraction-watch", [], found=frame.height, problems=problems)


def _open_texts(con: duckdb.DuckDBPyConnection, check: Snapshot, pages: list[Snapshot]) -> list[Problem]:
    said, rows = _said(check), []
    for page in pages:
        try:
            row = read_open_text(page.path.read_bytes())
        except UnreadableError:
            continue  # the check ended there, and its reason says so
        rows.append({**row, "is_open": row["open"], "licence": row["license"], "updated": _day(row["updated"])})
    rows += [{"doi": doi.casefold()} for doi in said["unknown"]]
    columns = ("doi", "is_open", "status", "url", "version", "licence", "updated")
    kept = {str(row["doi"]): {"check_id": check.snapshot_id, **{key: row.get(key) for key in columns}} for row in rows}
    _insert(con, "core.open_text", BaseOpenText, list(kept.values()))
    return _note_check(
        con,
        check,
        "open texts",
        "unpaywall",
        pages,
        found=len(kept),
        complete=not said["reason"],
        reason=said["reason"],
    )


_READERS: dict[str, Callable[[duckdb.DuckDBPyConnection, Snapshot, list[Snapshot]], list[Problem]]] = {
    "retrieval": _trails,
    "notice-check": _notices,
    "notices": _list,
    "open-text-check": _open_texts,
}


def _note_check(
    con: duckdb.DuckDBPyConnection,
    check: Snapshot,
    subject: str,
    origin: str,
    pages: Sequence[Snapshot],
    *,
    found: int,
    complete: bool = True,
    reason: str = "",
    problems: Sequence[Problem] = (),
) -> list[Problem]:
    said = check.delivery
    told = [*problems, *([Problem(f"{subject} from {origin}", None, reason)] if reason else [])]
    for page in pages:
        note_snapshot(con, page, "loaded")
    note_snapshot(con, check, "loaded", told)
    row = {
        "check_id": check.snapshot_id, "subject": subject, "origin": origin,
        "executed_at": said.executed_at or check.received_at, "window_from": said.window_from, "window_to": said.window_to,
        "found": found, "complete": complete, "reason": reason,
    }  # fmt: skip
    _insert(con, "core.service_check", BaseServiceCheck, [row])
    return told


def _keep_notices(con: duckdb.DuckDBPyConnection, check: Snapshot, notices: pl.DataFrame) -> None:
    rows = notices.drop("origin").rename({"notice": "nature"}).with_columns(check_id=pl.lit(check.snapshot_id))
    _insert(con, "core.notice", Notice, rows.to_dicts())


def _insert(con: duckdb.DuckDBPyConnection, table: str, model: type[Table], rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    con.register("taken_in", frame_of(model, rows).to_arrow())
    con.execute(f"INSERT INTO {table} BY NAME FROM taken_in")
    con.unregister("taken_in")


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _said(snapshot: Snapshot) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(snapshot.path.read_text(encoding="utf-8"))
    return said
