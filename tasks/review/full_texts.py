"""Full texts: note which PDF or address a report's text has, one by one or a pile at once; and list what is sought."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import duckdb

from schemas.errors import UserError
from schemas.event_full_text import FullTextKept, FullTextUndo
from tasks.review.judge import check_undo
from tasks.screen.match_full_texts import Found
from warehouse.connect import reader
from warehouse.log import Entry
from warehouse.review import Review

_SOUGHT = Path(__file__).with_name("full_texts.sql").read_text(encoding="utf-8")
_MERGED = "SELECT alias, report_id FROM main.report_alias WHERE list_contains($1::VARCHAR[], alias)"
LARGEST = 100_000_000
"""Bytes of a PDF."""


@dataclass(frozen=True)
class Sought:
    """A report at retrieval, and where it stands there: awaiting, retrieved, not_retrieved or conflict."""

    report_id: str
    status: str
    title: str | None
    authors: list[str] | None
    year: int | None
    doi: str | None
    pmid: str | None


@dataclass(frozen=True)
class FullText:
    """A text of a report: a PDF (`sha256`) or an address (`url`); `seq`: its place in the log."""

    seq: int
    report_id: str
    who: str
    name: str
    sha256: str | None
    url: str | None


def list_sought(con: duckdb.DuckDBPyConnection) -> list[Sought]:
    """The reports at retrieval, by a connection of `open_as_it_is_now`."""
    return [Sought(**row) for row in con.sql(_SOUGHT).pl().to_dicts()]


class FullTexts:
    """The texts of a review's reports that were not taken back, by the log; read again is only what is new. `reading`: what keeps other
    readers of the copies out. A report that was merged takes its texts with it."""

    def __init__(self, review: Review, reading: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self.review, self._reading, self._seq, self._lock = review, reading, 0, threading.Lock()
        self._standing: dict[int, FullText] = {}
        self._merged: tuple[object, Mapping[str, str]] = (None, {})

    def list_of(self, report_id: str) -> list[FullText]:
        """The texts of a report, oldest first."""
        return self.group([report_id])[report_id]

    def find(self, report_id: str, seq: int) -> FullText | None:
        """One text of a report."""
        return next((text for text in self.list_of(report_id) if text.seq == seq), None)

    def group(self, reports: Iterable[str]) -> Mapping[str, list[FullText]]:
        """Report → its texts, of these reports."""
        found: dict[str, list[FullText]] = {report_id: [] for report_id in reports}
        with self._lock:
            self._follow()
            standing = list(self._standing.values())
        merged = self._find_merged(frozenset(text.report_id for text in standing))
        for text in standing:
            if (now := merged.get(text.report_id, text.report_id)) in found:
                found[now].append(text)
        return found

    def _find_merged(self, reports: frozenset[str]) -> Mapping[str, str]:
        """Report → the one that it is part of now, of those that were merged; by the copy that is published."""
        with suppress(OSError, UserError, duckdb.Error):  # while another is just being published, as it was
            known = (self.review.private_warehouse.stat().st_mtime_ns, reports)
            if reports and self._merged[0] != known:
                with self._reading(), reader(self.review.private_warehouse) as con:
                    self._merged = known, dict(con.execute(_MERGED, [sorted(reports)]).fetchall())
        return self._merged[1]

    def _follow(self) -> None:
        head = self.review.log.head().seq
        for entry in self.review.log.entries(FullTextKept, FullTextUndo, after=self._seq, upto=head):
            event = entry.event
            if isinstance(event, FullTextUndo):
                self._standing.pop(event.full_text, None)
            elif isinstance(event, FullTextKept):
                self._standing[entry.seq] = FullText(
                    entry.seq, event.report_id, entry.actor, event.name, event.sha256, event.url
                )
        self._seq = head


@dataclass(frozen=True)
class Pdf:
    """A PDF, and what it was called."""

    name: str
    content: bytes


def read_pdf(name: str, file: IO[bytes]) -> Pdf:
    """A file that came in. Raises UserError where it is no PDF, or larger than anything that people read."""
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UserError(f"'{name}' is larger than {LARGEST // 1_000_000} MB")
    if b"%PDF-" not in content[:1024]:
        raise UserError(f"'{name}' is no PDF")
    return Pdf(name, content)


def keep_full_text(texts: FullTexts, report_id: str, pdf: Pdf, who: str, found: Found | None = None) -> None:
    """Keeps a PDF as a report's text; one that it has already is not noted again."""
    sha256, size = texts.review.snapshots.add(pdf.content, name=pdf.name)
    if all(text.sha256 != sha256 for text in texts.list_of(report_id)):
        by = found.by if found else None
        texts.review.log.append(
            FullTextKept(report_id=report_id, name=pdf.name, sha256=sha256, size=size, matched_by=by), who
        )


def link_full_text(review: Review, report_id: str, url: str, who: str) -> Entry:
    """Notes where a report's text stands. Raises UserError for what is no address of the web."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > 2000 or any(c.isspace() for c in url):
        raise UserError(f"'{url[:80]}' is no address", hint="https://…")
    return review.log.append(FullTextKept(report_id=report_id, url=url), who)


def undo_full_text(review: Review, seq: int, who: str) -> Entry:
    """Takes a text back, by its place in the log. Raises UserError where it is none, or was taken back."""
    check_undo(review, seq, (FullTextKept,), FullTextUndo, "full text")
    return review.log.append(FullTextUndo(full_text=seq), who)
