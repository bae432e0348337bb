"""Where the coders of a text differ, side by side, once all are done: take one, join, both or neither, with a reason."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from schemas.errors import UserError
from tasks.review.coding_agreement import COEFFICIENTS
from tasks.review.judge_codings import note_settlement, undo_settlement
from tasks.synthesise.count_codings import count_pair
from tasks.synthesise.settle_codings import Difference
from web.access import RefusedError
from web.coder import Coder, InRoom, Room, Sent
from web.stripes import find_lines, split_lines

router = APIRouter(prefix="/code/text/{document_id}/differences")
CHOICES = {"first": "Take {a}’s", "second": "Take {b}’s", "new": "Join", "both": "Both", "neither": "Neither"}
_AROUND = 160


@router.get("")
def list_differences(document_id: str, visitor: Coder, room: InRoom) -> HTMLResponse:
    """The differences in the order of the text, those that are settled with what was settled."""
    text = room.text(document_id)
    differences, settled = room.work.list_differences(document_id), room.work.list_settlements()
    rows = [_describe(room, difference) | {"settled": settled.get(difference.id)} for difference in differences]
    return room.page.renderer.page(
        "coding_differences.html", room.page, visitor, text=text, rows=rows, waiting=room.work.is_waiting(document_id),
        open=sum(row["settled"] is None for row in rows), agreement=_measure(room, document_id), choices=CHOICES,
    )  # fmt: skip


@router.post("")
def settle(document_id: str, form: Sent, room: InRoom) -> Response:
    """Notes what was settled, or takes it back."""
    room.text(document_id)
    work, person, choice = room.work, form.visitor.name, form.get("choice")
    found = {d.id: d for d in work.list_differences(document_id)}
    if choice == "undo":
        standing = work.list_settlements().get(form.get("difference"))
        if standing is None or form.get("difference") not in found:
            raise RefusedError("This is not settled.", 404)
        room.do(lambda: undo_settlement(work.review, standing[1].seq, person))
        return RedirectResponse(f"/code/text/{document_id}/differences#{form.get('difference')}", 303)
    difference = found.get(form.get("difference"))
    if difference is None:
        raise UserError("there is no such difference; what differed may be coded otherwise by now")
    if choice not in CHOICES:
        raise RefusedError("A difference is settled by one of the choices.", 400)
    codes = tuple(dict.fromkeys(c.code for c in _codings(room, difference))) if choice == "new" else ()
    text = room.read(document_id) if codes else ""
    room.do(
        lambda: note_settlement(
            work.review, difference, choice, person, reason=form.get("reason"), code_ids=codes, text=text
        )
    )
    order = list(found)
    after = order[order.index(difference.id) + 1 :] or [difference.id]
    return RedirectResponse(f"/code/text/{document_id}/differences#{after[0]}", 303)


def _codings(room: Room, difference: Difference) -> list[Any]:
    ids = {*difference.codings_a, *difference.codings_b}
    return [c for c in room.work.work.list_codings() if c.id in ids]


def _describe(room: Room, difference: Difference) -> dict[str, Any]:
    text, (start, end) = room.read(difference.document), difference.span
    codings = _codings(room, difference)
    lines = split_lines(text)
    return {
        "difference": difference, "line": lines[find_lines(lines, start, end)[0]].number,
        "before": ("…" if start > _AROUND else "") + text[max(start - _AROUND, 0) : start], "words": text[start:end],
        "after": text[end : end + _AROUND] + ("…" if end + _AROUND < len(text) else ""),
        "sides": [
            (coder, [{"path": room.work.path_of(c.code), "quote": c.quote, "memos": room.work.list_memos("", "coding", c.id)}
                     for c in codings if c.id in ids])
            for coder, ids in ((difference.coder_a, difference.codings_a), (difference.coder_b, difference.codings_b))
        ],
    }  # fmt: skip


def _measure(room: Room, document_id: str) -> list[tuple[str, str, float | None, int, str]]:
    """How far every two coders of a text agree on all codes: (who, coefficient, value, n, of what)."""
    from tasks.synthesise.agreement import agree_on_codings  # noqa: PLC0415  numpy is slow to import, and only this needs it

    if room.work.is_waiting(document_id):
        return []
    coders: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for coding in room.work.work.list_codings():
        if coding.document == document_id and coding.start is not None and coding.end is not None:
            coders.setdefault(coding.coder, {}).setdefault(coding.code, []).append((coding.start, coding.end))
    names = [name for key in ("segments", "jaccard", "kappa", "alpha") for name in COEFFICIENTS[key]]
    length, found = room.work.texts[document_id].length or 0, []
    order = sorted(coders)
    for place, a in enumerate(order):
        for b in order[place + 1 :]:
            pair = count_pair(document_id, length, {a: coders[a], b: coders[b]})
            found += [
                (f"{a} and {b}", c.name, c.value, c.n, c.n_counts)
                for c in agree_on_codings([pair], names, any_code=False)
                if c.code is None and c.document is None and c.subject == "coding"
            ]
    return found
