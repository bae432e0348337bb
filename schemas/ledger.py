"""The kinds of events that the ledger holds, and what each one's payload says."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What an event records. The payload's keys follow each name."""

    #: One reviewer's verdict: report_id, stage, verdict, reason (may be missing), consensus (true for a consensus decision).
    SCREENING_DECISION = "screening_decision"
    #: A verdict taken back: seq of the decision event.
    SCREENING_UNDO = "screening_undo"
    #: A ruling on two records: record_id_a, record_id_b, verdict (same | distinct | not_now).
    DUPLICATE_RULING = "duplicate_ruling"
    #: A ruling taken back: seq of the ruling event.
    DUPLICATE_UNDO = "duplicate_undo"
    #: One update ended: run_id, started_at, ended_at, state, trigger, problems.
    RUN = "run"
    #: A version was published: version, run_id, content_hash, included (list of study ids and their report ids).
    RELEASE = "release"
