"""Access: who asks, what she may do, and whether the request came from a page of ours. Every route goes through here."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import UploadFile as StarletteFile

from tasks.review.accounts import Accounts, csrf_of
from tasks.review.form_work import FormWork
from tasks.review.full_texts import FullTexts
from tasks.review.roles import Role, find_roles
from web.desk import Desk
from web.form_fields import read_number
from web.publisher import Publisher
from web.render import Renderer

COOKIE = "living-review"
_MISSES = RateLimitItemPerMinute(10)
"""So many wrong links a minute from one address, and no more."""


class LoginError(Exception):
    """Nobody is logged in."""


class RefusedError(Exception):
    """It is not hers to do, or did not come from a page of ours; `why`, for people."""

    def __init__(self, why: str, status: int = 403) -> None:
        super().__init__(why)
        self.why, self.status = why, status


@dataclass(frozen=True)
class Page:
    """What all routes share."""

    desk: Desk
    accounts: Accounts
    renderer: Renderer
    publisher: Publisher
    forms: FormWork
    address: str
    limiter: MovingWindowRateLimiter
    texts: FullTexts
    homes: tuple[tuple[Role, str], ...]

    @property
    def secure(self) -> bool:
        """Whether browsers reach the page by https."""
        return self.address.startswith("https:")


def make_limiter() -> MovingWindowRateLimiter:
    """Counts wrong links, in memory."""
    return MovingWindowRateLimiter(MemoryStorage())


@dataclass(frozen=True)
class Visitor:
    """Who asks: her name in the review, her roles by the protocol as it stands, her session."""

    name: str
    roles: frozenset[Role]
    secret: str
    settings: Mapping[str, Any]

    @property
    def csrf(self) -> str:
        """What her forms send back."""
        return csrf_of(self.secret)

    def may(self, *roles: Role) -> bool:
        """Whether she has one of these roles."""
        return not self.roles.isdisjoint(roles)


def page_of(request: Request) -> Page:
    """What all routes share."""
    page: Page = request.app.state.page
    return page


Shared = Annotated[Page, Depends(page_of)]


def needs(*roles: Role) -> Callable[[Request], Visitor]:
    """A dependency: whoever asks is logged in and has one of these roles. Raises LoginError, RefusedError."""

    def find_visitor(request: Request) -> Visitor:
        page = page_of(request)
        secret = request.cookies.get(COOKIE, "")
        name = page.accounts.find_session(secret) if secret else None
        if name is None:
            raise LoginError
        found = find_roles(name, page.desk.protocol)
        if not found:
            raise RefusedError("The protocol names you no more. Who owns the review can put you back into review.toml.")
        if found.isdisjoint(roles):
            raise RefusedError("This is not among what the protocol gives you to do.")
        return Visitor(name, found, secret, page.accounts.read_settings(name))

    return find_visitor


def form_of(*roles: Role, most: int = 60, most_files: int = 0) -> Callable[..., Awaitable[Form]]:
    """A dependency: a form sent from a page of ours, by somebody who has one of these roles, of at most so many fields and files."""
    find_visitor = needs(*roles)

    async def read_form(request: Request) -> Form:
        refuse_other_sites(request)
        try:
            visitor = await run_in_threadpool(find_visitor, request)
        except (LoginError, RefusedError):
            if not most_files:  # what was typed is given back to whoever typed it
                await read_fields(request, most)
            raise
        fields = await read_fields(request, most, most_files)
        if not hmac.compare_digest(fields.get("csrf", "").encode(), visitor.csrf.encode()):
            raise RefusedError("This form is not of your session. Open the page again, and send it from there.")
        return Form(visitor, fields, await read_files(request) if most_files else ())

    return read_form


@dataclass(frozen=True)
class Form:
    """A form's fields, each once, and who sent it."""

    visitor: Visitor
    fields: Mapping[str, str]
    files: tuple[UploadFile, ...] = ()

    def get(self, name: str) -> str:
        """A field without blanks around it; '' where it is not there."""
        return self.fields.get(name, "").strip()

    def number(self, name: str) -> int | None:
        """A field that holds a number, of an event or a place; None for anything else."""
        return read_number(self.get(name))


async def read_files(request: Request) -> tuple[UploadFile, ...]:
    """The files of a form that was read already; a field for one that was left empty is none."""
    form = await request.form()
    return tuple(file for _, file in form.multi_items() if isinstance(file, StarletteFile) and file.filename)  # type: ignore[misc]


async def read_fields(request: Request, most: int = 60, most_files: int = 0) -> dict[str, str]:
    """The text fields of a form; they stay at hand, in case it is refused."""
    form = await request.form(max_files=most_files, max_fields=most)
    fields = {name: value.replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)}
    request.state.typed = fields
    return fields


def refuse_other_sites(request: Request) -> None:
    """Raises RefusedError where the browser says that another site made it send this."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise RefusedError("This came from another site.")


def may_try_link(page: Page, request: Request) -> bool:
    """Whether this address did not try too many wrong links lately."""
    return page.limiter.test(_MISSES, "link", _address_of(request))


def count_wrong_link(page: Page, request: Request) -> None:
    """Counts a wrong link."""
    page.limiter.hit(_MISSES, "link", _address_of(request))


def _address_of(request: Request) -> str:
    return request.client.host if request.client else "unknown"
