"""Put full texts that were kept on the page where texts are read: into documents/, each linked to the report that it was kept for.

So a PDF that somebody brought for screening can be coded after the next run. One that was taken back is withdrawn.
"""

from __future__ import annotations

import re

from schemas.errors import UserError
from schemas.event import Content, Withdrawal
from schemas.event_full_text import FullTextKept, FullTextUndo
from schemas.event_synthesis import ReportLinked
from tasks.review.bring_in import IncomingFile, put_file
from tasks.review.state import read_state
from tasks.synthesise.document_file import read_document
from tasks.synthesise.load_documents import name_document
from warehouse.deliveries import State
from warehouse.log import Entry
from warehouse.review import Review

_LONGEST = 100


def put_full_texts(review: Review) -> None:
    """Puts what was kept since into documents/, before files are collected, and withdraws what was taken back.

    A text that came in once is not put there again, one whose report was said is not linked anew, and one that was restored after it
    was withdrawn stays. What cannot be read as text (locked, damaged) stays a PDF for people to look at.
    """
    kept: dict[str, tuple[FullTextKept, Entry]] = {}
    taken_back: dict[str, Entry] = {}
    texts: dict[int, tuple[FullTextKept, Entry]] = {}
    for entry in review.log.entries(FullTextKept, FullTextUndo):
        event = entry.event
        if isinstance(event, FullTextKept) and event.sha256:
            texts[entry.seq] = kept[event.sha256] = (event, entry)
            taken_back.pop(event.sha256, None)
        elif isinstance(event, FullTextUndo) and event.full_text in texts:
            sha256 = str(texts.pop(event.full_text)[0].sha256)
            if not any(other.sha256 == sha256 for other, _ in texts.values()):
                kept.pop(sha256, None)
                taken_back[sha256] = entry
    if kept:
        _put(review, kept)
    if taken_back:
        _withdraw(review, taken_back)


def name_file(called: str, seq: int) -> str:
    """The name under which a kept PDF lies in documents/: what it was called, without what some system does not take."""
    name = re.sub(r"[^\w .,()'&+-]+", " ", called.replace("\\", "/").rsplit("/", 1)[-1])
    stem = re.sub(r"\.pdf$", "", name, flags=re.IGNORECASE)
    return f"{' '.join(stem.split()).strip('. ')[:_LONGEST].strip('. ') or f'full text {seq}'}.pdf"


def _put(review: Review, kept: dict[str, tuple[FullTextKept, Entry]]) -> None:
    here = {d.sha256 for d in read_state(review).deliveries if d.content is Content.DOCUMENT}
    linked = {event.id for entry in review.log.entries(ReportLinked) if isinstance(event := entry.event, ReportLinked)}
    for sha256, (event, entry) in kept.items():
        if sha256 not in here:
            path, called = review.snapshots.path(sha256), name_file(event.name, entry.seq)
            try:
                read_document(path, name=called)
            except UserError:
                continue
            put_file(review, IncomingFile(path, Content.DOCUMENT, called=called))
        if (document := name_document(sha256)) not in linked:
            review.log.append(ReportLinked(what="document", id=document, report_id=event.report_id), entry.actor)


def _withdraw(review: Review, taken_back: dict[str, Entry]) -> None:
    before = {event.arrival: entry.seq for entry in review.log.entries(Withdrawal)
              if isinstance(event := entry.event, Withdrawal)}  # fmt: skip
    for delivery in read_state(review).deliveries:
        entry = taken_back.get(delivery.sha256)
        if (
            entry is None
            or delivery.content is not Content.DOCUMENT
            or delivery.state in (State.WITHDRAWN, State.MOVED)
        ):
            continue
        if before.get(delivery.arrival_id, 0) < entry.seq:
            reason = "the full text was taken back on the page"
            review.log.append(Withdrawal(arrival=delivery.arrival_id, reason=reason), entry.actor)
