"""Pages from templates. Everything is escaped that is not markup of our own, and every address is relative to its page, so that the
site opens from a folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
#: Where lists show a title, this much of it.
_LONG = 300


@dataclass(frozen=True)
class Page:
    """A page to be written: where, by which template, with what."""

    path: str
    template: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The way from the page to the site's first folder."""
        return "../" * self.path.count("/")


@cache
def environment() -> Environment:
    """The templates; a name that is not known is an error and no blank."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip
    made.filters |= {
        "day": show_day,
        "number": show_number,
        "authors": show_authors,
        "clip": clip,
        "slug": slug,
        "bytes": show_bytes,
    }
    return made


def render(page: Page, shared: dict[str, Any]) -> str:
    """A page as HTML; `shared` is what all pages know."""
    return environment().get_template(page.template).render(path=page.path, root=page.root, **shared, **page.values)


def slug(key: str) -> str:
    """A file's name for an id: the id itself where that is safe in every file system, and no name of a matrix ('by-country'), else a
    hash of it."""
    if re.fullmatch(r"(?!by-)[a-z0-9][a-z0-9_-]{0,60}", key):
        return key
    return "x" + hashlib.sha256(key.encode()).hexdigest()[:16]


def show_day(value: object) -> str:
    """A day in words; of a text in ISO 8601 its day."""
    if isinstance(value, str) and value:
        value = datetime.fromisoformat(value)
    return f"{value.day} {value:%B %Y}" if isinstance(value, date) else ""


def show_number(value: float | None) -> str:
    """A number with commas; nothing for none."""
    return "" if value is None else f"{value:,}"


def show_authors(names: Sequence[str] | None, most: int = 3) -> str:
    """Names, the first of them where they are many."""
    kept = [clip(name, 80) for name in list(names or [])[:most]]
    return "; ".join(kept) + ("; et al." if len(names or []) > most else "")


def clip(text: str | None, most: int = _LONG) -> str:
    """A text for a list: cut where it is longer than titles are."""
    text = " ".join((text or "").split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def show_bytes(size: int) -> str:
    """A file's size in words."""
    for unit, step in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size} bytes"
