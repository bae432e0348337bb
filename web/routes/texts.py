"""Full texts: what is sought, PDFs one by one or a pile at once, addresses; and the PDF beside the card, for the team alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from schemas.errors import UserError
from tasks.review.full_texts import (
    FullText,
    Pdf,
    Sought,
    keep_full_text,
    link_full_text,
    list_sought,
    read_pdf,
    undo_full_text,
)
from tasks.review.judge import check_said
from tasks.review.roles import Role
from tasks.screen.match_full_texts import Found, Index, Wanted
from web.access import Form, Page, RefusedError, Shared, Visitor, form_of, needs
from web.form_fields import read_number

router = APIRouter(prefix="/texts")
TEAM = (Role.SCREENER, Role.RESOLVER, Role.CODER, Role.OWNER)
Member = Annotated[Visitor, Depends(needs(*TEAM))]
ReadsTexts = Annotated[Visitor, Depends(needs(*TEAM, Role.EXTRACTOR, Role.APPRAISER))]
STATES = {
    "awaiting": "sought", "retrieved": "retrieved", "not_retrieved": "not retrieved", "conflict": "in conflict",
}  # fmt: skip
_A_PAGE, _A_PILE = 100, 500
_PDF = {
    # What a browser's own viewer needs, and nothing else: no script, no form, no other site's frame.
    "Content-Security-Policy": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'",
    "Content-Disposition": 'inline; filename="full-text.pdf"',
}


@dataclass(frozen=True)
class Taken:
    """What came of one file of a pile: the report that it was kept for, or why it was not."""

    name: str
    report: Sought | None = None
    found: Found | None = None
    refused: str = ""


@router.get("")
def list_texts(visitor: Member, page: Shared, state: str = "", start: int = 0) -> HTMLResponse:
    """The reports at retrieval, each with its texts."""
    return _show(page, visitor, state if state in STATES else "", start)


@router.post("")
def take_pile(form: Annotated[Form, Depends(form_of(*TEAM, most_files=_A_PILE))], page: Shared) -> HTMLResponse:
    """Keeps each PDF for the report that its name or its own words tell; says of the others that they are not kept."""
    if not form.files:
        raise RefusedError("Choose one PDF or more.", 400)
    reports = {report.report_id: report for report in _list_sought(page)}
    index = Index(Wanted(it.report_id, it.title, it.doi, it.pmid) for it in reports.values())
    taken = []
    for file in form.files:
        name = file.filename or "a file"
        try:
            pdf = read_pdf(name, file.file)
        except UserError as error:
            taken.append(Taken(name, refused=error.message))
            continue
        found = index.find_report(name, pdf.content)
        if found is not None:
            _keep(page, form.visitor, reports[found.report_id], pdf, found)
        taken.append(Taken(name, reports[found.report_id] if found else None, found))
    page.desk.catch_up(page.desk.review.log.head().seq)
    return _show(page, form.visitor, "", 0, taken)


@router.post("/{report_id}")
def take_text(
    report_id: str, form: Annotated[Form, Depends(form_of(*TEAM, most_files=1))], page: Shared
) -> RedirectResponse:
    """Keeps a PDF or an address for one report."""
    report = _find_report(page, report_id)
    if form.files:
        name = form.files[0].filename or "a file"
        _keep(page, form.visitor, report, read_pdf(name, form.files[0].file))
    elif form.get("url"):
        link_full_text(page.desk.review, report_id, form.get("url"), form.visitor.name)
        _note_retrieved(page, form.visitor, report)
    else:
        raise RefusedError("Choose a PDF, or give an address.", 400)
    page.desk.catch_up(page.desk.review.log.head().seq)
    return _back(form, report_id)


@router.post("/{report_id}/undo")
def undo(report_id: str, form: Annotated[Form, Depends(form_of(*TEAM))], page: Shared) -> RedirectResponse:
    """Takes a text back; what was said of its retrieval stays."""
    text = _find_text(page, report_id, form.get("text"))
    undo_full_text(page.desk.review, text.seq, form.visitor.name)
    return _back(form, report_id)


@router.get("/{report_id}/{text}")
def get_text(report_id: str, text: str, visitor: ReadsTexts, page: Shared) -> Response:
    """A PDF, as nothing but a PDF."""
    found = _find_text(page, report_id, text)
    path = page.desk.review.snapshots.path(found.sha256) if found.sha256 else None
    if path is None or not path.is_file():
        raise RefusedError("There is no such text.", 404)
    return FileResponse(path, media_type="application/pdf", headers=_PDF)


def _show(page: Page, visitor: Visitor, state: str, start: int, taken: list[Taken] | None = None) -> HTMLResponse:
    sought = _list_sought(page)
    chosen = [report for report in sought if not state or report.status == state]
    start = min(max(start, 0), max(len(chosen) - 1, 0)) // _A_PAGE * _A_PAGE
    part = chosen[start : start + _A_PAGE]
    return page.renderer.page(
        "full_texts.html", page, visitor, reports=part, texts=page.texts.group(it.report_id for it in part), taken=taken or [],
        counts=Counter(report.status for report in sought), states=STATES, state=state, start=start, step=_A_PAGE, total=len(chosen),
    )  # fmt: skip


def _list_sought(page: Page) -> list[Sought]:
    with page.desk.look_up() as con:
        return list_sought(con)


def _find_report(page: Page, report_id: str) -> Sought:
    for report in _list_sought(page):
        if report.report_id == report_id:
            return report
    raise RefusedError("The full text of this report is not sought.", 404)


def _find_text(page: Page, report_id: str, text: str) -> FullText:
    found = page.texts.find(report_id, read_number(text) or 0)
    if found is None:
        raise RefusedError("There is no such text.", 404)
    return found


def _keep(page: Page, visitor: Visitor, report: Sought, pdf: Pdf, found: Found | None = None) -> None:
    keep_full_text(page.texts, report.report_id, pdf, visitor.name, found)
    _note_retrieved(page, visitor, report)


def _note_retrieved(page: Page, visitor: Visitor, report: Sought) -> None:
    """Who brings a text says by that that it is retrieved, if the protocol lets her say so: as her vote where it is sought, and as what
    settles it where it was not to be had before."""
    card = page.desk.card(report.report_id)
    votes = report.status == "awaiting" and visitor.may(Role.SCREENER)
    settles = report.status in ("not_retrieved", "conflict") and visitor.may(Role.RESOLVER)
    if card is None or not (votes or settles):
        return
    try:
        said = check_said(
            page.desk.protocol, stage="retrieval", verdict="include", reviewer=visitor.name, consensus=settles
        )
    except UserError:
        return
    page.desk.vote(card, said, None)


def _back(form: Form, report_id: str) -> RedirectResponse:
    return RedirectResponse("/texts" if form.get("back_to") == "texts" else f"/screen/full-text/{report_id}", 303)
