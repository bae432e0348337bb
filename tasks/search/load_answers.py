"""What services answered besides searches, into the warehouse: trails of citations, notices on reports, open texts.

An answer is loaded once its outcome is in the log; the pages of a run that died are not, since the next run asks again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from schemas.base import Table
from schemas.errors import UserError
from schemas.event import CitationOutcome, Content, NoticeOutcome, OpenTextOutcome
from schemas.frames import frame_of
from schemas.problem import Problem, problem_of
from schemas.search_extras import BaseOpenText, BaseServiceCheck, BaseTrail, Notice
from tasks.search.retractions import from_crossref, from_pubmed, from_retraction_watch
from tasks.search.service import UnreadableError
from tasks.search.unpaywall import read as read_open_text
from warehouse.arrivals import fingerprint, write_reading
from warehouse.deliveries import Delivery
from warehouse.log import Entry
from warehouse.write import insert_frame, transaction

PathOf = Callable[[str], Path]
"""Where the bytes of a SHA-256 lie."""
_NOTICES: dict[str, Callable[[list[bytes]], pl.DataFrame]] = {"crossref": from_crossref, "pubmed": from_pubmed}


def load_answers(
    con: duckdb.DuckDBPyConnection, outcomes: Iterable[Entry], deliveries: Sequence[Delivery], path_of: PathOf
) -> list[Problem]:
    """Loads those of the outcomes and of the lists of notices that were not loaded yet, each whole or not at all."""
    loaded = {
        row[0]
        for row in con.execute(
            "SELECT check_id FROM core.service_check UNION SELECT event_id FROM core.trail"
        ).fetchall()
    }
    refused = {
        row[0] for row in con.execute("SELECT arrival_id FROM core.reading WHERE outcome = 'refused'").fetchall()
    }
    pages: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        if delivery.content in (Content.NOTICE_PAGE, Content.OPEN_TEXT):
            pages.setdefault(delivery.arrival.search_key or "", []).append(delivery)
    problems: list[Problem] = []
    for entry in outcomes:
        event = entry.event
        if entry.seq in loaded:
            continue
        with transaction(con):
            if isinstance(event, CitationOutcome):
                _load_trails(con, entry.seq, event)
            elif isinstance(event, NoticeOutcome):
                problems += _load_notices(con, entry.seq, event, pages.get(event.search_key, []), path_of)
            elif isinstance(event, OpenTextOutcome):
                problems += _load_open_texts(con, entry.seq, event, pages.get(event.search_key, []), path_of)
    for delivery in deliveries:
        if delivery.content is Content.NOTICES and delivery.counts and delivery.arrival_id not in loaded | refused:
            with transaction(con):
                problems += _load_retraction_watch(con, delivery, path_of(delivery.sha256))
    return problems


def _load_trails(con: duckdb.DuckDBPyConnection, seq: int, chase: CitationOutcome) -> None:
    """What was followed; the records that it brought are loaded as those of a search."""
    shared = {
        "event_id": seq, "search_key": chase.search_key, "source": chase.source, "executed_at": chase.executed_at,
    }  # fmt: skip
    _insert(con, "core.trail", BaseTrail, [{**shared, **one.model_dump(exclude={"notes"})} for one in chase.trails])


def _load_notices(
    con: duckdb.DuckDBPyConnection, seq: int, check: NoticeOutcome, pages: Sequence[Delivery], path_of: PathOf
) -> list[Problem]:
    read = sorted((page for page in pages if page.sha256 in check.pages), key=lambda page: page.arrival.page or 0)
    frame = _NOTICES[check.origin]([path_of(page.sha256).read_bytes() for page in read])
    _insert_notices(con, seq, frame)
    return _insert_check(
        con, seq, "notices", check.origin, executed_at=check.executed_at, window=(check.window_from, check.window_to),
        found=frame.height, complete=check.complete, reason=check.reason,
    )  # fmt: skip


def _load_retraction_watch(con: duckdb.DuckDBPyConnection, file: Delivery, path: Path) -> list[Problem]:
    try:
        frame, problems = from_retraction_watch(path, name=file.name)
    except UserError as error:
        refused = [problem_of(file.name, error)]
        write_reading(con, file.arrival_id, fingerprint(file), "refused", refused)
        return refused
    _insert_notices(con, file.arrival_id, frame)
    write_reading(con, file.arrival_id, fingerprint(file), "loaded", problems)
    _insert_check(
        con, file.arrival_id, "notices", "retraction-watch", executed_at=file.executed_at or file.received_at,
        window=(None, None), found=frame.height, complete=True, reason="",
    )  # fmt: skip
    return problems


def _load_open_texts(
    con: duckdb.DuckDBPyConnection, seq: int, check: OpenTextOutcome, pages: Sequence[Delivery], path_of: PathOf
) -> list[Problem]:
    rows: list[Mapping[str, Any]] = []
    for page in sorted(pages, key=lambda delivery: delivery.arrival.page or 0):
        try:
            row = read_open_text(path_of(page.sha256).read_bytes())
        except UnreadableError:
            continue  # the check ended there, and its reason says so
        rows.append({**row, "is_open": row["open"], "licence": row["license"], "updated": _parse_day(row["updated"])})
    rows += [{"doi": doi.casefold()} for doi in check.unknown]
    columns = ("doi", "is_open", "status", "url", "version", "licence", "updated")
    kept = {str(row["doi"]): {"check_id": seq, **{key: row.get(key) for key in columns}} for row in rows}
    _insert(con, "core.open_text", BaseOpenText, list(kept.values()))
    return _insert_check(
        con, seq, "open texts", "unpaywall", executed_at=check.executed_at, window=(None, check.window_to),
        found=len(kept), complete=check.complete, reason=check.reason,
    )  # fmt: skip


def _insert_check(
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


def _insert_notices(con: duckdb.DuckDBPyConnection, seq: int, notices: pl.DataFrame) -> None:
    rows = notices.drop("origin").rename({"notice": "nature"}).with_columns(check_id=pl.lit(seq, dtype=pl.Int64))
    _insert(con, "core.notice", Notice, rows.to_dicts())


def _insert(con: duckdb.DuckDBPyConnection, table: str, model: type[Table], rows: list[dict[str, Any]]) -> None:
    insert_frame(con, table, frame_of(model, rows))


def _parse_day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
