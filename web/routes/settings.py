"""What somebody sets for herself: keys; and where she is logged in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from tasks.review.roles import Role
from web.access import Form, RefusedError, Shared, Visitor, form_of, needs
from web.keys import ACTIONS, PRESETS, find_keys, refuse_keys

router = APIRouter(prefix="/settings")


@router.get("")
def show_settings(visitor: Annotated[Visitor, Depends(needs(*Role))], page: Shared) -> HTMLResponse:
    """Keys, and sessions."""
    sessions = next((a.sessions for a in page.accounts.list_accounts() if a.name == visitor.name), 1)
    return page.renderer.page(
        "settings.html", page, visitor, actions=ACTIONS, presets=PRESETS, sessions=sessions,
        letters=find_keys(visitor.settings) or dict(PRESETS["plain"][1]),
    )  # fmt: skip


@router.post("")
def set_keys(form: Annotated[Form, Depends(form_of(*Role))], page: Shared) -> Response:
    """Keeps a preset, or letters of her own."""
    preset = form.get("preset")
    if preset and preset not in PRESETS:
        raise RefusedError("There are no such keys.", 400)
    keys = dict(PRESETS[preset][1]) if preset else {action: form.get(action).lower() for action in ACTIONS}
    if why := refuse_keys(keys):
        raise RefusedError(why, 400)
    page.accounts.write_settings(form.visitor.name, {**form.visitor.settings, "keys": keys})
    return RedirectResponse("/screen" if form.get("go_on") else "/settings", 303)
