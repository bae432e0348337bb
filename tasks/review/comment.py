"""Comment: log a remark on a report, take it back, and read what was remarked."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from schemas.errors import UserError
from schemas.event import CommentUndo, ReportComment, ReportNames
from tasks.review.judge import check_undo, find_report
from tasks.screen.people import name_person
from warehouse.connect import reader
from warehouse.log import Entry
from warehouse.review import Review

_LATEST_STAGE = """
SELECT stage FROM screening_status WHERE report_id = ? AND stage <> 'retrieval' ORDER BY stage = 'full-text' DESC LIMIT 1
"""
_READ = """
SELECT seq, stage, reviewer, comment, commented_at
FROM report_comment
WHERE report_id = $1 AND (NOT waits OR reviewer = $2)
ORDER BY seq
"""


def comment_on_report(
    review: Review, key: str, *, comment: str, reviewer: str, stage: str | None = None
) -> tuple[Entry, ReportNames]:
    """Notes a remark on a report, by default on the last stage that it has reached; returns the event, and the report's names.

    Raises UserError where the comment is empty, or no report or several are meant.
    """
    if not comment.strip():
        raise UserError("a comment needs words")
    report_id, names = find_report(review, key)
    with reader(review.published_warehouse) as con:
        (latest,) = con.execute(_LATEST_STAGE, [report_id]).fetchall()[0]
    return note_comment(review, report_id, names, comment=comment, reviewer=reviewer, stage=stage or latest), names


def note_comment(
    review: Review, report_id: str, names: ReportNames, *, comment: str, reviewer: str, stage: str
) -> Entry:
    """Notes a remark on a report that the caller knows. Raises UserError where it is empty."""
    if not comment.strip():
        raise UserError("a comment needs words")
    event = ReportComment(report_id=report_id, stage=stage, comment=comment.strip(), names=names)  # type: ignore[arg-type]
    return review.log.append(event, name_person(reviewer, review.protocol().protocol.screening))


def undo_comment(review: Review, seq: int, reviewer: str) -> Entry:
    """Takes a comment back, by its place in the log. Raises UserError where it is none, is another's, or was taken back."""
    entry = check_undo(review, seq, (ReportComment,), CommentUndo, "comment")
    name = name_person(reviewer, review.protocol().protocol.screening)
    if entry.actor != name:
        raise UserError(f"event {seq} is a comment of {entry.actor}", hint=f"--who '{entry.actor}' takes it back")
    return review.log.append(CommentUndo(comment=seq), name)


def read_comments_on(review: Review, key: str, reviewer: str) -> tuple[ReportNames, pl.DataFrame]:
    """A report's names, and its comments as they were published last: those of this person, whom the caller must know to be
    the one who asks, and those of others on which no vote waits. Columns: seq, stage, reviewer, comment, commented_at."""
    report_id, names = find_report(review, key)
    name = name_person(reviewer, review.protocol().protocol.screening)
    with reader(_find_copy(review)) as con:
        comments: pl.DataFrame = con.sql(_READ, params=[report_id, name]).pl()
    return names, comments


def _find_copy(review: Review) -> Path:
    """The private copy, or, for somebody who may not open it, the one for everybody."""
    try:
        with reader(review.private_warehouse):
            return review.private_warehouse
    except UserError:
        return review.published_warehouse
