"""What services answered besides searches, into the warehouse: trails of citations, notices on reports, open texts.

An answer is loaded once its outcome is in the log; the pages of a run that died are not, since the next run asks again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from schemas.base import Table
from schemas.errors import UserError
from schemas.event import CitationOutcome, Content, NoticeOutcome, OpenTextOutcome
from schemas.frames import frame_of
from schemas.problem import Problem
from schemas.search_extras import BaseOpenText, BaseServiceCheck, BaseTrail, Notice
from tasks.search.retractions import from_crossref, from_pubmed, from_retraction_watch
from tasks.search.service import UnreadableError
from tasks.search.unpaywall import read as read_open_text
from warehouse.arrivals import fingerprint, note_reading
from warehouse.deliveries import Delivery
from warehouse.log import Entry

PathOf = Callable[[str], Path]
"""Where the bytes of a SHA-256 lie."""
_NOTICES: dict[str, Callable[[list[bytes]], pl.DataFrame]] = {"crossref": from_crossref, "pubmed": from_pubmed}


def load_answers(
    con: duckdb.DuckDBPyConnection, outcomes: Iterable[Entry], deliveries: Sequence[Delivery], path_of: PathOf
) -> list[Problem]:
    """Loads those of the outcomes and of the lists of notices that were not loaded yet, each whole or not at all."""
    done = {
        row[0]
        for row in con.execute(
            "SELECT check_id FROM core.service_check UNION SELECT event_id FROM core.trail"
        ).fetchall()
    }
    refused = {
        row[0] for row in con.execute("SELECT arrival_id FROM core.reading WHERE outcome = 'refused'").fetchall()
    }
    pages: dict[str, list[Delivery]] = {}
    for one in deliveries:
        if one.content in (Content.NOTICE_PAGE, Content.OPEN_TEXT):
            pages.setdefault(one.arrival.search_key or "", []).append(one)
    problems: list[Problem] = []
    for entry in outcomes:
        event = entry.event
        if entry.seq in done:
            continue
        if isinstance(event, CitationOutcome):
            problems += _whole(con, partial(_load_trails, con, entry.seq, event))
        elif isinstance(event, NoticeOutcome):
            found = pages.get(event.search_key, [])
            problems += _whole(con, partial(_load_notices, con, entry.seq, event, found, path_of))
        elif isinstance(event, OpenTextOutcome):
            found = pages.get(event.search_key, [])
            problems += _whole(con, partial(_load_open_texts, con, entry.seq, event, found, path_of))
    for one in deliveries:
        if one.content is Content.NOTICES and one.counts and one.arrival_id not in done | refused:
            problems += _whole(con, partial(_load_list, con, one, path_of(one.sha256)))
    return problems


def _whole(con: duckdb.DuckDBPyConnection, work: Callable[[], list[Problem]]) -> list[Problem]:
    con.execute("BEGIN")
    try:
        problems = work()
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise
    return problems


def _load_trails(con: duckdb.DuckDBPyConnection, seq: int, chase: CitationOutcome) -> list[Problem]:
    """What was followed; the records that it brought are loaded as those of a search."""
    shared = {
        "event_id": seq, "search_key": chase.search_key, "source": chase.source, "executed_at": chase.executed_at,
    }  # fmt: skip
    _insert(con, "core.trail", BaseTrail, [{**shared, **one.model_dump(exclude={"notes"})} for one in chase.trails])
    return []


def _load_notices(
    con: duckdb.DuckDBPyConnection, seq: int, check: NoticeOutcome, pages: Sequence[Delivery], path_of: PathOf
) -> list[Problem]:
    read = sorted((one for one in pages if one.sha256 in check.pages), key=lambda one: one.arrival.page or 0)
    frame = _NOTICES[check.origin]([path_of(one.sha256).read_bytes() for one in read])
    _keep_notices(con, seq, frame)
    return _note_check(
        con, seq, "notices", check.origin, executed_at=check.executed_at, window=(check.window_from, check.window_to),
        found=frame.height, complete=check.complete, reason=check.reason,
    )  # fmt: skip


def _load_list(con: duckdb.DuckDBPyConnection, file: Delivery, path: Path) -> list[Problem]:
    try:
        frame, problems = from_retraction_watch(path, name=file.name)
    except UserError as error:
        refused = [Problem(file.name, error.line, error.message + (f" ({error.hint})" if error.hint else ""))]
        note_reading(con, file.arrival_id, fingerprint(file), "refused", refused)
        return refused
    _keep_notices(con, file.arrival_id, frame)
    note_reading(con, file.arrival_id, fingerprint(file), "loaded", problems)
    _note_check(
        con, file.arrival_id, "notices", "retraction-watch", executed_at=file.executed_at or file.received_at,
        window=(None, None), found=frame.height, complete=True, reason="",
    )  # fmt: skip
    return problems


def _load_open_texts(
    con: duckdb.DuckDBPyConnection, seq: int, check: OpenTextOutcome, pages: Sequence[Delivery], path_of: PathOf
) -> list[Problem]:
    rows: list[Mapping[str, Any]] = []
    for page in sorted(pages, key=lambda one: one.arrival.page or 0):
        try:
            row = read_open_text(path_of(page.sha256).read_bytes())
        except UnreadableError:
            continue  # the check ended there, and its reason says so
        rows.append({**row, "is_open": row["open"], "licence": row["license"], "updated": _day(row["updated"])})
    rows += [{"doi": doi.casefold()} for doi in check.unknown]
    columns = ("doi", "is_open", "status", "url", "version", "licence", "updated")
    kept = {str(row["doi"]): {"check_id": seq, **{key: row.get(key) for key in columns}} for row in rows}
    _insert(con, "core.open_text", BaseOpenText, list(kept.values()))
    return _note_check(
        con, seq, "open texts", "unpaywall", executed_at=check.executed_at, window=(None, check.window_to),
        found=len(kept), complete=check.complete, reason=check.reason,
    )  # fmt: skip


def _note_check(
    con: duckdb.DuckDBPyConnection,
    seq: int,
    subject: str,
    origin: str,
    *,
    executed_at: Any,
    window: tuple[date | None, date | None],
    found: int,
    complete: bool,
    reason: str,
) -> list[Problem]:
    row = {
        "check_id": seq, "subject": subject, "origin": origin, "executed_at": executed_at, "window_from": window[0],
        "window_to": window[1], "found": found, "complete": complete, "reason": reason,
    }  # fmt: skip
    _insert(con, "core.service_check", BaseServiceCheck, [row])
    return [Problem(f"{subject} from {origin}", None, reason)] if reason else []


def _keep_notices(con: duckdb.DuckDBPyConnection, seq: int, notices: pl.DataFrame) -> None:
    rows = notices.drop("origin").rename({"notice": "nature"}).with_columns(check_id=pl.lit(seq, dtype=pl.Int64))
    _insert(con, "core.notice", Notice, rows.to_dicts())


def _insert(con: duckdb.DuckDBPyConnection, table: str, model: type[Table], rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    con.register("incoming", frame_of(model, rows).to_arrow())
    con.execute(f"INSERT INTO {table} BY NAME FROM incoming")
    con.unregister("incoming")


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
