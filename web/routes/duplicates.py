"""Duplicates: pairs of records that may be one report, side by side."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from tasks.review.judge import rule_on_pair, undo_ruling
from tasks.review.roles import Role
from web.access import Form, RefusedError, Shared, Visitor, form_of, needs
from web.keys import PAIRS
from web.text import mark_difference

router = APIRouter(prefix="/duplicates")
_ROLES = (Role.SCREENER, Role.RESOLVER, Role.OWNER)


@router.get("")
def show_pair(
    visitor: Annotated[Visitor, Depends(needs(*_ROLES))], page: Shared, later: bool = False, ruled: int = 0
) -> HTMLResponse:
    """The pair that is most likely one report. `ruled`: the ruling before, to take it back by."""
    waiting, put_off = page.desk.pairs.waiting(), page.desk.pairs.waiting(put_off=True)
    pairs = put_off if later else waiting
    pair = pairs[0] if pairs else None
    fields = [
        (name, *(mark_difference(a, b) if differs else (a, b)), differs)
        for name, a, b, differs in (pair.fields if pair else [])
        if a or b
    ]
    return page.renderer.page(
        "duplicates.html", page, visitor, pair=pair, fields=fields, left=len(waiting), put_off=len(put_off), later=later,
        pair_keys=PAIRS, ruled=ruled,
    )  # fmt: skip


@router.post("")
def rule(form: Annotated[Form, Depends(form_of(*_ROLES))], page: Shared) -> Response:
    """Notes a ruling."""
    if form.get("verdict") not in PAIRS:
        raise RefusedError("Two records are the same, distinct, or left for later.", 400)
    a, b, verdict = form.get("a"), form.get("b"), form.get("verdict")
    entry = page.desk.write(lambda: rule_on_pair(page.desk.review, a, b, verdict, form.visitor.name))
    return RedirectResponse(f"/duplicates?ruled={entry.seq}", 303)


@router.post("/undo")
def undo(form: Annotated[Form, Depends(form_of(*_ROLES))], page: Shared) -> Response:
    """Takes a ruling back."""
    seq = form.get("ruling")
    if not seq.isdigit():
        raise RefusedError("There is no such ruling.", 404)
    page.desk.write(lambda: undo_ruling(page.desk.review, int(seq), form.visitor.name))
    return RedirectResponse("/duplicates", 303)
