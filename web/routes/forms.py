"""Extraction and appraisal: a form about each included study or report, and what differs once all are done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from schemas.errors import UserError
from schemas.event_answers import EXTRACTION
from tasks.review.answer import ChangedElsewhereError, NotIncludedError, OpenForm
from tasks.review.form_work import Row, View, read_texts_of
from tasks.review.roles import Role
from web.access import Form, Page, RefusedError, Shared, Visitor, form_of, needs
from web.form_fields import NO_VALUE, list_chosen, list_options, read_typed, was_changed
from web.render import find_forms

router = APIRouter(prefix="/forms")
_ROLES = (Role.EXTRACTOR, Role.APPRAISER)
_MOST = 4000
"""Fields of a form: each choice is one."""
Filler = Annotated[Visitor, Depends(needs(*_ROLES))]
Sent = Annotated[Form, Depends(form_of(*_ROLES, most=_MOST))]


@router.get("/{form}")
def list_work(form: str, visitor: Filler, page: Shared) -> HTMLResponse:
    """What is to be filled in, by what is hers to do next."""
    _check_role(form, visitor)
    protocol = page.desk.protocol
    with page.desk.reading():
        page.forms.catch_up()
    forms = page.forms.forms(protocol)
    if form not in forms:
        raise HTTPException(404)
    found = [
        page.forms.find_view(forms[form], unit.subject, visitor.name, protocol)
        for unit in page.forms.list_units(forms[form])
    ]
    views = [view for view in found if view]
    return page.renderer.page(
        "form_list.html", page, visitor, form=forms[form], here=_find_place(page, visitor, form), ways_within=_list_checklists(page, form),
        groups=[(heading, [v for v in views if v.state in states]) for heading, states in _GROUPS],
        complete=sum(view.is_complete for view in views), total=len(views),
    )  # fmt: skip


_GROUPS = (
    ("To settle", ("differing",)),
    ("Begun", ("begun",)),
    ("To do", ("open",)),
    ("Done, and waiting for a colleague", ("done",)),
    ("With colleagues", ("taken",)),
    ("Complete", ("complete",)),
)


@router.get("/{form}/{subject}")
def show_form(form: str, subject: str, visitor: Filler, page: Shared) -> Response:
    """The form with her own answers, or, once all are done, everybody's side by side."""
    held = _open(page, form, subject, visitor)
    view = _look(page, held)
    if view.unit.subject != subject:
        return RedirectResponse(f"/forms/{form}/{view.unit.subject}", 303)
    return _show(page, visitor, view)


@router.post("/{form}/{subject}")
def save(form: str, subject: str, sent: Sent, page: Shared, request: Request) -> Response:
    """Notes what was changed in the form; then does what its button says, if anything. For the script: one field, and how it stands."""
    held = _open(page, form, subject, sent.visitor)
    only = request.headers.get("x-field")
    if only is not None:
        return _save_one(page, held, sent, only)
    typed, wrong = _save_changes(page, held, sent)
    do, _, what = sent.get("do").partition(":")
    if not wrong and do in _ACTS:
        try:
            with page.desk.writing():
                _ACTS[do](held, what, sent)
        except UserError as error:
            wrong[what.partition(":")[0]] = _say(error)
    view = _look(page, held)
    if wrong and do == "settle" and what in view.form.by_key:
        typed[what] = read_typed(view.form.by_key[what], sent.fields)
    if wrong:
        return _show(page, sent.visitor, view, status=400, typed=typed, wrong=wrong)
    if do in ("done", "reopen"):
        return RedirectResponse(
            f"/forms/{form}" if do == "done" and not view.is_complete else f"/forms/{form}/{subject}", 303
        )
    key = what.partition(":")[0]
    return RedirectResponse(
        f"/forms/{form}/{view.unit.subject}" + (f"#q-{key}" if key in view.form.by_key else ""), 303
    )


def _set(held: OpenForm, what: str, sent: Form) -> None:
    key, _, text = what.partition(":")
    held.give(key, text, sent.get(f"reason.{key}"))


def _take_over(held: OpenForm, _what: str, _sent: Form) -> None:
    """Answers what is still open by what is known from elsewhere, where that is one thing."""
    for row in held.look().rows:
        if not row.own.text and len(row.known) == 1:
            held.give(row.question.key, row.known[0])


def _settle(held: OpenForm, what: str, sent: Form) -> None:
    question = held.look().form.by_key.get(what)
    text, reason = read_typed(question, sent.fields) if question else ("", "")
    held.settle(what, text, reason)


def _take(held: OpenForm, what: str, sent: Form) -> None:
    """Settles by what one of them said."""
    key, _, who = what.partition(":")
    row = next((row for row in held.look().rows if row.question.key == key), None)
    if row is None or who not in row.answers:
        raise UserError("there is no such answer")
    held.settle(key, row.answers[who].text, sent.get(f"reason.{key}") or row.answers[who].reason)


_ACTS: dict[str, Callable[[OpenForm, str, Form], object]] = {
    "done": lambda held, _what, _sent: held.declare_done(),
    "reopen": lambda held, _what, _sent: held.reopen(),
    "set": _set,
    "known": _take_over,
    "undo": lambda held, what, _sent: held.undo(what),
    "settle": _settle,
    "take": _take,
    "unsettle": lambda held, what, _sent: held.undo(what, consensus=True),
}


def _save_changes(page: Page, held: OpenForm, sent: Form) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Notes each answer that is another than the form showed; returns what was typed, and what is wrong with which."""
    typed: dict[str, tuple[str, str]] = {}
    wrong: dict[str, str] = {}
    seen = sent.number("seen") or 0
    keys = sent.get("keys").split()
    if not keys:
        return typed, wrong
    view = _look(page, held)
    rows = {row.question.key: row for row in view.rows}
    for asked in keys:
        key = view.form.key_of(asked)
        if key not in rows:
            if any(t for name, t in sent.fields.items() if f"{name}.".startswith(f"answer.{asked}.")):
                wrong[key] = f"The protocol's form has changed meanwhile: '{asked}' is not asked any more."
            continue
        typed[key] = read_typed(rows[key].question, sent.fields, asked)
        if was_changed(rows[key], typed[key], seen):
            try:
                with page.desk.writing():
                    held.give(key, *typed[key], seen=seen)
            except UserError as error:
                wrong[key] = _say(error)
    return typed, wrong


def _save_one(page: Page, held: OpenForm, sent: Form, key: str) -> Response:
    """Notes one answer; says how the question stands, for the line under it."""
    seen = sent.number("seen") or 0
    view = _look(page, held)
    asked, key = key, view.form.key_of(key)
    row = _find_row(view, key)
    if row is None:
        return JSONResponse({"wrong": "The protocol's form has changed meanwhile. Load the page again."}, 409)
    try:
        with page.desk.writing():
            held.give(key, *read_typed(row.question, sent.fields, asked), seen=seen)
    except UserError as error:
        return JSONResponse({"wrong": _say(error)}, 409 if isinstance(error, ChangedElsewhereError) else 400)
    view = _look(page, held)
    row = _find_row(view, key)
    given = row.own.given if row else None
    return JSONResponse({
        "seen": page.forms.seq, "at": f"{given.at:%H:%M} UTC" if given else "", "read": _describe(row) if row else "",
        "answered": view.answered, "undo": bool(row and any(not one.undone for one in row.history)),
    })  # fmt: skip


def _find_row(view: View, key: str) -> Row | None:
    return next((row for row in view.rows if row.question.key == key), None)


def _describe(row: Row) -> str:
    """How an answer was read, where that is not what was written; what is wrong with it by now."""
    reading = row.own.reading
    if reading is None:
        return ""
    if reading.wrong:
        return f"{reading.wrong}; it does not count"
    answer = reading.answer
    if answer.number is None:
        return ""
    unit = f" {row.question.unit}" if row.question.unit else ""
    said = f"{answer.qualifier + ' ' if answer.qualifier else ''}{answer.number:.15g}{unit}"
    return answer.doubt or (f"read as {said}" if said != row.own.text else "")


def _show(
    page: Page, visitor: Visitor, view: View, *, status: int = 200, typed: dict[str, tuple[str, str]] | None = None,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    with page.desk.reading():
        texts = read_texts_of(page.desk.review, view.unit.reports)
    cards = [card for report in view.unit.reports if (card := page.desk.card(report))]
    shared: dict[str, Any] = {
        "view": view, "cards": cards, "texts": texts, "kept": page.texts.group(view.unit.reports),
        "typed": typed or {}, "wrong": wrong or {}, "seq": page.forms.seq,
        "options_of": list_options, "chosen_of": list_chosen, "describe": _describe, "NO_VALUE": NO_VALUE,
        "here": _find_place(page, visitor, view.form.name), "next": _find_next(page, visitor, view),
    }  # fmt: skip
    return page.renderer.page(
        "form_compare.html" if view.is_complete else "form_answers.html", page, visitor, status=status, **shared
    )


def _find_next(page: Page, visitor: Visitor, view: View) -> str | None:
    """The study or report behind this one that is hers to do."""
    units = [unit.subject for unit in page.forms.list_units(view.form)]
    place = units.index(view.unit.subject) + 1 if view.unit.subject in units else 0
    for subject in units[place:] + units[:place]:
        other = page.forms.find_view(view.form, subject, visitor.name, page.desk.protocol)
        if other and other.unit != view.unit and other.state in ("open", "begun", "differing"):
            return subject
    return None


def _open(page: Page, form: str, subject: str, visitor: Visitor) -> OpenForm:
    _check_role(form, visitor)
    if form not in page.forms.forms(page.desk.protocol):
        raise HTTPException(404)
    return OpenForm(page.forms, page.desk.protocol, form, subject, visitor.name)


def _look(page: Page, held: OpenForm) -> View:
    try:
        with page.desk.reading():
            return held.look()
    except NotIncludedError as error:
        raise RefusedError(_say(error), 404) from None


def _check_role(form: str, visitor: Visitor) -> None:
    if not visitor.may(Role.EXTRACTOR if form == EXTRACTION else Role.APPRAISER):
        raise RefusedError("This form is not among what the protocol gives you to do.")


def _find_place(page: Page, visitor: Visitor, form: str) -> str:
    """The entry of the navigation under which a form is."""
    return next(
        (f"/forms/{name}" for name, _ in find_forms(page, visitor) if (name == EXTRACTION) == (form == EXTRACTION)), ""
    )


def _list_checklists(page: Page, form: str) -> list[tuple[str, str]]:
    """(form, title) of the checklists, where there are several."""
    found = [
        (each.name, each.title) for each in page.forms.forms(page.desk.protocol).values() if not each.is_extraction
    ]
    return found if form != EXTRACTION and len(found) > 1 else []


def _say(error: UserError) -> str:
    text = error.message + (f" ({error.hint})" if error.hint else "")
    return text[:1].upper() + text[1:] + "."
