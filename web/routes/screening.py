"""Screening: one card after the other."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from schemas.protocol import STAGES
from tasks.review.judge import Said, check_said
from tasks.review.look_up import Card, OwnDecision, find_own_decisions
from tasks.review.roles import Role
from tasks.screen.people import find_member
from web.access import Form, Page, RefusedError, Shared, Visitor, form_of, needs
from web.keys import ACTIONS, PRESETS, find_keys
from web.queue import Place

router = APIRouter(prefix="/screen")
Screener = Annotated[Visitor, Depends(needs(Role.SCREENER))]
Sent = Annotated[Form, Depends(form_of(Role.SCREENER))]
MOST_ALONG = 200
"""So many cards somebody may take along to where there is no net."""


@router.get("")
def choose_stage(visitor: Screener, page: Shared) -> Response:
    """To the first stage at which something is hers to do, later stages first: what is nearer to its end."""
    stages = _stages_of(page, visitor)
    left = [stage for stage in reversed(stages) if page.desk.count(visitor.name, stage)[1]]
    return RedirectResponse(f"/screen/{(left or stages)[0]}", 303)


@router.get("/{stage}")
def show_next(stage: str, visitor: Screener, page: Shared) -> HTMLResponse:
    """The next card; if there is none, why."""
    _check_stage(stage)
    card = page.desk.offer(visitor.name, stage)
    if card is None:
        return page.renderer.page(
            "done.html", page, visitor, **_shared(page, visitor, stage), busy=_busy(page, visitor, stage)
        )
    return _show(page, visitor, stage, card, None)


@router.get("/{stage}/next")
def fetch_next(stage: str, visitor: Screener, page: Shared, holding: str = "") -> HTMLResponse:
    """The card behind those that are in hand (`holding`: their reports), for the script to have it too."""
    _check_stage(stage)
    return _fragment(page, visitor, stage, holding.split(","))


@router.get("/{stage}/along")
def take_along(stage: str, visitor: Screener, page: Shared, holding: str = "") -> HTMLResponse:
    """The cards behind those that are in hand, one after the other, to be decided on without a net."""
    _check_stage(stage)
    held = [report for report in holding.split(",") if report]
    cards = page.desk.offer_many(visitor.name, stage, held, max(MOST_ALONG - len(held), 0), along=True)
    return HTMLResponse("\n".join(_draw(page, visitor, stage, card) for card in cards))


@router.post("/release")
def release(form: Sent, page: Shared) -> Response:
    """Gives cards back that were in her hand, when she leaves them (`words`: those of the cards)."""
    page.desk.give_back(form.visitor.name, form.get("words").split(","))
    return Response(status_code=204)


@router.get("/{stage}/{report_id}")
def show_one(stage: str, report_id: str, visitor: Screener, page: Shared) -> HTMLResponse:
    """One card, with her own decision on it, to give it or change it."""
    _check_stage(stage)
    card = _find_card(page, report_id)
    with page.desk.look_up() as con:
        own = [d for d in find_own_decisions(con, visitor.name, stage=stage, about=card.report_id) if not d.consensus]
    return _show(page, visitor, stage, card, own[0] if own else None)


@router.post("/{stage}/{report_id}")
def decide(stage: str, report_id: str, form: Sent, page: Shared, request: Request) -> Response:
    """Notes a verdict; then comes the next card, or for the script the one behind it."""
    _check_stage(stage)
    card, visitor = _find_card(page, report_id), form.visitor
    said = check_said(
        page.desk.protocol, stage=stage, verdict=form.get("verdict"), reviewer=visitor.name,
        reason=form.get("reason") if form.get("verdict") == "exclude" else None,
    )  # fmt: skip
    note = form.get("note") or None
    if not form.get("late") or _is_waited_for(page, card, said, note):
        page.desk.vote(card, said, note, form.get("sending"))
    if "x-card" not in request.headers:
        return RedirectResponse(f"/screen/{stage}", 303)
    return (
        _fragment(page, visitor, stage, form.get("holding").split(","))
        if not form.get("enough")
        else _count(page, visitor, stage)
    )


def _is_waited_for(page: Page, card: Card, said: Said, note: str | None) -> bool:
    """Whether a decision that comes late, from where there was no net, is to be noted: not one that was noted already.

    Raises RefusedError where the report no longer waits for it: who says something else of it by then says so with that in view.
    """
    place = page.desk.find_place(said.reviewer, said.stage, card.report_id)
    if place is Place.SETTLED:
        raise RefusedError("its votes were all in by then, so that it needed no further one", 409)
    if place is Place.WAITS:
        return True
    with page.desk.look_up() as con:
        own = find_own_decisions(con, said.reviewer, stage=said.stage, about=card.report_id)
    last = next((one for one in own if not one.consensus), None)
    if last is not None and (last.verdict, last.reason, last.note) != (said.verdict, said.reason, note):
        raise RefusedError("you decided on it elsewhere, and that stands", 409)
    return False


def _show(page: Page, visitor: Visitor, stage: str, card: Card, own: OwnDecision | None) -> HTMLResponse:
    return page.renderer.page(
        "screen.html", page, visitor, **(_shared(page, visitor, stage) | _of_card(page, visitor, stage, card, own))
    )


def _fragment(page: Page, visitor: Visitor, stage: str, holding: list[str]) -> HTMLResponse:
    """The next card alone, and how far she is; empty where there is none."""
    card = page.desk.offer(visitor.name, stage, holding)
    return _count(page, visitor, stage, _draw(page, visitor, stage, card) if card else "")


def _draw(page: Page, visitor: Visitor, stage: str, card: Card) -> str:
    values = {"visitor": visitor, "keys": find_keys(visitor.settings), "protocol": page.desk.protocol}
    return page.renderer.text(
        "_card.html", **values, **_of_card(page, visitor, stage, card, None), rule=_rule(page, stage)
    )


def _count(page: Page, visitor: Visitor, stage: str, card: str = "") -> HTMLResponse:
    done, left = page.desk.count(visitor.name, stage)
    return HTMLResponse(card, headers={"X-Done": str(done), "X-Left": str(left)})


def _shared(page: Page, visitor: Visitor, stage: str) -> dict[str, Any]:
    done, left = page.desk.count(visitor.name, stage)
    others = [(at, page.desk.count(visitor.name, at)[1]) for at in _stages_of(page, visitor)]
    return {
        "stage": stage, "most_along": MOST_ALONG, "done": done, "left": left, "stages": [(at, n) for at, n in others if n or at == stage],
        "actions": ACTIONS, "presets": PRESETS, "rule": _rule(page, stage),
    }  # fmt: skip


def _of_card(page: Page, visitor: Visitor, stage: str, card: Card, own: OwnDecision | None) -> dict[str, Any]:
    return {
        "stage": stage, "card": card, "own": own, "comments": page.desk.comments(card.report_id, visitor.name),
        "texts": page.texts.list_of(card.report_id) if stage != "title-abstract" else [],
        "word": page.desk.find_word(visitor.name, stage, card.report_id),
    }  # fmt: skip


def _rule(page: Page, stage: str) -> object:
    screening = page.desk.protocol.screening
    return screening.title_abstract if stage == "title-abstract" else screening.full_text


def _busy(page: Page, visitor: Visitor, stage: str) -> int:
    return page.desk.count_in_others_hands(visitor.name, stage)


def _stages_of(page: Page, visitor: Visitor) -> list[str]:
    member = find_member(visitor.name, page.desk.protocol.screening)
    return [stage for stage in STAGES if member is None or stage in member.stages]


def _check_stage(stage: str) -> None:
    if stage not in STAGES:
        raise HTTPException(404)


def _find_card(page: Page, report_id: str) -> Card:
    card = page.desk.card(report_id)
    if card is None:
        raise RefusedError(
            "This report is not in the review any more: its records were withdrawn, or put together otherwise.", 404
        )
    return card
