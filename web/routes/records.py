"""The records of a report: what each source gives, and corrections and completions of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from schemas.protocol import STAGES
from schemas.protocol_screening import fold_name
from tasks.review.correct import CORRECTABLE, correct_record, list_corrections, undo_correction
from tasks.review.look_up import find_records
from tasks.review.roles import Role
from web.access import Form, Page, RefusedError, Shared, Visitor, form_of, needs

router = APIRouter(prefix="/records")
_ROLES = (Role.SCREENER, Role.RESOLVER, Role.OWNER)
Sent = Annotated[Form, Depends(form_of(*_ROLES))]


@router.get("/{report_id}")
def show_records(
    report_id: str, visitor: Annotated[Visitor, Depends(needs(*_ROLES))], page: Shared, stage: str = "", done: int = 0
) -> HTMLResponse:
    """What the sources give of a report, and what people put right. `stage`: of the card to go back to; `done`: what was just noted."""
    with page.desk.look_up() as con:
        records = find_records(con, report_id)
    if not records:
        raise RefusedError("There is no such report.", 404)
    corrections = list_corrections(page.desk.review, {str(record["record_id"]) for record in records})
    return page.renderer.page(
        "records.html", page, visitor, report_id=report_id, records=records, corrections=corrections, fields=CORRECTABLE,
        stage=stage if stage in STAGES else "", done=any(entry.seq == done for entry in corrections),
        may_undo={entry.seq for entry in corrections if _may_undo(visitor, entry.actor)},
    )  # fmt: skip


@router.post("/{report_id}")
def correct(report_id: str, form: Sent, page: Shared) -> Response:
    """Notes a correction."""
    _find(page, report_id, form.get("record"))
    field = form.get("field")
    if field not in CORRECTABLE:
        raise RefusedError("Choose the field that is wrong or missing.", 400)
    entry = page.desk.write(
        lambda: correct_record(
            page.desk.review, form.get("record"), field=field, value=form.get("value"), why=form.get("reason"),
            reviewer=form.visitor.name,
        ).entry
    )  # fmt: skip
    return _back(form, report_id, f"&done={entry.seq}")


@router.post("/{report_id}/undo")
def undo(report_id: str, form: Sent, page: Shared) -> Response:
    """Takes a correction back: one's own, or, for the owner, anybody's."""
    record_id = form.get("record")
    _find(page, report_id, record_id)
    standing = {entry.seq: entry for entry in list_corrections(page.desk.review, {record_id})}
    entry = standing.get(form.number("correction") or 0)
    if entry is None:
        raise RefusedError("There is no such correction; it may be taken back by now.", 404)
    if not _may_undo(form.visitor, entry.actor):
        raise RefusedError(f"{entry.actor} noted it: {entry.actor}, or the review's owner, takes it back.")
    page.desk.write(lambda: undo_correction(page.desk.review, entry.seq, form.visitor.name))
    return _back(form, report_id)


def _may_undo(visitor: Visitor, actor: str) -> bool:
    return visitor.may(Role.OWNER) or fold_name(visitor.name) == fold_name(actor)


def _find(page: Page, report_id: str, record_id: str) -> None:
    with page.desk.look_up() as con:
        if all(record["record_id"] != record_id for record in find_records(con, report_id)):
            raise RefusedError("There is no such record of this report.", 404)


def _back(form: Form, report_id: str, done: str = "") -> Response:
    stage = form.get("stage") if form.get("stage") in STAGES else ""
    return RedirectResponse(f"/records/{report_id}?stage={stage}{done}", 303)
