"""Duplicates: pairs of records that may be one report, side by side."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from schemas.event import DuplicateRuling
from schemas.protocol_screening import fold_name
from tasks.review.judge import find_ruling, rule_on_pair, undo_ruling
from tasks.review.look_up import find_titles
from tasks.review.roles import Role
from warehouse.log import Entry
from web.access import Form, Page, RefusedError, Shared, Visitor, form_of, needs
from web.keys import PAIRS
from web.text import mark_difference

router = APIRouter(prefix="/duplicates")
_ROLES = (Role.SCREENER, Role.RESOLVER, Role.OWNER)
_SHOWN = 20


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
        pair_keys=PAIRS, ruled=ruled, rulings=_list_rulings(page, visitor),
    )  # fmt: skip


@router.post("")
def rule(form: Annotated[Form, Depends(form_of(*_ROLES))], page: Shared) -> Response:
    """Notes a ruling."""
    if form.get("verdict") not in PAIRS:
        raise RefusedError("Two records are the same, distinct, or left for later.", 400)
    a, b, verdict = form.get("a"), form.get("b"), form.get("verdict")
    entry = page.desk.write(lambda: rule_on_pair(page.desk.review, a, b, verdict, form.visitor.name))
    later = "later=1&" if form.get("later") else ""
    return RedirectResponse(f"/duplicates?{later}ruled={entry.seq}", 303)


@router.post("/undo")
def undo(form: Annotated[Form, Depends(form_of(*_ROLES))], page: Shared) -> Response:
    """Takes a ruling back: one's own, or, for who settles conflicts and the owner, anybody's."""
    seq = form.number("ruling")
    if seq is None:
        raise RefusedError("There is no such ruling.", 404)
    actor = find_ruling(page.desk.review, seq).actor
    if not _may_undo(form.visitor, actor):
        raise RefusedError(f"{actor} ruled on it: {actor}, who settles conflicts, or the review's owner takes it back.")
    page.desk.write(lambda: undo_ruling(page.desk.review, seq, form.visitor.name))
    return RedirectResponse("/duplicates", 303)


def _list_rulings(page: Page, visitor: Visitor) -> list[tuple[Entry, list[str], bool]]:
    """The last rulings, newest first: each with the titles of its two records, and whether she may take it back."""
    rulings = page.desk.pairs.list_last(_SHOWN)
    with page.desk.look_up() as con:
        titles = find_titles(con, [record for entry in rulings for record in _records_of(entry)])
    return [
        (entry, [titles.get(record) or record for record in _records_of(entry)], _may_undo(visitor, entry.actor))
        for entry in rulings
    ]


def _records_of(entry: Entry) -> list[str]:
    return [entry.event.record_id_a, entry.event.record_id_b] if isinstance(entry.event, DuplicateRuling) else []


def _may_undo(visitor: Visitor, actor: str) -> bool:
    return visitor.may(Role.RESOLVER, Role.OWNER) or fold_name(visitor.name) == fold_name(actor)
