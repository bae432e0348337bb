"""Judge: log what people decide about reports and pairs of records, checked by the rules of the protocol.

The rules of a decision stand here, for the command line and the page; files of decisions are checked against them when they
are read (tasks/screen).
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from schemas.errors import UserError
from schemas.event import (
    DuplicateRuling,
    DuplicateUndo,
    ReportNames,
    ScreeningDecision,
    ScreeningUndo,
)
from schemas.protocol import Protocol
from tasks.screen.rules import refuse_verdict, settle_stage
from warehouse.connect import reader
from warehouse.log import Entry
from warehouse.reports import find_standing_rulings
from warehouse.review import Review

_FIND = """
SELECT r.report_id, r.title, r.year, r.doi, r.pmid
FROM report AS r
WHERE r.report_id = $1 OR r.report_id IN (SELECT report_id FROM report_alias WHERE alias = $1)
    OR r.report_id IN (SELECT report_id FROM record WHERE record_id = $1 OR accession = $1 OR lower(doi) = lower($1) OR pmid = $1)
"""


def decide(
    review: Review,
    about: str,
    *,
    stage: str,
    verdict: str,
    reviewer: str,
    reason: str | None = None,
    consensus: bool = False,
) -> tuple[Entry, ReportNames]:
    """Notes one reviewer's verdict on a report; returns the event, and the report's names.

    `about`: the report's id or an alias, or a record's id, accession, DOI or PMID. Raises UserError where the verdict,
    the reason or the report is not one.
    """
    stage = settle_stage(stage, verdict)
    reason = check_decision(review.protocol().protocol, stage=stage, verdict=verdict, reason=reason)
    report_id, names = find_report(review, about)
    event = ScreeningDecision(
        report_id=report_id, stage=stage, verdict=verdict, reason=reason, consensus=consensus, names=names,  # type: ignore[arg-type]
    )  # fmt: skip
    return review.log.append(event, reviewer), names


def check_decision(protocol: Protocol, *, stage: str, verdict: str, reason: str | None) -> str | None:
    """The reason as the protocol spells it. Raises UserError where the stage, verdict or reason is none of the protocol's."""
    if refusal := refuse_verdict(stage, verdict):
        raise UserError(refusal)
    reasons = [criterion.reason for criterion in protocol.eligibility.exclusion]
    if reason and verdict != "exclude":
        raise UserError(f"a reason goes with an exclusion, not with '{verdict}'")
    if verdict == "exclude" and stage == "full-text" and not reason:
        raise UserError("an exclusion at full text needs a reason", hint=f"one of: {'; '.join(reasons)}")
    if not reason:
        return None
    spelled = {known.casefold(): known for known in reasons}
    if reason.casefold() not in spelled:
        raise UserError(f"'{reason}' is no reason of the protocol", hint=_did_you_mean(reason, reasons))
    return spelled[reason.casefold()]


def undo_decision(review: Review, seq: int, reviewer: str) -> Entry:
    """Takes a decision back, by its place in the log. Raises UserError where it is no decision, or was taken back."""
    _check_undo(review, seq, ScreeningDecision, ScreeningUndo, "decision")
    return review.log.append(ScreeningUndo(decision=seq), reviewer)


def rule_on_pair(review: Review, record_a: str, record_b: str, verdict: str, reviewer: str) -> Entry:
    """Rules that two records are one report (same), are not (distinct), or puts it off (not_now).

    Raises UserError where they are one record, or not known.
    """
    if record_a == record_b:
        raise UserError(f"{record_a} is one record", hint="name two")
    with reader(review.published_warehouse) as con:
        query = "SELECT record_id FROM record WHERE record_id IN (?, ?)"
        known = {row[0] for row in con.execute(query, [record_a, record_b]).fetchall()}
    for record in (record_a, record_b):
        if record not in known:
            raise UserError(f"no record is known as '{record}'", path=review.root)
    a, b = sorted((record_a, record_b))
    return review.log.append(DuplicateRuling(record_id_a=a, record_id_b=b, verdict=verdict), reviewer)  # type: ignore[arg-type]


def undo_ruling(review: Review, seq: int, reviewer: str) -> Entry:
    """Takes a ruling back, by its place in the log. Raises UserError where it is no ruling, or was taken back."""
    _check_undo(review, seq, DuplicateRuling, DuplicateUndo, "ruling on duplicates")
    return review.log.append(DuplicateUndo(ruling=seq), reviewer)


def list_rulings(review: Review) -> dict[tuple[str, str], str]:
    """The last ruling on each pair of records that was not taken back."""
    return find_standing_rulings(review.log.entries(DuplicateRuling, DuplicateUndo))


def find_report(review: Review, about: str) -> tuple[str, ReportNames]:
    """The report's id and names, in the published copy. Raises UserError where none, or more than one, is meant."""
    with reader(review.published_warehouse) as con:
        found = con.execute(_FIND, [about.strip()]).fetchall()
    if not found:
        raise UserError(f"no report is known as '{about}'", path=review.root)
    if len(found) > 1:
        ids = ", ".join(row[0] for row in found[:3])
        raise UserError(f"'{about}' can mean {len(found)} reports: {ids}", path=review.root, hint="name one by its id")
    report_id, title, year, doi, pmid = found[0]
    return str(report_id), ReportNames(title=title, year=year, doi=doi, pmid=pmid)


def _check_undo(
    review: Review,
    seq: int,
    action: type[ScreeningDecision | DuplicateRuling],
    undone: type[ScreeningUndo | DuplicateUndo],
    what: str,
) -> None:
    if seq not in {entry.seq for entry in review.log.entries(action)}:
        raise UserError(f"event {seq} is no {what}", path=review.log.path)
    for entry in review.log.entries(undone):
        event = entry.event
        taken_back = event.decision if isinstance(event, ScreeningUndo) else getattr(event, "ruling", None)
        if taken_back == seq:
            raise UserError(f"event {seq} was taken back already", path=review.log.path)


def _did_you_mean(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return f"did you mean '{near[0]}'?" if near else f"reasons: {'; '.join(known)}"
