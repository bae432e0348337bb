"""Comments on a report: one's own, and others' on which no vote waits."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from schemas.protocol import STAGES
from tasks.review.comment import note_comment, undo_comment
from tasks.review.roles import Role
from web.access import Form, RefusedError, Shared, form_of

router = APIRouter(prefix="/comments")
Sent = Annotated[Form, Depends(form_of(Role.SCREENER, Role.RESOLVER))]


@router.post("")
def comment(form: Sent, page: Shared) -> Response:
    """Notes a comment, and shows its report again."""
    card, stage = page.desk.card(form.get("report")), form.get("stage")
    if card is None or stage not in STAGES:
        raise RefusedError("There is no such report.", 404)
    page.desk.write(
        lambda: note_comment(
            page.desk.review,
            card.report_id,
            card.names,
            comment=form.get("comment"),
            reviewer=form.visitor.name,
            stage=stage,
        )
    )
    return _back(form, stage, card.report_id)


@router.post("/undo")
def undo(form: Sent, page: Shared) -> Response:
    """Takes one of her own comments back."""
    card, stage, seq = page.desk.card(form.get("report")), form.get("stage"), form.number("comment")
    if card is None or stage not in STAGES or seq is None:
        raise RefusedError("There is no such comment.", 404)
    page.desk.write(lambda: undo_comment(page.desk.review, seq, form.visitor.name))
    return _back(form, stage, card.report_id)


def _back(form: Form, stage: str, report_id: str) -> Response:
    place = "conflicts" if form.get("back_to") == "conflicts" else "screen"
    return RedirectResponse(f"/{place}/{stage}/{report_id}", 303)
