"""One's own decisions: to search, to change, to take back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from schemas.protocol import STAGES
from tasks.review.look_up import find_own_decisions
from tasks.review.roles import Role
from tasks.screen.rules import VERDICTS
from web.access import Form, RefusedError, Shared, Visitor, form_of, needs

router = APIRouter()
_ROLES = (Role.SCREENER, Role.RESOLVER)
_A_PAGE = 50


@router.get("/decisions")
def list_decisions(
    visitor: Annotated[Visitor, Depends(needs(*_ROLES))],
    page: Shared,
    q: str = "",
    stage: str = "",
    verdict: str = "",
    start: int = 0,
) -> HTMLResponse:
    """Her decisions that count, newest first."""
    with page.desk.look_up() as con:
        found = find_own_decisions(
            con, visitor.name, stage=stage or None, verdict=verdict or None, looked_for=" ".join(q.split()) or None
        )
    start = min(max(start, 0), max(len(found) - 1, 0)) // _A_PAGE * _A_PAGE
    return page.renderer.page(
        "decisions.html", page, visitor, found=found[start : start + _A_PAGE], total=len(found), start=start, step=_A_PAGE,
        asked={"q": q, "stage": stage, "verdict": verdict}, all_verdicts=sorted({v for vs in VERDICTS.values() for v in vs}),
    )  # fmt: skip


@router.post("/clear")
def clear(form: Annotated[Form, Depends(form_of(*_ROLES))], page: Shared) -> Response:
    """Takes back all that she said of a report at a stage."""
    if form.get("stage") not in STAGES or page.desk.card(form.get("report")) is None:
        raise RefusedError("There is no such decision.", 404)
    page.desk.clear(form.visitor.name, form.get("stage"), form.get("report"))
    return RedirectResponse("/decisions", 303)


@router.post("/undo")
def undo(form: Annotated[Form, Depends(form_of(*_ROLES))], page: Shared, request: Request) -> Response:
    """Takes back the last verdict that she gave here, and shows its card again; the script is told where that is."""
    undone = page.desk.undo(form.visitor.name)
    if undone is None:
        raise RefusedError(
            "There is nothing to undo. What you decided earlier can be changed under “My decisions”.", 404
        )
    stage, report_id = undone
    settles = (stage, report_id) in page.desk.list_conflicts(form.visitor.name)
    address = f"/{'conflicts' if settles else 'screen'}/{stage}/{report_id}"
    return PlainTextResponse(address) if "x-card" in request.headers else RedirectResponse(address, 303)
