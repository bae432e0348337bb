"""Conflicts: votes that differ, side by side, once all are in; and what settles them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from tasks.review.judge import check_said
from tasks.review.look_up import find_cards, find_closed_votes
from tasks.review.roles import Role
from web.access import Form, Page, RefusedError, Shared, Visitor, form_of, needs
from web.keys import ACTIONS, PRESETS

router = APIRouter(prefix="/conflicts")
Resolver = Annotated[Visitor, Depends(needs(Role.RESOLVER))]


@router.get("")
def list_conflicts(visitor: Resolver, page: Shared) -> HTMLResponse:
    """What waits for her, in order."""
    waiting = page.desk.list_conflicts(visitor.name)
    with page.desk.look_up() as con:
        cards = find_cards(con, [report_id for _, report_id in waiting])
    return page.renderer.page(
        "conflicts.html",
        page,
        visitor,
        waiting=[(stage, cards[report]) for stage, report in waiting if report in cards],
    )


@router.get("/{stage}/{report_id}")
def show_conflict(stage: str, report_id: str, visitor: Resolver, page: Shared) -> HTMLResponse:
    """The votes with their reasons and notes."""
    _check(page, visitor, stage, report_id)
    card = page.desk.card(report_id)
    with page.desk.look_up() as con:
        votes = find_closed_votes(con, report_id, stage)
    screening = page.desk.protocol.screening
    return page.renderer.page(
        "conflict.html", page, visitor, card=card, stage=stage, votes=votes, back_to="conflicts",
        comments=page.desk.comments(report_id, visitor.name), actions=ACTIONS, presets=PRESETS,
        rule=screening.title_abstract if stage == "title-abstract" else screening.full_text,
        left=page.desk.count_conflicts(visitor.name),
    )  # fmt: skip


@router.post("/{stage}/{report_id}")
def settle(
    stage: str, report_id: str, form: Annotated[Form, Depends(form_of(Role.RESOLVER))], page: Shared
) -> Response:
    """Notes what was agreed, and shows the next conflict."""
    _check(page, form.visitor, stage, report_id)
    card = page.desk.card(report_id)
    if card is None or form.get("verdict") == "maybe":
        raise RefusedError("A conflict is settled by a decision.", 400)
    said = check_said(
        page.desk.protocol, stage=stage, verdict=form.get("verdict"), reviewer=form.visitor.name, consensus=True,
        reason=form.get("reason") if form.get("verdict") == "exclude" else None,
    )  # fmt: skip
    page.desk.catch_up(page.desk.vote(card, said, form.get("note") or None).seq)
    waiting = page.desk.list_conflicts(form.visitor.name)
    return RedirectResponse(f"/conflicts/{waiting[0][0]}/{waiting[0][1]}" if waiting else "/conflicts", 303)


def _check(page: Page, visitor: Visitor, stage: str, report_id: str) -> None:
    """Raises RefusedError for what is no conflict, or not hers to settle: then its votes are not hers to see here."""
    if (stage, report_id) not in page.desk.list_conflicts(visitor.name):
        raise RefusedError("This is no conflict that waits for you; it may be settled by now.", 404)
