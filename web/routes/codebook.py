"""The codebook and the themes: the tree of codes with what is done to it, where each is used, and themes that group them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from schemas.event_coding import CodeCreated
from schemas.words import counted
from tasks.review import code_texts as use
from tasks.review.group_codes import change_theme, group_codes, list_themes, remove_theme, undo_theme
from tasks.review.workroom import count_by_code
from web.access import Form, RefusedError
from web.coder import Coder, InRoom, Room, Sent

router = APIRouter(prefix="/code")
_MOST = 500


@router.get("/book")
def show_book(visitor: Coder, room: InRoom) -> HTMLResponse:
    """The tree, with how often each code is used."""
    rows = _list_codes(room, visitor.name)
    themes = list_themes(room.work.read_statements())
    return room.page.renderer.page(
        "book.html", room.page, visitor, codes=rows, themes=themes, steps=_name_steps(room, visitor.name),
        waiting=len(room.work.list_waiting()),
    )  # fmt: skip


@router.post("/book")
def change_book(form: Sent, room: InRoom) -> Response:
    """Does something to the codes that are chosen, or makes a new one."""
    person, act, work = form.visitor.name, form.get("act"), room.work
    chosen, target = _chosen(form, "code-"), form.get("target")
    if act == "new":
        entry = room.do(lambda: use.create_code(
            work, person, form.get("name"), parent_id=target or None, description=form.get("description")))  # fmt: skip
        return RedirectResponse(
            f"/code/book#{entry.event.code_id if isinstance(entry.event, CodeCreated) else ''}", 303
        )
    if act == "move":
        room.do(lambda: use.move_codes(work, person, chosen, target or None))
    elif act == "merge":
        codes = use.check_merge(work, person, chosen, target)
        if form.get("sure") != "1":
            into = use.find_known_code(work, person, target)
            return room.page.renderer.page(
                "merge.html", room.page, form.visitor, into=into, into_path=work.path_of(into.id),
                codes=[{"code": code, "path": work.path_of(code.id)} for code in codes],
                happens=use.describe_merge(work, person, [code.id for code in codes], into.id),
            )  # fmt: skip
        room.do(lambda: use.merge_codes(work, person, chosen, target))
    elif act == "retire":
        room.do(lambda: use.retire_codes(work, person, chosen))
    elif act == "theme":
        names = use.name_codes(work, person, chosen)
        room.do(lambda: group_codes(work.review, work.read_statements(), form.get("theme"), names, person))
        return RedirectResponse("/code/themes", 303)
    elif act == "undo":
        room.do(lambda: use.undo_step(work, person)[0])
    elif act == "redo":
        room.do(lambda: use.redo_step(work, person)[0])
    else:
        raise RefusedError("This cannot be done with a code.", 400)
    return RedirectResponse("/code/book", 303)


@router.get("/book/{code_id}")
def show_code(code_id: str, visitor: Coder, room: InRoom) -> HTMLResponse:
    """A code: its name, memos, and every segment that bears it, as far as whoever looks may see it."""
    code = use.find_known_code(room.work, visitor.name, code_id)
    codings = [c for c in room.work.list_codings(visitor.name) if c.code == code_id]
    codings.sort(key=lambda c: (room.work.texts[c.document].name, c.start if c.start is not None else -1))
    memos = room.work.list_memos(visitor.name, "code", code_id)
    return room.page.renderer.page(
        "code.html", room.page, visitor, code=code, path=room.work.path_of(code_id), codings=codings[:_MOST], n=len(codings),
        texts=room.work.texts, used=f"{counted(len(codings), 'coding')} in {counted(len({c.document for c in codings}), 'text')}",
        memo=next((m.text for m in memos if m.author == visitor.name), ""), memos=[m for m in memos if m.author != visitor.name],
        together=_list_together(room, visitor.name, code_id),
    )  # fmt: skip


@router.post("/book/{code_id}")
def change_code(code_id: str, form: Sent, room: InRoom) -> Response:
    """Renames a code, writes a memo on it, or splits it."""
    person, act, work = form.visitor.name, form.get("act"), room.work
    if act == "rename":
        room.do(lambda: use.rename_code(work, person, code_id, form.get("name"), form.get("description")))
    elif act == "memo":
        room.do(lambda: use.write_memo(work, person, "code", code_id, form.get("memo")))
    elif act == "split":
        room.do(lambda: use.split_code(work, person, code_id, form.get("name"), _chosen(form, "coding-")))
    else:
        raise RefusedError("This cannot be done with a code.", 400)
    return RedirectResponse(f"/code/book/{code_id}", 303)


@router.get("/themes")
def show_themes(visitor: Coder, room: InRoom) -> HTMLResponse:
    """The themes with their codes, and what they rest on now."""
    work = room.work
    final = work.list_final()
    known = {code.id: code for code, _ in work.list_codes(visitor.name)}
    rows = []
    for entry, theme in zip(work.read_statements().themes, list_themes(work.read_statements()), strict=True):
        ids = {work.work.resolve(code.code_id) for code in theme.codes}
        under = [c for c in final if any(work.work.is_within(c.code, id) for id in ids)]
        studies = {study for c in under if (study := work.texts[c.document].study_id)}
        rows.append({
            "theme": theme, "seq": entry.seq if entry.actor == visitor.name else 0, "by": entry.actor, "at": entry.at,
            "codes": [
                {"id": code.code_id, "now": id, "path": work.path_of(id) if id in known else code.path, "gone": id not in work.work.codes}
                for code in theme.codes for id in (work.work.resolve(code.code_id),)
            ],
            "segments": len(under), "texts": len({c.document for c in under}), "studies": len(studies),
        })  # fmt: skip
    return room.page.renderer.page("themes.html", room.page, visitor, themes=rows, waiting=len(work.list_waiting()))


@router.post("/themes")
def change_themes(form: Sent, room: InRoom) -> Response:
    """States a theme anew, removes it, or takes back what was said of it last."""
    person, act, review = form.visitor.name, form.get("act"), room.work.review
    if act == "remove":
        room.do(lambda: remove_theme(review, room.work.read_statements(), form.get("theme"), person))
    elif act == "undo":
        seq = form.number("seq")
        if seq is None:
            raise RefusedError("There is no such step.", 404)
        room.do(lambda: undo_theme(review, seq, person))
    else:
        room.do(lambda: change_theme(
            review, room.work.read_statements(), form.get("theme"), person, name=form.get("name"), level=form.get("level"),
            statement=form.get("statement"), without=_chosen(form, "without-"),
        ))  # fmt: skip
    return RedirectResponse("/code/themes", 303)


def _list_codes(room: Room, person: str) -> list[dict[str, Any]]:
    counts, work = count_by_code(room.work.list_codings(person)), room.work
    return [
        {
            "code": code, "depth": min(depth, 5), "path": work.path_of(code.id), "n": counts.get(code.id, 0),
            "memos": work.list_memos(person, "code", code.id),
        }
        for code, depth in work.list_codes(person)
    ]  # fmt: skip


def _list_together(room: Room, person: str, code_id: str) -> list[tuple[str, str, int]]:
    """(id, path, texts) of the codes that stand in the same texts, the most frequent first."""
    by_text: dict[str, set[str]] = {}
    for coding in room.work.list_codings(person):
        by_text.setdefault(coding.document, set()).add(coding.code)
    counts: dict[str, int] = {}
    for codes in by_text.values():
        for other in codes - {code_id} if code_id in codes else ():
            counts[other] = counts.get(other, 0) + 1
    found = sorted(counts.items(), key=lambda item: (-item[1], room.work.path_of(item[0])))
    return [(id, room.work.path_of(id), n) for id, n in found[:12]]


def _name_steps(room: Room, person: str) -> dict[str, str]:
    undo, redo = room.work.find_undo(person)
    last, again = room.work.find_step(undo[-1]) if undo else None, room.work.find_step(redo[-1]) if redo else None
    back = room.work.find_step(getattr(again.event, "event", 0)) if again else None
    return {name: use.describe_step(room.work, step) if step else "" for name, step in (("undo", last), ("redo", back))}


def _chosen(form: Form, prefix: str) -> list[str]:
    """What is ticked."""
    return [name.removeprefix(prefix) for name in form.fields if name.startswith(prefix)]
