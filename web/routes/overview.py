"""The owner's view, publishing, and the flow diagram for everybody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from tasks.review.overview import read_overview
from tasks.review.roles import Role
from web.access import Form, Shared, Visitor, form_of, needs
from web.chart import draw_recall

router = APIRouter()


@router.get("/overview")
def show_overview(visitor: Annotated[Visitor, Depends(needs(Role.OWNER))], page: Shared) -> HTMLResponse:
    """How far the review is; nothing of what still waits but that it waits."""
    with page.desk.reading():
        overview = read_overview(page.desk.review, page.desk.later)
    total = sum(overview.progress.get("title-abstract", {}).get(s, 0) for s in ("included", "excluded", "awaiting"))
    return page.renderer.page(
        "overview.html",
        page,
        visitor,
        overview=overview,
        chart=draw_recall(overview.curve, total),
        publisher=page.publisher,
    )


@router.post("/publish")
def publish(form: Annotated[Form, Depends(form_of(Role.OWNER))], page: Shared) -> Response:
    """Takes in what was decided, and publishes; a moment is given to it, then the page says that it goes on."""
    page.publisher.start()
    page.publisher.wait(20)
    return RedirectResponse("/overview", 303)


@router.get("/flow")
def show_flow(visitor: Annotated[Visitor, Depends(needs(*Role))], page: Shared) -> HTMLResponse:
    """The flow diagram as it was published last."""
    flow = page.desk.review.published / "prisma.svg"
    return page.renderer.page("flow.html", page, visitor, stamp=flow.stat().st_mtime_ns if flow.exists() else 0)


@router.get("/flow.svg")
def get_flow(visitor: Annotated[Visitor, Depends(needs(*Role))], page: Shared) -> Response:
    """The diagram itself."""
    flow = page.desk.review.published / "prisma.svg"
    if not flow.exists():
        raise HTTPException(404)
    return FileResponse(flow, media_type="image/svg+xml")
