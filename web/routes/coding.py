"""Coding: the texts, and one of them line by line, with all that a coder does to its codings."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from schemas.errors import UserError
from schemas.event_coding import CodeCreated, CodingAdded, CodingMoved, CodingsRemoved
from schemas.protocol_screening import fold_name
from schemas.words import counted
from tasks.review import code_texts as use
from tasks.review.judge_codings import declare_done, undo_done
from tasks.synthesise.coding_work import WorkCode, WorkCoding
from tasks.synthesise.qda_codes import SEPARATOR
from warehouse.log import Entry
from web.access import Form, RefusedError
from web.coder import KEYS, Coder, InRoom, Room, Sent
from web.stripes import Page as Layout

router = APIRouter(prefix="/code")
_SAID = {"mark": "Coded with", "last": "Coded with", "vivo": "Coded in vivo:", "new": "New code, and coded with"}


@router.get("")
def list_texts(visitor: Coder, room: InRoom) -> HTMLResponse:
    """All texts: whose they are, and how far they are."""
    rows = [room.describe(id, visitor.name) for id in room.work.texts]
    hers = [row for row in rows if row["mine"] and row["text"].length]
    others = [row for row in rows if not row["mine"] and row["text"].length]
    return room.page.renderer.page(
        "texts.html", room.page, visitor, hers=hers, others=others, without=[row for row in rows if not row["text"].length],
    )  # fmt: skip


@router.get("/text/{document_id}")
def show_text(document_id: str, visitor: Coder, room: InRoom, coding: str = "", line: int = 1) -> HTMLResponse:
    """A text with what is coded in it. `coding`: the one that is chosen; `line`: where the form without script begins."""
    room.text(document_id)
    layout = room.lay_out(document_id, visitor.name)
    chosen = layout.marks.get(coding)
    return room.page.renderer.page(
        "text.html", room.page, visitor, layout=layout, line=max(1, min(line, len(layout.lines))), code_keys=KEYS,
        **room.describe(document_id, visitor.name), recent=room.name_recent(visitor.name), paths=room.list_paths(visitor.name),
        panel=_describe_coding(room, visitor.name, chosen.id) if chosen else None,
        memos=room.work.list_memos(visitor.name, "document", document_id), may_undo=_name_undo(room, visitor.name),
    )  # fmt: skip


@router.get("/text/{document_id}/coding/{coding_id}")
def show_coding(document_id: str, coding_id: str, visitor: Coder, room: InRoom) -> HTMLResponse:
    """One coding, for the script: its code, words and memos."""
    room.text(document_id)
    return HTMLResponse(_show_panel(room, visitor, document_id, coding_id))


@router.post("/text/{document_id}/mark")
def mark(document_id: str, form: Sent, room: InRoom) -> Response:
    """Codes a segment: by its positions, where the script counted them, else by lines and words."""
    room.text(document_id)
    person, act = form.visitor.name, form.get("act") or "mark"
    before = room.lay_out(document_id, person)
    span = _find_span(room, document_id, form, before)
    use.check_may_code(room.work, person, document_id)
    made: Entry | None = None
    if act in ("vivo", "new"):
        name = form.get("code") if act == "new" else " ".join(before.text[slice(*span)].split())
        if act == "vivo" and len(name) > 200:
            raise UserError("these are too many words for a code's name", hint="select fewer")
        code_id = _find_same(room, person, name) if act == "vivo" else None
        if code_id is None:
            made = _create(room, person, name, document_id, whole=act == "vivo")
            code_id = made.event.code_id if isinstance(made.event, CodeCreated) else ""
    elif act == "last":
        recent = room.list_recent(person)
        if not recent:
            raise UserError("you have not coded yet")
        code_id = recent[0].id
    else:
        code_id = _find_meant(room, person, form.get("again") or form.get("code")).id
    entry = room.do(lambda: use.add_coding(room.work, person, document_id, code_id, span))
    said = f"{_SAID.get(act, 'Coded with')} {room.work.path_of(code_id)}"
    return _answer(room, form, document_id, before, said, entry, codes=made is not None)


@router.post("/text/{document_id}/coding")
def change_coding(document_id: str, form: Sent, room: InRoom) -> Response:
    """Changes the coding that is chosen: unmark, another place, another code, a memo."""
    room.text(document_id)
    person, id, act = form.visitor.name, form.get("coding"), form.get("act")
    before = room.lay_out(document_id, person)
    if act == "unmark":
        said, entry = "Unmarked", room.do(lambda: use.remove_codings(room.work, person, [id]))
    elif act == "place":
        span = _find_span(room, document_id, form, before)
        said, entry = "Placed anew", room.do(lambda: use.move_coding(room.work, person, id, span))
    elif act == "recode":
        code = _find_meant(room, person, form.get("code"))
        said = f"Coded with {room.work.path_of(code.id)} instead"
        entry = room.do(lambda: use.recode(room.work, person, id, code.id))
    elif act == "memo":
        said, entry = "Memo kept", room.do(lambda: use.write_memo(room.work, person, "coding", id, form.get("memo")))
    elif act == "note":
        said, entry = (
            "Memo kept",
            room.do(lambda: use.write_memo(room.work, person, "document", document_id, form.get("memo"))),
        )
    else:
        raise RefusedError("This cannot be done with a coding.", 400)
    return _answer(room, form, document_id, before, said, entry, chosen="" if act == "unmark" else id)


@router.post("/text/{document_id}/step")
def take_back(document_id: str, form: Sent, room: InRoom) -> Response:
    """Takes the last step back, or does it again."""
    room.text(document_id)
    person, back = form.visitor.name, form.get("act") != "redo"
    before = room.lay_out(document_id, person)
    steps: list[Entry] = []

    def note() -> Entry:
        entry, step = (use.undo_step if back else use.redo_step)(room.work, person)
        steps.append(step)
        return entry

    words = "Taken back" if back else "Done again"
    entry = room.do(note)
    said = f"{words}: {use.describe_step(room.work, steps[0])}"
    step = steps[0].event
    chosen = step.coding_ids[0] if isinstance(step, CodingsRemoved) else getattr(step, "coding_id", "")
    return _answer(room, form, document_id, before, said, entry, chosen=chosen, codes=True)


@router.post("/text/{document_id}/done")
def declare(document_id: str, form: Sent, room: InRoom) -> Response:
    """Declares a text done, or takes that back as long as it does not show what others coded."""
    text, person = room.text(document_id), form.visitor.name
    if text.report_id is None:
        raise UserError(
            "this text is linked to no report yet, so nobody waits for it",
            hint="living-review coding link says which it is",
        )
    if person not in room.work.planned(document_id) and room.work.planned(document_id):
        raise RefusedError("By the plan this is not yours to code.")
    report_id = text.report_id
    with room.page.desk.reading():
        if form.get("act") == "undo":
            seq = room.work.find_done_event(document_id, person)
            if seq is None:
                raise UserError("you have not declared this text done")
            several = len(room.work.planned(document_id)) > 1 or room.work.sharing(document_id)
            if several and not room.work.is_waiting(document_id):
                raise UserError("all coders of this text are done, and see what the others coded")
            undo_done(room.page.desk.review, seq, person)
        elif person not in room.work.done(document_id):
            declare_done(room.page.desk.review, report_id, person)
    return RedirectResponse(f"/code/text/{document_id}#top", 303)


def _create(room: Room, person: str, path: str, document_id: str, *, whole: bool) -> Entry:
    """Makes a code, with those above it that are not there yet; `whole`: the path is a name."""
    above, names = (None, [path]) if whole else use.split_path(room.work, person, path)
    for name in names:
        parent = above
        made = room.do(lambda name=name, parent=parent: use.create_code(  # type: ignore[misc]
            room.work, person, name, parent_id=parent, document_id=document_id))  # fmt: skip
        above = made.event.code_id if isinstance(made.event, CodeCreated) else None
    return made


def _find_meant(room: Room, person: str, typed: str) -> WorkCode:
    """The code that was typed: its path or name, else letters that one code alone has in its name."""
    fold = fold_name(typed)
    paths = room.list_paths(person)
    if not fold or any(fold in (fold_name(path), fold_name(path.split(SEPARATOR)[-1])) for path in paths):
        return use.find_code(room.work, person, typed)
    meant = [path for path in paths if fold in fold_name(path.split(SEPARATOR)[-1])]
    if len(meant) > 1:
        raise UserError(f"{len(meant)} codes have '{typed}' in their names", hint="; ".join(meant[:4]))
    try:
        return use.find_code(room.work, person, meant[0] if meant else typed)
    except UserError as error:
        raise UserError(error.message, hint=error.hint or "“New”, or N, makes it") from None


def _find_same(room: Room, person: str, name: str) -> str | None:
    """The code at the top that is called so already."""
    try:
        return use.find_code(room.work, person, name).id
    except UserError:
        return None


def _find_span(room: Room, document_id: str, form: Form, layout: Layout) -> tuple[int, int]:
    start, end = form.number("start"), form.number("end")
    if start is not None and end is not None:
        return start, end
    first, last = form.number("line"), form.number("to" if form.get("to") else "line")
    if first is None or last is None:
        raise UserError("select some words first, or give their line")
    lines = [(line.start, line.end) for line in layout.lines]
    return use.find_quote(layout.text, lines, first, last, form.get("quote"))


def _answer(
    room: Room, form: Form, document_id: str, before: Layout, said: str, entry: Entry, *, chosen: str | None = None, codes: bool = False
) -> Response:  # fmt: skip
    """The script gets the lines that are shown otherwise now; a browser without it goes back to the text."""
    person = form.visitor.name
    if chosen is None:
        chosen = entry.event.coding_id if isinstance(entry.event, CodingAdded | CodingMoved) else ""
    after = room.lay_out(document_id, person)
    if form.get("script") != "1":
        query = f"?coding={chosen}&" if chosen in after.marks else "?"
        at = after.marks[chosen].start if chosen in after.marks else None
        line = next((n.number for n in reversed(after.lines) if at is not None and n.start <= at), 1)
        return RedirectResponse(f"/code/text/{document_id}{query}line={line}#L{line}", 303)
    recent = room.page.renderer.text("_recent.html", recent=room.name_recent(person))
    return JSONResponse({
        "said": said, "chosen": chosen, "own": sum(mark.own for mark in after.marks.values()),
        "recent": recent, "undo": _name_undo(room, person),
        "lines": {f"L{after.lines[place].number}": str(after.show_line(place)) for place in before.find_changed_lines(after)},
        "panel": _show_panel(room, form.visitor, document_id, chosen) if chosen in after.marks else "",
        "codes": room.list_paths(person) if codes else None,
    })  # fmt: skip


def _show_panel(room: Room, visitor: Any, document_id: str, coding_id: str) -> str:
    panel = _describe_coding(room, visitor.name, coding_id)
    info = room.describe(document_id, visitor.name)
    return room.page.renderer.text(
        "_coding.html", panel=panel, visitor=visitor, text=info["text"], may_code=info["may_code"]
    )


def _describe_coding(room: Room, person: str, coding_id: str) -> dict[str, Any]:
    coding: WorkCoding = use.find_coding(room.work, person, coding_id)
    same = sum(c.code == coding.code for c in room.work.list_codings(person))
    memos = room.work.list_memos(person, "coding", coding_id)
    return {
        "coding": coding, "path": room.work.path_of(coding.code), "own": coding.coder == room.work.name_of(person),
        "used": counted(same, "coding"), "memo": next((m.text for m in memos if m.author == person), ""),
        "memos": [m for m in memos if m.author != person], "description": room.work.work.codes[coding.code].description,
    }  # fmt: skip


def _name_undo(room: Room, person: str) -> dict[str, str]:
    """What would be taken back, and done again, in words."""
    names = {}
    for act, seqs in zip(("undo", "redo"), room.work.find_undo(person), strict=True):
        step = room.work.find_step(seqs[-1]) if seqs else None
        if step is not None and act == "redo":
            step = room.work.find_step(getattr(step.event, "event", 0))
        names[act] = use.describe_step(room.work, step) if step else ""
    return names
