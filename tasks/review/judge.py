"""Judge: log what people decide about reports and pairs of records, checked by the rules of the protocol.

The rules of a decision stand here, for the command line and the page; files of decisions are checked against them when they
are read (tasks/screen).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schemas import clock
from schemas.errors import UserError
from schemas.event import (
    DuplicateRuling,
    DuplicateUndo,
    ReportNames,
    ScreeningClear,
    ScreeningDecision,
    ScreeningUndo,
)
from schemas.event_base import Event
from schemas.protocol import STAGES, Protocol
from schemas.words import did_you_mean
from tasks.screen.people import find_why_uncounted, name_reviewer
from tasks.screen.rules import refuse_verdict, settle_stage, spell_reason
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
    key: str,
    *,
    stage: str,
    verdict: str,
    reviewer: str,
    reason: str | None = None,
    note: str | None = None,
    consensus: bool = False,
) -> tuple[Entry, ReportNames]:
    """Notes one reviewer's verdict on a report; returns the event, and the report's names.

    `key`: the report's id or an alias, or a record's id, accession, DOI or PMID. Raises UserError where the reviewer, the
    verdict, the reason or the report is not one.
    """
    protocol = review.protocol().protocol
    said = check_said(protocol, stage=stage, verdict=verdict, reviewer=reviewer, reason=reason, consensus=consensus)
    report_id, names = find_report(review, key)
    return note_decision(review, report_id, names, said, note), names


@dataclass(frozen=True)
class Said:
    """A verdict that the protocol knows, as it is noted: the stage that it belongs to, the reviewer's one name, the reason's spelling."""

    stage: str
    verdict: str
    reviewer: str
    reason: str | None
    consensus: bool


def check_said(
    protocol: Protocol, *, stage: str, verdict: str, reviewer: str, reason: str | None = None, consensus: bool = False
) -> Said:
    """A verdict checked by the rules. Raises UserError where the reviewer, the verdict or the reason is not one."""
    if stage not in STAGES:
        raise UserError(f"'{stage}' is no stage", hint=f"stages: {', '.join(STAGES)}")
    stage = settle_stage(stage, verdict)
    name = _check_reviewer(protocol, reviewer, stage, consensus=consensus)
    return Said(stage, verdict, name, check_decision(protocol, stage=stage, verdict=verdict, reason=reason), consensus)


def note_decision(review: Review, report_id: str, names: ReportNames, said: Said, note: str | None = None) -> Entry:
    """Notes a verdict that was checked, on a report that the caller knows."""
    event = ScreeningDecision(
        report_id=report_id, stage=said.stage, verdict=said.verdict, reason=said.reason, note=note or None,  # type: ignore[arg-type]
        consensus=said.consensus, names=names,
    )  # fmt: skip
    return review.log.append(event, said.reviewer)


def clear_decisions(review: Review, key: str, *, stage: str, reviewer: str) -> tuple[Entry, ReportNames]:
    """Takes back all that one reviewer said of a report at a stage, in the ledger and in files.

    Raises UserError where the reviewer or the report is not one.
    """
    name = name_reviewer(reviewer, review.protocol().protocol.screening)
    report_id, names = find_report(review, key)
    return review.log.append(ScreeningClear(report_id=report_id, stage=stage, names=names), name), names  # type: ignore[arg-type]


def check_decision(protocol: Protocol, *, stage: str, verdict: str, reason: str | None) -> str | None:
    """The reason as the protocol spells it. Raises UserError where the stage, verdict or reason is none of the protocol's."""
    if refusal := refuse_verdict(stage, verdict):
        raise UserError(refusal)
    reasons = protocol.eligibility.reasons
    rule = protocol.screening.title_abstract if stage == "title-abstract" else protocol.screening.full_text
    if reason and verdict != "exclude":
        raise UserError(f"a reason goes with an exclusion, not with '{verdict}'")
    if verdict == "exclude" and not reason and rule.reasons == "required":
        hint = (
            f"one of: {'; '.join(reasons)}"
            if reasons
            else "review.toml has none yet: [[eligibility.exclusion]] reason = …"
        )
        raise UserError(f"an exclusion at {stage} needs a reason", hint=hint)
    if not reason:
        return None
    spelled = spell_reason(reason, reasons)
    if spelled not in reasons:
        hint = did_you_mean(reason, reasons) or f"reasons: {'; '.join(reasons)}"
        raise UserError(f"'{reason}' is no reason of the protocol", hint=hint)
    return spelled


def _check_reviewer(protocol: Protocol, reviewer: str, stage: str, *, consensus: bool) -> str:
    """The reviewer's one name. Raises UserError for a verdict that would count for nothing by the protocol."""
    name = name_reviewer(reviewer, protocol.screening)
    why = find_why_uncounted(name, protocol.screening, stage, clock.today(), consensus=consensus)
    if why:
        raise UserError(
            f"{name} {why}", hint="[screening] reviewers in review.toml says who does what, from when to when"
        )
    return name


def undo_decision(review: Review, seq: int, reviewer: str) -> Entry:
    """Takes a decision back, by its place in the log. Raises UserError where it is no decision, or was taken back."""
    entry = check_undo(review, seq, (ScreeningDecision, ScreeningClear), ScreeningUndo, "decision")
    name = name_reviewer(reviewer, review.protocol().protocol.screening)
    if entry.actor != name:
        raise UserError(f"event {seq} is a decision of {entry.actor}", hint=f"--who '{entry.actor}' takes it back")
    return review.log.append(ScreeningUndo(decision=seq), name)


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
    find_ruling(review, seq)
    return review.log.append(DuplicateUndo(ruling=seq), reviewer)


def find_ruling(review: Review, seq: int) -> Entry:
    """A ruling that stands, by its place in the log. Raises UserError where it is none, or was taken back."""
    return check_undo(review, seq, (DuplicateRuling,), DuplicateUndo, "ruling on duplicates")


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


def check_undo(review: Review, seq: int, done: Sequence[type[Event]], undone: type[Event], what: str) -> Entry:
    """The event that is to be taken back. Raises UserError where it is none of these kinds, or was taken back.

    `undone`: the event that takes one back; besides its kind it has the other's place in the log.
    """
    entry = next(review.log.entries(*done, after=seq - 1, upto=seq), None)
    if entry is None:
        raise UserError(f"event {seq} is no {what}", path=review.log.path)
    (place,) = undone.model_fields.keys() - {"kind"}
    if any(getattr(other.event, place) == seq for other in review.log.entries(undone, after=seq)):
        raise UserError(f"event {seq} was taken back already", path=review.log.path)
    return entry
