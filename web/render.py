"""Rendering: templates to pages. Everything is escaped that is not markup of our own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from schemas.protocol_screening import fold_name
from tasks.review.roles import Role
from tasks.screen.rules import VERDICTS
from web.keys import find_keys
from web.stripes import choose_colour
from web.text import mark_terms

if TYPE_CHECKING:
    from web.access import Page, Visitor

STAGES = {"title-abstract": "Titles and abstracts", "retrieval": "Retrieval", "full-text": "Full texts"}
#: Where in the navigation a page is.
_PLACES = {
    "screen.html": "/screen", "done.html": "/screen", "conflict.html": "/conflicts", "conflicts.html": "/conflicts",
    "duplicates.html": "/duplicates", "decisions.html": "/decisions", "overview.html": "/overview", "flow.html": "/flow",
    "settings.html": "/settings", "texts.html": "/code", "text.html": "/code", "book.html": "/code", "merge.html": "/code",
    "code.html": "/code", "themes.html": "/code", "coding_differences.html": "/code",
}  # fmt: skip
SAID = {"include": "include", "exclude": "exclude", "maybe": "maybe", "not-retrieved": "not retrieved"}


class Renderer:
    """The templates."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._templates.globals |= {
            "STAGES": STAGES,
            "SAID": SAID,
            "VERDICTS": VERDICTS,
            "Role": Role,
            "same": fold_name,
        }
        self._templates.filters |= {
            "day": _day,
            "moment": _moment,
            "marked": _marked,
            "authors": _authors,
            "colour": choose_colour,
        }

    def text(self, template: str, **values: Any) -> str:
        """A template as text."""
        return self._templates.get_template(template).render(**values)

    def page(self, template: str, page: Page, visitor: Visitor, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page for somebody who is logged in, with the way to everything else that is hers."""
        protocol = page.desk.protocol
        shared = {
            "title": protocol.review.title, "visitor": visitor, "keys": find_keys(visitor.settings),
            "ways": find_ways(page, visitor), "protocol": protocol, "here": _PLACES[template],
        }  # fmt: skip
        return HTMLResponse(self.text(template, **shared, **values), status_code=status)

    def open_page(self, template: str, page: Page, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page for somebody who is not logged in."""
        return HTMLResponse(
            self.text(template, title="Living Review", visitor=None, ways=[], **values), status_code=status
        )


def find_ways(page: Page, visitor: Visitor) -> list[tuple[str, str, int | None]]:
    """(address, name, how many wait) of what somebody can go to: what waits for nobody is not there."""
    ways: list[tuple[str, str, int | None]] = []
    if visitor.may(Role.SCREENER):
        ways.append(("/screen", "Screen", None))
    if visitor.may(Role.RESOLVER) and (conflicts := page.desk.count_conflicts(visitor.name)):
        ways.append(("/conflicts", "Conflicts", conflicts))
    if visitor.may(Role.SCREENER, Role.RESOLVER, Role.OWNER) and (pairs := page.desk.count_pairs()):
        ways.append(("/duplicates", "Duplicates", pairs))
    if visitor.may(Role.SCREENER, Role.RESOLVER):
        ways.append(("/decisions", "My decisions", None))
    if visitor.may(Role.CODER):
        ways.append(("/code", "Code", None))
    if visitor.may(Role.OWNER):
        ways.append(("/overview", "Overview", None))
    ways.append(("/flow", "Flow", None))
    return ways


def _day(at: datetime) -> str:
    return f"{at:%-d %B %Y}" if at else ""


def _moment(at: datetime) -> str:
    return f"{at:%-d %b %Y, %H:%M} UTC"


def _marked(text: str | None, screening: Any) -> str:
    return mark_terms(text or "", screening.include_terms, screening.exclude_terms)


def _authors(names: list[str] | None, most: int = 6) -> str:
    names = names or []
    return ("; ".join(names[:most]) + (f"; and {len(names) - most} more" if len(names) > most else "")).rstrip(".")
