"""The page: one application for one review, with its routes, its headers, and what is said when something is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect

from schemas.errors import UserError
from tasks.review.accounts import Accounts
from tasks.review.form_work import FormWork
from tasks.review.full_texts import FullTexts
from tasks.review.roles import Role
from warehouse.review import Review
from web.access import LoginError, Page, RefusedError, make_limiter
from web.desk import Desk
from web.form_fields import list_typed
from web.publisher import Publisher
from web.render import Renderer
from web.routes import (
    codebook,
    coding,
    coding_differences,
    comments,
    conflicts,
    decisions,
    duplicates,
    forms,
    login,
    overview,
    records,
    screening,
    settings,
    texts,
)

_LARGEST_FORM, _LARGEST_PILE = 200_000, 1_000_000_000
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ROUTERS = (
    login, screening, decisions, conflicts, duplicates, comments, forms, records, texts, coding, coding_differences, codebook, overview,
    settings,
)  # fmt: skip


def make_app(
    review: Review,
    accounts: Accounts,
    publisher: Publisher,
    address: str,
    hosts: Sequence[str] = (),
    *,
    coding_first: bool = False,
) -> FastAPI:
    """The application. `address`: where browsers find it, which links and cookies go by; `hosts`: other names of this machine;
    `coding_first`: who codes comes to the texts first."""
    homes = [(Role.SCREENER, "/screen"), (Role.RESOLVER, "/conflicts"), (Role.OWNER, "/overview")]
    if any(module.router.prefix == "/code" for module in ROUTERS):
        homes.insert(0 if coding_first else len(homes), (Role.CODER, "/code"))
    desk = Desk(review)
    page = Page(
        desk,
        accounts,
        Renderer(),
        publisher,
        FormWork(review),
        address.rstrip("/"),
        make_limiter(),
        FullTexts(review, desk.reading),
        tuple(homes),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        page.desk.start()
        yield
        page.desk.stop()

    app = FastAPI(title="Living Review", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.page = page
    for module in ROUTERS:
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).with_name("static")), name="static")
    app.middleware("http")(_guard)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[urlsplit(address).hostname or "", *hosts])
    app.add_exception_handler(LoginError, _ask_to_log_in)
    app.add_exception_handler(RefusedError, _refuse)
    app.add_exception_handler(UserError, _explain)
    app.add_exception_handler(HTTPException, _say)
    app.add_exception_handler(ClientDisconnect, _let_go)
    app.add_exception_handler(RequestValidationError, _say)
    app.add_exception_handler(Exception, _apologise)
    return app


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """No form of a size that no person writes; the headers that keep a page to itself; nothing of it in a cache."""
    if request.method not in ("GET", "HEAD"):
        length = request.headers.get("content-length", "")
        most = _LARGEST_PILE if request.url.path.startswith("/texts") else _LARGEST_FORM
        if not length.isdigit() or int(length) > most:
            return PlainTextResponse("This is too much for a form.", 413, headers=_HEADERS)
    response = await call_next(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    is_asset = request.url.path.startswith("/static/")
    response.headers.setdefault("Cache-Control", "no-cache" if is_asset else "no-store")
    if is_asset:
        response.headers["Service-Worker-Allowed"] = "/"
    return response


def _message(request: Request, heading: str, text: str, status: int) -> Response:
    if "x-card" in request.headers:
        return PlainTextResponse(text, status)
    if "x-field" in request.headers:
        return JSONResponse({"wrong": text}, status)
    page: Page = request.app.state.page
    typed = list_typed(getattr(request.state, "typed", {}))
    return page.renderer.open_page("message.html", page, status=status, heading=heading, text=text, typed=typed)


def _ask_to_log_in(request: Request, _: Exception) -> Response:
    text = (
        "Open the link that you were given. It works once; the owner makes you another: living-review people link NAME"
    )
    return _message(request, "You are not logged in", text, 401)


def _refuse(request: Request, error: Exception) -> Response:
    refused = error if isinstance(error, RefusedError) else RefusedError("This cannot be done.")
    return _message(request, "Not done", refused.why, refused.status)


def _explain(request: Request, error: Exception) -> Response:
    """A user's mistake, without the paths of the machine that it names for the command line."""
    review: Review = request.app.state.page.desk.review
    if not review.protocol_path.is_file():
        return _apologise(request, error)
    text = ""
    if isinstance(error, UserError):
        place = f"{Path(error.path).name}: " if error.path and Path(error.path).is_file() else ""
        said = error.message + (f" ({error.hint})" if error.hint else "")
        text = f"{place or said[:1].upper()}{said if place else said[1:]}.".replace(str(review.root), "DIR")
    return _message(request, "Not done", text, 400)


def _apologise(request: Request, _: Exception) -> Response:
    """Of what nobody foresaw, and of a review that is not where it was: the script keeps what it sent, and sends it again."""
    is_there = request.app.state.page.desk.review.protocol_path.is_file()
    text = "This failed, and why is told where the server runs. Look whether it was noted before you send it again."
    if not is_there:
        text = "The review's folder cannot be reached just now. Nothing was noted; try again in a moment."
    response = _message(request, "Not done", text, 503)
    response.headers.update(_HEADERS)
    return response


def _let_go(_: Request, __: Exception) -> Response:
    """Of a browser that was closed while it still sent something, such as the cards that it gives back: nobody reads this."""
    return Response(status_code=400)


def _say(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    text = "There is no such page." if status == 404 else "This cannot be done here."
    return _message(request, "Not found" if status == 404 else "Not done", text, status)
