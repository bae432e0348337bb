"""Logging in by a one-time link, and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from tasks.review.roles import Role
from web.access import (
    COOKIE,
    Form,
    RefusedError,
    Shared,
    Visitor,
    count_wrong_link,
    form_of,
    may_try_link,
    needs,
    read_fields,
    refuse_other_sites,
)
from web.render import find_forms

router = APIRouter()
_KEPT = 400 * 24 * 3600
"""Seconds for which a browser keeps a session's cookie, as long as browsers keep any: when a session ends, the server knows."""
_TOO_MANY = RefusedError("Too many wrong links came from your address. Wait a minute.", 429)
_NO_LINK = RefusedError("This link was used, is older than two days, or never was one. Ask for another.", 410)


@router.get("/login/{word}")
def show_link(word: str, request: Request, page: Shared) -> HTMLResponse:
    """Asks whether to log in: a program that looks into mails opens links, but presses no button."""
    if not may_try_link(page, request):
        raise _TOO_MANY
    name = page.accounts.find_link(word)
    if name is None:
        count_wrong_link(page, request)
        raise _NO_LINK
    return page.renderer.open_page("login.html", page, name=name, word=word, review=page.desk.protocol.review.title)


@router.post("/login")
async def log_in(request: Request, page: Shared) -> Response:
    """Uses the link up, and starts a session of a fresh secret, whatever cookie came with it."""
    refuse_other_sites(request)
    if not may_try_link(page, request):
        raise _TOO_MANY
    secret = page.accounts.log_in((await read_fields(request)).get("word", ""))
    if secret is None:
        count_wrong_link(page, request)
        raise _NO_LINK
    if old := request.cookies.get(COOKIE):
        page.accounts.log_out(old)
    response = RedirectResponse("/", 303)
    response.set_cookie(COOKIE, secret, max_age=_KEPT, httponly=True, samesite="lax", secure=page.secure, path="/")
    return response


@router.post("/logout")
def log_out(form: Annotated[Form, Depends(form_of(*Role))], page: Shared) -> Response:
    """Ends this session, or, if asked so, all of hers."""
    if form.get("everywhere"):
        page.accounts.log_out_everywhere(form.visitor.name)
    else:
        page.accounts.log_out(form.visitor.secret)
    response = page.renderer.open_page(
        "message.html", page, heading="Logged out", text="What you decided is kept. To come back, you need a new link."
    )
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=page.secure)
    return response


@router.get("/")
def go_home(visitor: Annotated[Visitor, Depends(needs(*Role))], page: Shared) -> Response:
    """To what is most likely wanted."""
    places = [place for role, place in page.homes if visitor.may(role)]
    forms = [f"/forms/{form}" for form, _ in find_forms(page, visitor)]
    return RedirectResponse([*places, *forms, "/flow"][0], 303)
